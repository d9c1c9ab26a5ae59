"""Restoring a backup over a lost or damaged database, without ever overwriting one in place.

The dump goes into a new database beside the live one and is compared and verified there; only then
the two change names. The one that was live stays under another name until somebody drops it.
"""

import contextlib
import dataclasses
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from azukari.backups import database, drill, erasures, files
from azukari.backups.archive import Archive, Manifest

# Always there, and nobody's data.
ELSEWHERE = "postgres"


class Refused(Exception):
    """Nothing was touched; the message says why and what to do."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """What a restore would do."""

    manifest: Manifest
    expected: dict
    name: str
    is_live: bool

    @property
    def rows(self) -> int:
        return sum(count for count, _checksum in self.expected["tables"].values())


@dataclasses.dataclass(frozen=True)
class Restored:
    """Under which names what was there before now lies; None where nothing was."""

    database_before: str | None
    files_before: Path | None
    problems: list[str]


def plan(archive: Archive, address: str) -> Plan:
    """Read the whole backup and look at the target; nothing is written. Raises Damaged."""
    manifest = archive.check()
    name = str(conninfo_to_dict(address)["dbname"])
    return Plan(manifest, archive.contents(), name, _has_tables(address))


def restore(
    archive: Archive,
    address: str,
    media: Path,
    *,
    replace: str,
    despite_problems: bool,
    say: Callable[[str], None],
) -> Restored:
    """Restore database and files. `replace` must name a live database that is to make way.

    Raises Refused and Damaged before anything is touched, ToolFailed when the new database could
    not be filled: the live one is untouched then as well. So it is when the new one differs from
    what was backed up or does not verify, unless `despite_problems`.
    """
    planned = plan(archive, address)
    if planned.is_live and replace != planned.name:
        raise Refused(
            f"{planned.name} is not empty. To put the backup in its place, stop the entries and the"
            f" worker and repeat with --replace {planned.name}"
        )
    with _beside(address, f"{planned.name}_restoring") as beside:
        say("restoring into a database beside the live one")
        database.load(archive.pieces("database"), beside, as_owner=True)
        problems = _compared(planned, beside)
        say(_replayed(planned, address, beside))
        say("verifying it")
        problems += drill.verified(beside)
        if problems and not despite_problems:
            raise Refused(
                "What was restored is not in order:\n  "
                + "\n  ".join(problems)
                + "\nAn older backup may be better; to take this one all the same, repeat with"
                " --despite-problems"
            )
        stamp = planned.manifest.name.replace("-", "_")
        before = f"{planned.name}_before_{stamp}"
        say("changing names")
        _swap(address, beside, before)
    files_before = _put_files(archive, media, stamp)
    return Restored(before if planned.is_live else None, files_before, problems)


def _replayed(planned: Plan, address: str, beside: str) -> str:
    """What was erased since the backup, by the lists beside the backups and by what was live."""
    if planned.is_live:
        with contextlib.suppress(psycopg.Error):
            erasures.write(erasures.collect(address))
    result = drill.command("replay_erasures", beside)
    if result.returncode:
        raise Refused(f"the erasures could not be replayed: {result.stderr.splitlines()[-1:]}")
    return result.stdout.strip()


def _has_tables(address: str) -> bool:
    try:
        with psycopg.connect(address) as connection:
            row = connection.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_tables WHERE schemaname = 'public')"
            ).fetchone()
            return bool(row and row[0])
    except psycopg.OperationalError as error:
        if "does not exist" in str(error):
            return False
        raise


def _compared(planned: Plan, address: str) -> list[str]:
    with psycopg.connect(address) as connection:
        return database.differences(planned.expected, database.contents(connection))


@contextmanager
def _beside(address: str, name: str) -> Iterator[str]:
    """A new database of that name, dropped again unless it took the place of the live one."""
    with _elsewhere(address) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield make_conninfo(address, dbname=name)
        finally:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _swap(address: str, beside: str, before: str) -> None:
    """Give the restored database the live one's name, whoever was still connected."""
    live, new = (str(conninfo_to_dict(each)["dbname"]) for each in (address, beside))
    with _elsewhere(address) as connection:
        exists = connection.execute(
            "SELECT 1 FROM pg_database WHERE datname = %s", [live]
        ).fetchone()
        if exists:
            _close(connection, live)
            _rename(connection, live, before)
        _rename(connection, new, live)


def _close(connection: psycopg.Connection, name: str) -> None:
    connection.execute(
        sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS false").format(sql.Identifier(name))
    )
    connection.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = %s AND backend_type = 'client backend'",
        [name],
    )


def _rename(connection: psycopg.Connection, name: str, to: str) -> None:
    connection.execute(
        sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(to))
    )
    connection.execute(
        sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS true").format(sql.Identifier(to))
    )


@contextmanager
def _elsewhere(address: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(make_conninfo(address, dbname=ELSEWHERE), autocommit=True) as connection:
        yield connection


def _put_files(archive: Archive, media: Path, stamp: str) -> Path | None:
    """Unpack beside the folder, then change names; where the old files lie now."""
    beside, before = (
        media.with_name(f"{media.name}_{end}") for end in ("restoring", f"before_{stamp}")
    )
    shutil.rmtree(beside, ignore_errors=True)
    beside.mkdir(parents=True)
    files.unpack(archive, beside)
    had_files = media.exists()
    if had_files:
        media.rename(before)
    beside.rename(media)
    return before if had_files else None
