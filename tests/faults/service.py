"""The product as it runs: a PostgreSQL of its own, the public entry and the worker as processes."""

import http.client
import os
import secrets
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections

from azukari.postgres import EmbeddedServer, ServerError
from history.roles import make_roles
from history.walls import BACKUP, DRILL, OWNER
from records import keys
from tests.database import ACTOR, act_as
from tests.entries import EntryClient
from tests.journeys.demonstration import free_port

DATABASE = "azukari"
# Of the origin in the settings of the tests.
HOST = "public.test"
AWAY = (OSError, http.client.HTTPException)


class Service:
    """Starts, kills and asks the processes; the test's own connection is the owner's."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.server = EmbeddedServer(folder / "postgres")
        self.port = free_port()
        self.mail = f"file://{folder / 'mail'}"
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def prepare(self) -> None:
        self.server.start()
        make_roles(self.server.url(), DATABASE)
        (self.folder / "mail").mkdir()
        connections.close_all()
        connection.settings_dict.update(
            HOST=str(self.server.socket_folder), PORT="", NAME=DATABASE, USER=OWNER, PASSWORD=""
        )
        keys.forget()
        call_command("migrate", verbosity=0)
        call_command("load_reference")
        act_as(ACTOR)

    def start_entry(self) -> None:
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"],
            cwd=settings.ROOT,
            env=self._environment("public"),
            check=True,
        )
        self._start("public", self.granian(self.port))
        self.wait_until(self.is_up, 90)

    @staticmethod
    def granian(port: int) -> list[str]:
        return [
            str(Path(sys.executable).with_name("granian")), "--interface", "wsgi",
            "--host", "127.0.0.1", "--port", str(port), "--workers", "2",
            "--blocking-threads", "4", "--respawn-failed-workers", "--respawn-interval", "1",
            "azukari.wsgi:application",
        ]  # fmt: skip

    def start_worker(self) -> None:
        self._start(
            "worker", [sys.executable, "manage.py", "procrastinate", "worker", "--concurrency", "3"]
        )

    def is_up(self) -> bool:
        try:
            return self.ask("GET", "/healthz")[0] == 200
        except AWAY:
            return False

    def ask(
        self, method: str, path: str, cookies: str = "", data: dict[str, object] | None = None
    ) -> tuple[int, http.client.HTTPMessage, str]:
        """Status, headers and text of one answer. Raises what `AWAY` names where there is none."""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Host": HOST, "Cookie": cookies, "Accept-Language": "ja"}
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            asked.request(method, path, urlencode(data) if data else None, headers)
            answer = asked.getresponse()
            return answer.status, answer.headers, answer.read().decode()
        finally:
            asked.close()

    def kill_worker_of_entry(self) -> None:
        """kill -9 of one of the processes that answer."""
        parent = self.running["public"].pid
        children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
        os.kill(int(children[0]), signal.SIGKILL)

    def kill(self, name: str) -> None:
        process = self.running.pop(name)
        process.kill()
        process.wait(timeout=30)

    def kill_database(self) -> None:
        pid = int((self.server.data / "postmaster.pid").read_text().splitlines()[0])
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(pid, signal.SIGKILL)
        self.wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children), 20)

    def start_database(self) -> None:
        def starts() -> bool:
            try:
                self.server.start()
            except ServerError:
                return False
            return True

        self.wait_until(starts, 30)

    @staticmethod
    def wait_until(is_so, seconds: float) -> float:
        """How long it took."""
        began = time.monotonic()
        while not is_so():
            assert time.monotonic() - began < seconds, "it never came to that"
            time.sleep(0.1)
        return time.monotonic() - began

    def _environment(self, name: str) -> dict[str, str]:
        return os.environ | {
            "DATABASE_URL": self.server.url(f"azukari_{name}", DATABASE),
            "DJANGO_SETTINGS_MODULE": f"azukari.settings.{name}",
            "PYTHONPATH": f"{settings.ROOT / 'site'}{os.pathsep}{settings.ROOT}",
            "AZUKARI_EMAIL_URL": self.mail,
            "AZUKARI_BACKUP_DATABASE_URL": self.server.url(BACKUP, DATABASE),
            "AZUKARI_DRILL_DATABASE_URL": self.server.url(DRILL, DATABASE),
            "AZUKARI_DATA_FOLDER": str(self.folder),
        }

    def _start(
        self, name: str, command: list[str], environment: dict[str, str] | None = None
    ) -> None:
        with (self.folder / f"{name}.log").open("a") as log:
            self.running[name] = subprocess.Popen(
                command,
                cwd=settings.ROOT,
                env=environment or self._environment(name),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


class Family:
    """A parent with a browser, a filled-in form and patience."""

    def __init__(self, service: Service, user: object, form: dict[str, object]) -> None:
        self.service = service
        client = EntryClient("public").log_in(user)
        token = secrets.token_hex(16)
        session = client.cookies["azukari"].value
        self.cookies = f"azukari={session}; azukari-csrf={token}"
        self.form = form | {"key": uuid.uuid4(), "csrfmiddlewaretoken": token}
        self.statuses: list[int] = []

    def book(self, tries: int = 100) -> uuid.UUID | None:
        """The number of the booking, None where refused."""
        held = self._send("/booking/hikarigaoka/new/", tries)
        booked = held and self._send(f"{held}confirm/", tries)
        return uuid.UUID(booked.strip("/").rpartition("/")[2]) if booked else None

    def _send(self, path: str, tries: int) -> str | None:
        """Send the form until somebody answers; where it leads, None where refused."""
        for _ in range(tries):
            try:
                status, headers, _text = self.service.ask("POST", path, self.cookies, self.form)
            except AWAY:
                status = 0
            self.statuses.append(status)
            if status == 302:
                return headers["Location"]
            if status == 200:
                return None
            time.sleep(0.2)
        raise AssertionError(f"nobody answered: {self.statuses}")


@contextmanager
def running(folder: Path, kind: type[Service] = Service) -> Iterator[Service]:
    before = dict(connection.settings_dict)
    service = kind(folder)
    try:
        service.prepare()
        service.start_entry()
        yield service
    finally:
        for process in service.running.values():
            process.terminate()
            process.wait(timeout=30)
        connections.close_all()
        connection.settings_dict.update(before)
        keys.forget()
        service.server.stop()
