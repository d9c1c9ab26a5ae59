"""What `make demo` says when it can't start, and what a fresh start may take away."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from azukari.demo import DemoError, _check_port, _database, _secrets, _wait_until_ready
from tests.database import connect
from tests.factories.records import StaffUserFactory
from tests.journeys.demonstration import clean_environment, free_port

ROOT = Path(__file__).resolve().parents[2]
SERVER = "postgres://azukari_admin@nowhere/postgres"


def demo(*arguments, **environment):
    return subprocess.run(
        [sys.executable, "site/azukari/demo.py", *map(str, arguments)],
        cwd=ROOT,
        env=clean_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_taken_port_is_named_with_a_way_on(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        result = demo("--public-port", port, "--staff-port", free_port(), "--folder", tmp_path)

    assert result.returncode == 1
    assert f"Port {port}: is taken by another program" in result.stdout
    assert f"make demo PUBLIC_PORT={port + 10}" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_ctrl_c_stops_it_where_a_script_started_it(tmp_path):
    """A shell has what it starts in the background ignore the signal."""
    process = subprocess.Popen(
        [
            "sh", "-c", 'trap "" INT; exec "$@"', "sh",
            sys.executable, "site/azukari/demo.py", "--folder", str(tmp_path),
            "--public-port", str(free_port()), "--staff-port", str(free_port()),
        ],
        cwd=ROOT,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        text=True,
    )  # fmt: skip
    with process:
        while "Making the roles" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        said = process.stdout.read()

    assert "Stopped." in said
    assert process.returncode == 0


def test_a_port_that_is_none_is_refused():
    with pytest.raises(DemoError, match="STAFF_PORT=70000"):
        _check_port(70000, "STAFF_PORT")


def test_a_folder_that_is_a_file_is_named(tmp_path):
    folder = tmp_path / "demo"
    folder.write_text("")

    result = demo("--public-port", free_port(), "--staff-port", free_port(), "--folder", folder)

    assert result.returncode == 1
    assert f"The data folder {folder} can't be used" in result.stdout
    assert "Traceback" not in result.stdout + result.stderr


def test_keys_that_cannot_be_read_are_named_with_a_way_on(tmp_path):
    (tmp_path / "secrets.json").write_text("{")

    with pytest.raises(DemoError, match="RESET=1"):
        _secrets(tmp_path)


def test_a_fresh_start_takes_away_folder_and_keys_where_the_server_is_another(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("DATABASE_URL", SERVER)
    before = _secrets(tmp_path)
    (tmp_path / "mail").mkdir()

    with _database(tmp_path, reset=True) as address:
        assert address == SERVER
        assert not (tmp_path / "mail").exists()
        assert _secrets(tmp_path) != before


def test_the_folder_in_use_is_named_when_a_process_stops(tmp_path):
    class Stopped:
        def poll(self):
            return 1

    class Ports:
        public_port = staff_port = free_port()

    with pytest.raises(DemoError, match=re.escape(str(tmp_path / "logs"))):
        _wait_until_ready({"public": Stopped()}, tmp_path, Ports())


def test_a_python_that_is_too_old_or_missing_is_said(tmp_path):
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "dirname"):
        (tools / name).symlink_to(f"/usr/bin/{name}")

    result = subprocess.run(
        ["/usr/bin/bash", str(ROOT / "site/deploy/install")],
        env={"PATH": str(tools), "PYTHON": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert "Azukari needs Python 3.11, 3.12 or 3.13" in result.stderr


def test_a_python_without_the_packages_is_said(tmp_path):
    result = subprocess.run(
        [sys.executable, "-S", str(ROOT / "site/azukari/demo.py")],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )

    assert result.returncode == 1
    assert "start with: make demo" in result.stderr
    assert "Traceback" not in result.stderr


@pytest.fixture
def demonstration_database(monkeypatch):
    name = f"azukari_test_{os.getpid()}_demo"
    monkeypatch.setenv("DATABASE_URL", settings.SERVER_URL)
    yield name
    with psycopg.connect(settings.SERVER_URL, autocommit=True) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def tables(name):
    with connect(name) as found:
        return found.execute("SELECT tablename FROM pg_tables WHERE tablename = 'kept'").fetchall()


def test_only_a_fresh_database_is_dropped_first(demonstration_database):
    name = demonstration_database
    call_command("roles", database=name)
    with connect(name) as found:
        found.execute("CREATE TABLE kept (id int)")

    call_command("roles", database=name)
    assert tables(name) == [("kept",)]
    # Somebody may still be connected.
    with connect(name):
        call_command("roles", database=name, fresh=True)

    assert tables(name) == []


def test_a_database_of_real_families_is_never_dropped(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", SERVER)

    with pytest.raises(CommandError, match="azukari is not dropped"):
        call_command("roles", database="azukari", fresh=True)


def test_a_demonstration_that_was_stopped_half_loaded_says_so(database):
    """Its accounts would be printed, and some of them would not be there."""
    StaffUserFactory.create()

    with pytest.raises(CommandError, match="make demo RESET=1"):
        call_command("load_demo")
