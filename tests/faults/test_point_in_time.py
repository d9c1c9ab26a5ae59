"""Point-in-time recovery from archived WAL, as the runbook has it: to a moment between two rows."""

import os
import signal
import subprocess
import time
from pathlib import Path

import psycopg
import pytest

from azukari.backups.database import tool
from azukari.postgres import EmbeddedServer

pytestmark = pytest.mark.faults


@pytest.fixture
def archiving(tmp_path):
    """A server that archives its WAL into a folder."""
    archive = tmp_path / "wal"
    archive.mkdir()
    server = EmbeddedServer(
        tmp_path / "live",
        options={
            "archive_mode": "on",
            # The runbook's own line.
            "archive_command": f"test ! -f {archive}/%f && cp %p {archive}/%f",
            "archive_timeout": "60",
        },
    )
    server.start()
    yield server, archive
    server.stop()


def test_the_database_comes_back_as_of_a_moment(archiving, tmp_path):
    server, archive = archiving
    with psycopg.connect(server.url(), autocommit=True) as owner:
        owner.execute("CREATE TABLE booked (name text)")
        owner.execute("INSERT INTO booked VALUES ('before the base backup')")
        _base_backup(server, tmp_path / "base")
        owner.execute("INSERT INTO booked VALUES ('before the moment')")
        (moment,) = owner.execute("SELECT clock_timestamp()").fetchone()
        time.sleep(0.2)
        owner.execute("INSERT INTO booked VALUES ('after the moment')")
        owner.execute("SELECT pg_switch_wal()")
        archived = "SELECT 1 FROM pg_stat_archiver WHERE last_archived_time > %s"
        _until(lambda: owner.execute(archived, [moment]).fetchone())
    _kill(server)

    began = time.monotonic()
    recovered = _recover(tmp_path, archive, moment)
    try:
        with psycopg.connect(recovered.url()) as found:
            rows = [name for (name,) in found.execute("SELECT name FROM booked")]
    finally:
        recovered.stop()
    print(f"recovered in {time.monotonic() - began:.2f} s")

    assert rows == ["before the base backup", "before the moment"]


def test_all_of_it_comes_back_without_a_moment(archiving, tmp_path):
    server, archive = archiving
    with psycopg.connect(server.url(), autocommit=True) as owner:
        owner.execute("CREATE TABLE booked (name text)")
        _base_backup(server, tmp_path / "base")
        owner.execute("INSERT INTO booked VALUES ('the last one archived')")
        owner.execute("SELECT pg_switch_wal()")
        _until(lambda: len(list(archive.iterdir())) >= 3)
    _kill(server)

    recovered = _recover(tmp_path, archive, None)
    try:
        with psycopg.connect(recovered.url()) as found:
            assert found.execute("SELECT count(*) FROM booked").fetchone() == (1,)
    finally:
        recovered.stop()


def _base_backup(server: EmbeddedServer, target: Path) -> None:
    subprocess.run(
        [
            tool("pg_basebackup"), "-h", str(server.socket_folder), "-U", "azukari_admin",
            "-D", str(target), "-X", "stream", "-c", "fast",
        ],
        check=True,
    )  # fmt: skip
    subprocess.run([tool("pg_verifybackup"), "-q", str(target)], check=True)


def _recover(folder: Path, archive: Path, moment: object) -> EmbeddedServer:
    options = {"restore_command": f"cp {archive}/%f %p"}
    if moment is not None:
        options |= {
            "recovery_target_time": str(moment),
            "recovery_target_action": "promote",
        }
    server = EmbeddedServer(folder / "recovered", options=options)
    server.folder.mkdir()
    (folder / "base").rename(server.data)
    (server.data / "recovery.signal").touch()
    server.start()
    with psycopg.connect(server.url(), autocommit=True) as owner:
        _until(lambda: owner.execute("SELECT NOT pg_is_in_recovery()").fetchone()[0])
    return server


def _kill(server: EmbeddedServer) -> None:
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)


def _until(is_so) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.1)
