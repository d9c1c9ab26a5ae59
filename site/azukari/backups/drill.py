"""The restore drill: the newest backup, restored into a database of its own and looked through."""

import dataclasses
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict

from azukari.backups import database
from azukari.backups.archive import Archive
from azukari.backups.sealing import Damaged

COMMAND_SECONDS = 1800


@dataclasses.dataclass
class Report:
    """What a drill found: what was done in how many seconds, and what is wrong."""

    name: str
    steps: list[tuple[str, float]] = dataclasses.field(default_factory=list)
    problems: list[str] = dataclasses.field(default_factory=list)
    rows: int = 0
    files: int = 0
    size: int = 0

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.steps.append((title, time.monotonic() - began))

    @property
    def seconds(self) -> float:
        return sum(seconds for _title, seconds in self.steps)


def drill(folder: Path) -> Report:
    """Restore a backup into a scratch database and hold it against what was backed up.

    The database is dropped afterwards, come what may. Damage ends the drill; all else is listed.
    """
    archive = Archive(folder)
    report = Report(folder.name)
    try:
        with report.step("every byte read, sizes, checksums and seals compared"):
            manifest = archive.check()
            expected = archive.contents()
    except Damaged as error:
        report.problems.append(str(error))
        return report
    report.size, report.files = manifest.size, expected["files"]
    report.rows = sum(count for count, _checksum in expected["tables"].values())
    with database.scratch(settings.DRILL_DATABASE_URL) as address:
        with report.step("restored: tables, rows, constraints, triggers, walls"):
            database.load(archive.pieces("database"), address, as_owner=False)
        with report.step(f"{report.rows} rows in {len(expected['tables'])} tables compared"):
            report.problems += compared(expected, address)
        with report.step("constraints, counters, ledger, keys and a log-in verified"):
            report.problems += verified(address)
    return report


def compared(expected: dict, address: str) -> list[str]:
    """Where a restored database differs from what was backed up."""
    with psycopg.connect(address) as connection:
        # What is walled off from its owner still has to be counted.
        structure = database.structure(connection)
    database.open_to_owner(address)
    with psycopg.connect(address) as connection:
        found = database.contents(connection)
    return database.differences(expected, found | {"structure": structure})


def command(name: str, address: str) -> subprocess.CompletedProcess[str]:
    """A command of ours on another database, in a process of its own."""
    return subprocess.run(
        [sys.executable, "manage.py", name],
        cwd=settings.ROOT,
        env=os.environ | {
            "DATABASE_URL": url(address),
            "DJANGO_SETTINGS_MODULE": "azukari.settings.owner",
            "AZUKARI_BACKUP_FOLDER": str(settings.BACKUP_FOLDER),
            "AZUKARI_BACKUP_SECOND_FOLDER": str(settings.BACKUP_SECOND_FOLDER),
        },
        capture_output=True,
        text=True,
        timeout=COMMAND_SECONDS,
        check=False,
    )  # fmt: skip


def verified(address: str) -> list[str]:
    """What `manage.py verify_database` says against a database."""
    result = command("verify_database", address)
    if result.returncode == 0:
        return []
    said = result.stdout.splitlines() or result.stderr.splitlines()[-1:]
    return [line for line in said if not line.startswith("ok")] or ["verify_database failed"]


def url(address: str) -> str:
    """A connection string as an address, which is what `DATABASE_URL` holds."""
    parts = conninfo_to_dict(address)
    user = quote(str(parts.get("user", "")), safe="")
    if parts.get("password"):
        user += f":{quote(str(parts['password']), safe='')}"
    port = f":{parts['port']}" if parts.get("port") else ""
    host = quote(str(parts.get("host", "")), safe="")
    return f"postgres://{user}@{host}{port}/{parts['dbname']}"
