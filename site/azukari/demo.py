"""`make demo`, `make practice`: database, roles, data, both entries and the worker, until Ctrl-C.

It starts the other processes and waits; it loads no Django itself.
"""

import argparse
import base64
import contextlib
import datetime as dt
import errno
import http.client
import json
import os
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from urllib.parse import quote, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "site"))

try:
    import jpholiday

    from azukari.postgres import EmbeddedServer, ServerError
except ModuleNotFoundError as error:
    sys.exit(f"{error}. This Python lacks Azukari's packages; start with: make demo")

FOLDER = ROOT / ".azukari"
DATABASE = "azukari_demo"
PRACTICE = "azukari_practice"
# Children have come, and more are to come.
PRACTICE_BEGINS = dt.time(9, 10)
TOKYO = ZoneInfo("Asia/Tokyo")
PROCESSES = ("public", "staff", "worker")
# Mail does not wait for a backup.
WORKER = ("--concurrency", "3")
START_SECONDS = 60
FRIDAY = 4


class DemoError(Exception):
    """The demonstration can't go on; the message says what to do."""


def main() -> int:
    arguments = _arguments()
    folder: Path = arguments.folder
    signal.signal(signal.SIGTERM, _interrupt)
    # A script that starts it in the background has it ignore Ctrl-C, and what it starts as well.
    signal.signal(signal.SIGINT, _interrupt)
    try:
        _check_port(arguments.public_port, "PUBLIC_PORT")
        _check_port(arguments.staff_port, "STAFF_PORT")
        if arguments.public_port == arguments.staff_port:
            raise DemoError("PUBLIC_PORT and STAFF_PORT must differ.")
        with _database(folder, reset=arguments.reset) as address:
            if arguments.practice and not arguments.clock_file:
                arguments.clock_file = _set_to_morning(folder)
            _run(folder, address, arguments)
    except KeyboardInterrupt:
        _say("\nStopped. Start again with: make demo")
    except (DemoError, ServerError) as error:
        _say(f"\n{error}")
        return 1
    return 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--public-port", type=int, default=8000)
    parser.add_argument("--staff-port", type=int, default=8001)
    parser.add_argument("--folder", type=Path, help="where the data is kept")
    parser.add_argument("--clock-file", default="", help="a file that sets the clock off")
    parser.add_argument("--reset", action="store_true", help="start anew with fresh data")
    parser.add_argument(
        "--practice", action="store_true", help="練習モード: fresh data, a morning, a purple frame"
    )
    arguments = parser.parse_args()
    arguments.folder = arguments.folder or FOLDER / ("practice" if arguments.practice else "demo")
    arguments.database = PRACTICE if arguments.practice else DATABASE
    arguments.reset = arguments.reset or arguments.practice
    return arguments


def _set_to_morning(folder: Path) -> str:
    """The clock file of a practice: the morning of the next day on which every facility opens."""
    now = dt.datetime.now(TOKYO)  # noqa: TID251 - the real one
    day = now.date()
    while day.weekday() > FRIDAY or jpholiday.is_holiday(day) or _is_new_year(day):
        day += dt.timedelta(days=1)
    offset = dt.datetime.combine(day, PRACTICE_BEGINS, TOKYO) - now
    path = folder / "clock"
    path.write_text(str(offset.total_seconds()))
    return str(path)


def _is_new_year(day: dt.date) -> bool:
    return (day.month, day.day) >= (12, 28) or (day.month, day.day) <= (1, 4)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this is the program's output


def _check_port(port: int, name: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OverflowError as error:
            raise DemoError(f"{name}={port} is no port: 1024 to 65535.") from error
        except OSError as error:
            why = (
                "is taken by another program" if error.errno == errno.EADDRINUSE else error.strerror
            )
            raise DemoError(
                f"Port {port}: {why}. Stop that program, or choose another port:"
                f" make demo {name}={port + 10}"
            ) from error


@contextlib.contextmanager
def _database(folder: Path, *, reset: bool) -> Iterator[str]:
    """The address of a role that may make roles: the one given, or the embedded server's."""
    given = os.environ.get("DATABASE_URL", "")
    server = EmbeddedServer(folder / "postgres")
    with _folder_errors(folder):
        if reset and folder.exists():
            _say("Removing the data of the last demonstration …")
            if server.folder.exists():
                server.stop()
            shutil.rmtree(folder)
        _secrets(folder)
    if given:
        yield given
        return
    _say("Starting PostgreSQL …")
    with _folder_errors(folder):
        server.start()
    try:
        yield server.url()
    finally:
        server.stop()


@contextlib.contextmanager
def _folder_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise DemoError(
            f"The data folder {folder} can't be used: {error.strerror} ({error.filename}). Make it"
            " yours, or remove it; the next start makes it anew."
        ) from error


def _run(folder: Path, address: str, arguments: argparse.Namespace) -> None:
    environment = _environment(folder, arguments)
    passwords = _secrets(folder)["passwords"] if urlsplit(address).password else {}

    def database(role: str) -> str:
        return _as_role(address, role, passwords.get(role, ""), arguments.database)

    def manage(*words: str, role: str = "azukari_owner", **extra: str) -> str:
        return _manage(*words, environment=environment | {"DATABASE_URL": database(role)} | extra)

    _say("Making the roles and the database …")
    _manage(
        "roles", "--database", arguments.database, *(["--fresh"] if arguments.reset else []),
        environment=environment | {
            "DATABASE_URL": address,
            "AZUKARI_ROLE_PASSWORDS": ",".join(f"{r}={p}" for r, p in passwords.items()),
        },
    )  # fmt: skip
    static = subprocess.Popen(
        [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
        cwd=ROOT,
        env=environment | {"DATABASE_URL": database("azukari_owner")},
    )
    _say("Making the tables, loading rules, invented families and pages …")
    accounts = manage("prepare_demo")
    if static.wait():
        raise DemoError("The static files could not be collected; see above.")
    _note_for_commands(
        folder,
        environment | _backups(folder, database) | {"DATABASE_URL": database("azukari_owner")},
    )
    with _processes(folder, environment, database, arguments) as running:
        _wait_until_ready(running, folder, arguments)
        _greet(folder, accounts, arguments)
        _watch(running, folder)


def _note_for_commands(folder: Path, environment: dict[str, str]) -> None:
    """The owner's environment, to be read by a shell that runs a command by hand."""
    path = folder / "owner.env"
    path.touch(mode=0o600)
    ours = sorted(name for name in environment if name.startswith(("AZUKARI_", "DATABASE_URL")))
    path.write_text("".join(f"export {name}={shlex.quote(environment[name])}\n" for name in ours))


def _environment(folder: Path, arguments: argparse.Namespace) -> dict[str, str]:
    known = _secrets(folder)
    ours = ("AZUKARI_", "DJANGO_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    # An address has no relative paths: its first part would be taken for a host.
    mail = folder.resolve() / "mail"
    mail.mkdir(parents=True, exist_ok=True)
    return kept | {
        "AZUKARI_PUBLIC_SECRET_KEY": known["public_key"],
        "AZUKARI_STAFF_SECRET_KEY": known["staff_key"],
        "AZUKARI_DATA_KEYS": known["data_keys"],
        "AZUKARI_PUBLIC_ORIGIN": f"http://localhost:{arguments.public_port}",
        "AZUKARI_STAFF_ORIGIN": f"http://localhost:{arguments.staff_port}",
        "AZUKARI_DATA_FOLDER": str(folder),
        "AZUKARI_EMAIL_URL": f"file://{mail}",
        "AZUKARI_HTTPS": "false",
        "AZUKARI_CLOCK_FILE": arguments.clock_file,
        "AZUKARI_SHEET_FOLDER": str(folder / "sheets"),
    }


def _secrets(folder: Path) -> dict:
    """Keys of this demonstration alone, made once; what an older version lacked is added."""
    path = folder / "secrets.json"
    folder.mkdir(parents=True, exist_ok=True)
    roles = ("owner", "public", "staff", "worker", "backup", "drill")
    fresh: dict = {
        "public_key": secrets.token_urlsafe(60),
        "staff_key": secrets.token_urlsafe(60),
        "data_keys": f"demo:{base64.b64encode(os.urandom(32)).decode()}",
        "backup_keys": f"demo:{base64.b64encode(os.urandom(32)).decode()}",
        "passwords": {f"azukari_{role}": secrets.token_hex(16) for role in roles},
    }
    try:
        found = json.loads(path.read_text()) if path.exists() else {}
        known = fresh | found
        known["passwords"] = fresh["passwords"] | known["passwords"]
    except (ValueError, TypeError) as error:
        raise DemoError(
            f"The keys in {path} can't be read, and nothing encrypted without them. To start with"
            " fresh data: make demo RESET=1"
        ) from error
    if known != found:
        path.touch(mode=0o600)
        path.write_text(json.dumps(known))
    return known


def _as_role(address: str, role: str, password: str, name: str) -> str:
    parts = urlsplit(address)
    user = f"{role}:{quote(password)}" if password else role
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, f"{user}@{place}", f"/{name}", parts.query, ""))


def _manage(*words: str, environment: dict[str, str]) -> str:
    result = subprocess.run(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
        # Ctrl-C is this program's to handle.
        start_new_session=True,
    )
    if result.returncode:
        raise DemoError(
            f"manage.py {words[0]} failed; see above. To start with fresh data: make demo RESET=1"
        )
    return result.stdout


@contextlib.contextmanager
def _processes(folder, environment, database, arguments) -> Iterator[dict]:
    """One process for each entry and one for the worker; stopped at the end, come what may."""
    logs = folder / "logs"
    logs.mkdir(exist_ok=True)
    ports = {"public": arguments.public_port, "staff": arguments.staff_port}
    running: dict[str, subprocess.Popen] = {}
    try:
        for name in PROCESSES:
            command = (
                _granian(ports[name])
                if name in ports
                else [sys.executable, "manage.py", "procrastinate", "worker", *WORKER]
            )
            with (logs / f"{name}.log").open("w") as log:
                running[name] = subprocess.Popen(
                    command,
                    cwd=ROOT,
                    env=environment
                    | (_backups(folder, database) if name == "worker" else {})
                    | {
                        "DATABASE_URL": database(f"azukari_{name}"),
                        "DJANGO_SETTINGS_MODULE": f"azukari.settings.{name}",
                        "PYTHONPATH": f"{ROOT / 'site'}{os.pathsep}{ROOT}",
                    },
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
        yield running
    finally:
        for process in running.values():
            process.terminate()
        for process in running.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()


def _backups(folder: Path, database: Callable[[str], str]) -> dict[str, str]:
    """What the worker, and whoever restores, must know besides."""
    return {
        "AZUKARI_BACKUP_KEYS": _secrets(folder)["backup_keys"],
        "AZUKARI_BACKUP_DATABASE_URL": database("azukari_backup"),
        "AZUKARI_DRILL_DATABASE_URL": database("azukari_drill"),
    }


def _granian(port: int) -> list[str]:
    return [
        str(Path(sys.executable).with_name("granian")),
        "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", "4", "--respawn-failed-workers",
        "--respawn-interval", "1", "azukari.wsgi:application",
    ]  # fmt: skip


def _wait_until_ready(running: dict, folder: Path, arguments: argparse.Namespace) -> None:
    _say("Starting the public entry, the staff entry and the worker …")
    deadline = time.monotonic() + START_SECONDS
    for port in (arguments.public_port, arguments.staff_port):
        while not _answers(port):
            if time.monotonic() > deadline or any(p.poll() is not None for p in running.values()):
                raise DemoError(f"Port {port} does not answer; look into {folder / 'logs'}.")
            time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("localhost", port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except OSError:
        return False
    finally:
        connection.close()


def _greet(folder: Path, accounts: str, arguments: argparse.Namespace) -> None:
    _say(
        f"""
Azukari is ready.

  Parents  http://localhost:{arguments.public_port}
  Staff    http://localhost:{arguments.staff_port}
  Mail     {folder / "mail"}

{accounts}
All names are invented. Ctrl-C stops everything; the data stays."""
    )


def _watch(running: dict, folder: Path) -> None:
    while True:
        for name, process in running.items():
            if process.poll() is not None:
                raise DemoError(f"The {name} process stopped; see {folder / 'logs' / name}.log")
        time.sleep(0.5)


if __name__ == "__main__":
    sys.exit(main())
