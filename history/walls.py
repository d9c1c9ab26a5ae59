"""The second wall: row-level security, generated from one declaration per table.

Each app declares its tables in `walls.py`. `raise_walls` runs after every migration: it takes all
rights away, gives back what the declarations say, writes the policies and the triggers, and stops
at a table of the database that nobody declared.
"""

import dataclasses
import importlib
import importlib.util
from collections.abc import Iterable, Iterator
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

from history import triggers
from history.enums import AT_EVERY_FACILITY, OWN_ACTS, Act, Purpose

OWNER = "azukari_owner"
BACKUP = "azukari_backup"
# Restores the newest backup into a database of its own every day; no right anywhere else.
DRILL = "azukari_drill"
PUBLIC, STAFF, WORKER = "azukari_public", "azukari_staff", "azukari_worker"
ENTRY_ROLES = (PUBLIC, STAFF, WORKER)
# How long the owner waits for a table, and all who come after him: longer than the second after
# which autovacuum gives way, not longer than a family takes for slow.
LOCK_TIMEOUT = "2s"

# The settings of `context`, read so that unset and empty mean nothing.
ACTOR = "(SELECT NULLIF(current_setting('app.actor', true), ''))"
ROLE = "(SELECT NULLIF(current_setting('app.role', true), ''))"
AT = "(SELECT NULLIF(current_setting('app.at', true), '')::timestamptz)"
HOUSEHOLD = "(SELECT NULLIF(current_setting('app.household', true), '')::uuid)"
TERMINAL = "(SELECT NULLIF(current_setting('app.terminal', true), ''))"
KEY = "(SELECT NULLIF(current_setting('app.key', true), ''))"
# The first of them: for most people the only one, and compared without unpacking an array per row.
FACILITY = "(SELECT (NULLIF(current_setting('app.facilities', true), '')::int[])[1])"
FACILITIES = "((SELECT NULLIF(current_setting('app.facilities', true), '')::int[])::int[])"

# Nobody yet: somebody is just making an account.
SIGN_UP = f"{ACTOR} = 'system:sign-up'"

# Whom a row is about: itself, or whom its column `child_id` names.
CHILD_MODEL = "records.child"

EVERY_ROW = "true"
NO_ROW = "false"


def facility(column: str = "facility_id") -> str:
    """Rows of the facilities worked for."""
    return f"{column} = ANY {FACILITIES}"


def role(*names: str) -> str:
    """Every row, for these roles; none for another."""
    return f"{ROLE} IN ({', '.join(repr(name) for name in names)})"


def any_of(*conditions: str) -> str:
    return " OR ".join(f"({condition})" for condition in conditions)


def all_of(*conditions: str) -> str:
    return " AND ".join(f"({condition})" for condition in conditions)


@dataclasses.dataclass(frozen=True)
class Access:
    """What one role may do with one table.

    `see`, `change` and `leave` are SQL conditions on a row: which ones it reads, which ones it may
    change, and what a changed or new one must look like. `change` defaults to `see`, `leave` to
    `change`; `enter` is asked of a new row instead, where that is another question. `verbs` are
    the rights on the table; one may name its columns: `update(taken)`.
    """

    see: str
    verbs: tuple[str, ...] = ("select",)
    change: str = ""
    leave: str = ""
    enter: str = ""

    def policies(self, table: str, role_name: str) -> Iterator[str]:
        change = self.change or self.see
        leave = self.leave or change
        granted = {verb.partition("(")[0].strip() for verb in self.verbs}
        for verb in sorted(granted):
            using, check = {
                "select": (self.see, ""),
                "insert": ("", self.enter or leave),
                "update": (change, leave),
                "delete": (change, ""),
            }[verb]
            yield (
                f'CREATE POLICY "{role_name}_{verb}" ON "{table}" FOR {verb.upper()}'
                f" TO {role_name}"
                + (f" USING ({using})" if using else "")
                + (f" WITH CHECK ({check})" if check else "")
                + ";"
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class Wall:
    """The declaration of one table: per role what it may do; None means that it sees nothing.

    `history` is the condition on the living row under which staff may read its history. Where rows
    are deleted it is asked of another row, which stays: `through` names its table and the column
    that points to it. `copies` names columns that the database keeps equal to those of the row
    above: column, table above, column that points to it. `act` is what a change is called in the
    ledger.
    """

    table: str
    public: Access | None = None
    staff: Access | None = None
    worker: Access | None = None
    history: str = ""
    through: tuple[str, str] | None = None
    copies: tuple[tuple[str, str, str], ...] = ()
    act: Act = Act.CHANGE

    def accesses(self) -> Iterator[tuple[str, Access]]:
        for role_name, access in zip(
            ENTRY_ROLES, (self.public, self.staff, self.worker), strict=True
        ):
            if access:
                yield role_name, access


def sees(condition: str = EVERY_ROW, *columns: str) -> Access:
    """Reading alone; of the named columns only, where any are named."""
    return Access(condition, (f"select ({', '.join(columns)})" if columns else "select",))


def writes(
    see: str,
    change: str = "",
    verbs: Iterable[str] = ("insert", "update"),
    leave: str = "",
    enter: str = "",
) -> Access:
    return Access(see, ("select", *verbs), change, leave, enter)


# Nobody writes in another's name, from another entry, or what the database alone writes.
BY_ACTOR = all_of(
    f"actor = {ACTOR}",
    "digest = ''",
    f"act NOT IN ({', '.join(repr(act.value) for act in OWN_ACTS)})",
)
# What is held back from parents, and what releases it, only those write who may.
HOLDS_BACK = any_of(f"purpose <> '{Purpose.PROTECTION.value}'", role("manager", "center"))
NO_RELEASE = f"act <> '{Act.RELEASE.value}'"
RELEASES = any_of(NO_RELEASE, role("center"))
# What the center and auditors read of the whole ward, and managers of their own facility.
REVIEWED = any_of(role("auditor", "center"), all_of(role("manager"), facility("facility")))
# Who is to know whether the ledger is sealed.
WATCH = role("auditor", "center", "manager")
# What befalls every facility, each manager reads; marking it as seen is left to the center.
EVERYBODYS = all_of(
    role("manager"),
    "facility IS NULL",
    f"kind IN ({', '.join(repr(kind.value) for kind in AT_EVERY_FACILITY)})",
)
# An alert is new, or marked as seen by whoever marks it.
ANY_NEW = f"seen_at IS NULL OR seen_by = {ACTOR}"

# Entries are inserted by everyone who reads, and read by those who review.
WALLS = [
    Wall(
        table="history_entry",
        public=writes(NO_ROW, all_of(BY_ACTOR, "entry = 'public'", NO_RELEASE), ("insert",)),
        staff=writes(
            REVIEWED, all_of(BY_ACTOR, "entry = 'staff'", HOLDS_BACK, RELEASES), ("insert",)
        ),
        # Looks for what is unusual; never for what was seen of whom.
        worker=sees(
            EVERY_ROW,
            "id",
            "at",
            "act",
            "actor",
            "role",
            "facility",
            "entry",
            "address",
            "object_ids",
            "child_ids",
        ),
    ),
    # The database's own.
    Wall(table="history_shape"),
    Wall(table="history_fingerprint"),
    Wall(table="history_seal"),
    Wall(table="history_tombstone"),
    Wall(table="history_unsealed", staff=sees(WATCH), worker=sees()),
    Wall(table="history_head", staff=sees(WATCH), worker=sees()),
    Wall(table="history_root", staff=sees(WATCH), worker=sees()),
    # Raised by whoever meets the cause, also before anybody is logged in; seen by those who act.
    Wall(
        table="history_alert",
        staff=writes(
            any_of(REVIEWED, EVERYBODYS),
            all_of(REVIEWED, role("center", "manager"), "seen_at IS NULL"),
            ("insert", "update (seen_at, seen_by)"),
            leave=ANY_NEW,
        ),
        worker=writes(EVERY_ROW, NO_ROW, ("insert",), leave="seen_at IS NULL"),
    ),
]

# Tables whose rows are added and never changed; the histories are as well.
KEPT = {
    "history_entry": "id",
    "history_fingerprint": "id",
    "history_seal": "position",
    "history_root": "day",
    "history_tombstone": "id",
}


def declared() -> dict[str, Wall]:
    """All declarations by table, those of the history tables included."""
    walls: dict[str, Wall] = {}
    for app in apps.get_app_configs():
        if importlib.util.find_spec(f"{app.name}.walls") is None:
            continue
        module = importlib.import_module(f"{app.name}.walls")
        for wall in getattr(module, "WALLS", ()):
            if wall.table in walls:
                raise ValueError(f"{wall.table} is declared twice")
            walls[wall.table] = wall
    for model in tracked_models():
        living = walls[model._meta.db_table]
        walls[history_table(model)] = _history_wall(living, model)
    return walls


def tracked_models() -> list[type[models.Model]]:
    """The models that have a history."""
    return [m for m in apps.get_models() if hasattr(m._meta, "simple_history_manager_attribute")]


def history_table(model: type[models.Model]) -> str:
    return history_model(model)._meta.db_table


def history_model(model: type[models.Model]) -> type[models.Model]:
    return getattr(model, model._meta.simple_history_manager_attribute).model  # type: ignore[attr-defined]


def _history_wall(living: Wall, model: type[models.Model]) -> Wall:
    """Historical rows are visible through the living record, so a transfer moves them too."""
    key = model._meta.pk.column  # type: ignore[union-attr]
    table, column = living.through or (living.table, key)
    visible = (
        f'EXISTS (SELECT 1 FROM "{table}" living'
        f' WHERE living.id = "{history_table(model)}"."{column}"'
        f" AND ({living.history or NO_ROW}))"
    )
    return Wall(
        table=history_table(model),
        staff=sees(any_of(role("auditor"), visible)),
    )


def raise_walls(connection: BaseDatabaseWrapper) -> None:
    """Write grants, policies and triggers anew. Raises LookupError at an undeclared table.

    Runs as the owner, in one transaction: nobody ever meets a half-built wall.
    """
    walls = declared()
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        tables = {name for (name,) in cursor.fetchall()}
        if undeclared := tables - walls.keys():
            raise LookupError(f"no wall is declared for: {', '.join(sorted(undeclared))}")
        if missing := walls.keys() - tables:
            raise LookupError(f"a wall is declared for no table: {', '.join(sorted(missing))}")
        cursor.execute("SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'public'")
        statements = [
            f'DROP POLICY "{policy}" ON "{table}";' for table, policy in cursor.fetchall()
        ]
        statements += [triggers.TRACK, triggers.CLOSE, triggers.KEEP, triggers.COPY]
        statements += [triggers.QUEUE, _seal(cursor)]
        statements += [*_functions(), _schema()]
        sequences = _sequences(cursor)
        for wall in walls.values():
            statements += _wall(wall)
            statements += _counters(wall, sequences.get(wall.table, ()))
        for model in tracked_models():
            statements.append(_track(model, walls[model._meta.db_table].act, cursor))
            statements.append(triggers.keep(history_table(model), "history_id"))
        statements += (triggers.keep(table, key) for table, key in KEPT.items())
        cursor.execute("\n".join(statements))


def _schema() -> str:
    roles = ", ".join(ENTRY_ROLES)
    return f"""
        -- A temporary table would stand before the real one of its name.
        DO $$ BEGIN
            EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC', current_database());
        END $$;
        REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {roles};
        REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {roles};
        GRANT USAGE ON SCHEMA public TO {roles}, {BACKUP};
        GRANT SELECT ON ALL TABLES IN SCHEMA public TO {BACKUP};
        GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO {BACKUP};
    """


def _sequences(cursor: Any) -> dict[str, list[str]]:
    """The sequences that number the rows of a table. Those of identity columns need no right."""
    cursor.execute(
        "SELECT d.refobjid::regclass::text, s.relname FROM pg_class s JOIN pg_depend d"
        " ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype = 'a'"
        " WHERE s.relkind = 'S' AND s.relnamespace = 'public'::regnamespace"
    )
    found: dict[str, list[str]] = {}
    for table, sequence in cursor.fetchall():
        found.setdefault(table, []).append(sequence)
    return found


def _counters(wall: Wall, sequences: Iterable[str]) -> Iterator[str]:
    for role_name, access in wall.accesses():
        if "insert" in access.verbs:
            for sequence in sequences:
                yield f'GRANT USAGE ON SEQUENCE "{sequence}" TO {role_name};'


def _functions() -> Iterator[str]:
    for app in apps.get_app_configs():
        if importlib.util.find_spec(f"{app.name}.walls") is not None:
            yield from getattr(importlib.import_module(f"{app.name}.walls"), "FUNCTIONS", ())


def _wall(wall: Wall) -> Iterator[str]:
    table = f'"{wall.table}"'
    yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
    yield f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
    # Without it the owner's own data migrations would silently touch no row.
    yield f"CREATE POLICY owner ON {table} TO {OWNER} USING (true);"
    for role_name, access in wall.accesses():
        yield f"GRANT {', '.join(access.verbs)} ON {table} TO {role_name};"
        yield from access.policies(wall.table, role_name)
    for column, above, via in wall.copies:
        yield triggers.copy(wall.table, column, above, via)


def _track(model: type[models.Model], act: Act, cursor: CursorWrapper) -> str:
    # A generated column generates itself in the history as well.
    shared = [f.column for f in model._meta.concrete_fields if f.column and not f.generated]
    kept = _columns(history_model(model))
    own = [column for column in shared if column in kept]
    label = model._meta.label_lower
    child = "id" if label == CHILD_MODEL else "child_id" if "child_id" in own else ""
    return triggers.track(
        model._meta.db_table, history_table(model), own,
        shape=_shape(cursor, history_table(model), kept, label, act), kept=kept, child=child,
    )  # fmt: skip


def _seal(cursor: CursorWrapper) -> str:
    model = apps.get_model("history", "Entry")
    columns = _columns(model)
    shape = _shape(cursor, model._meta.db_table, columns, model._meta.label_lower, Act.VIEW)
    return triggers.seal(shape, columns, WORKER)


def _columns(model: type[models.Model]) -> list[str]:
    """What fingerprints of this table cover: all of it, in an order that does not hang on ours."""
    return sorted(field.column for field in model._meta.concrete_fields if field.column)


def _shape(cursor: CursorWrapper, table: str, columns: list[str], label: str, act: Act) -> int:
    cursor.execute(
        "INSERT INTO history_shape (table_name, columns, label, act) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (table_name, columns) DO UPDATE SET label = EXCLUDED.label,"
        " act = EXCLUDED.act RETURNING id",
        [table, columns, label, act.value],
    )
    (number,) = cursor.fetchone()
    return number
