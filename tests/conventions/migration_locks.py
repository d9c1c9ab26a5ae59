"""Which operations of a migration would close a big table for longer than a moment."""

from collections.abc import Callable, Iterator

from django.db import migrations, models
from django.db.migrations.operations.base import Operation

# Tables that grow with families and years; everything that families wait for touches one of them.
BIG = {
    "records.child", "records.careneed", "records.household", "records.parent",
    "records.accesslease", "records.outgoingmail", "records.publicsession",
    "booking.slot", "booking.booking", "booking.bookingtransition", "booking.attendance",
    "booking.fee", "booking.payment", "history.entry", "history.seal", "history.fingerprint",
}  # fmt: skip

REWRITE = "rewrites the table under an exclusive lock"
SCAN = "reads the whole table while nobody may write"
INDEX = "builds an index while nobody may write; use AddIndexConcurrently"


def faults(migration: migrations.Migration) -> list[str]:
    """What is wrong with a migration, in words; nothing for the first one of an app."""
    if migration.initial:
        return []
    app = migration.app_label
    found = [
        f"{type(operation).__name__} on {label}: {problem}"
        for operation in migration.operations
        if (label := _label(app, operation)) is None or _is_big(label)
        for problem in _problems(operation)
    ]
    if migration.atomic and any(_is_data(operation) for operation in migration.operations):
        schema = [o for o in migration.operations if not _is_data(o)]
        if schema:
            found.append("changes rows and schema in one transaction: the locks last for both")
    return found


def _label(app: str, operation: Operation) -> str | None:
    name = getattr(operation, "model_name_lower", None) or getattr(operation, "name_lower", None)
    return f"{app}.{name}" if name else None


def _is_big(label: str) -> bool:
    app, _, model = label.partition(".")
    # A history grows faster than what it is of.
    return f"{app}.{model.removeprefix('historical')}" in BIG


def _is_data(operation: Operation) -> bool:
    return isinstance(operation, (migrations.RunPython, migrations.RunSQL))


def _problems(operation: Operation) -> Iterator[str]:
    for kind, check in CHECKS:
        # Exactly that kind: the concurrent and the not yet valid ones are subclasses of it.
        if type(operation) is kind:
            yield from check(operation)


def _add_field(operation: migrations.AddField) -> Iterator[str]:
    field = operation.field
    if field.generated or (field.has_db_default() and not _is_constant(field.db_default)):
        yield REWRITE
    if field.unique or field.db_index:
        yield INDEX


def _is_constant(default: object) -> bool:
    return not hasattr(default, "resolve_expression") or isinstance(default, models.Value)


def _alter_field(operation: migrations.AlterField) -> Iterator[str]:
    # What it was before does not stand in the operation: each is looked at by a person, who says
    # so by the name of a subclass.
    yield f"may change the type, which {REWRITE}"


def _index(operation: Operation) -> Iterator[str]:
    yield INDEX


def _constraint(operation: Operation) -> Iterator[str]:
    yield f"{SCAN}; add it as not valid, then validate it in a migration of its own"


def _raw(operation: migrations.RunSQL) -> Iterator[str]:
    yield "is SQL that nobody can judge: say what it locks by a subclass of RunSQL"


def _model(operation: migrations.AlterUniqueTogether) -> Iterator[str]:
    yield INDEX


CHECKS: tuple[tuple[type[Operation], Callable[..., Iterator[str]]], ...] = (
    (migrations.AddField, _add_field),
    (migrations.AlterField, _alter_field),
    (migrations.AddIndex, _index),
    (migrations.AddConstraint, _constraint),
    (migrations.AlterUniqueTogether, _model),
    (migrations.RunSQL, _raw),
)
