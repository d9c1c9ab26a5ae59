"""A fresh clone on a bare machine: `make demo` from nothing, then a second time, by two users."""

import http.client
import os
import pwd
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.demonstration import clean_environment, free_port

ROOT = Path(__file__).resolve().parents[2]
# From clone to first page with a cold package cache on two cores; a second run finds all in place.
COLD_SECONDS, WARM_SECONDS = 120, 10
# Other work on the same machine may slow a run for minutes; the bars hold for a calm one.
NOISE = 2
MEBIBYTE = 1 << 20

pytestmark = pytest.mark.slow


@pytest.fixture(params=["root", "nobody"])
def user(request: pytest.FixtureRequest) -> str:
    if request.param != pwd.getpwuid(os.getuid()).pw_name and os.getuid() != 0:
        pytest.skip(f"only root can try it as {request.param}")
    return request.param


@pytest.fixture
def clone(user: str) -> Iterator[Path]:
    # Not below root's own temporary folder, which others may not enter.
    folder = Path(f"/var/tmp/azukari-clone-{os.getpid()}-{user}")
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder)], check=True)
    if user != "root":
        subprocess.run(["chown", "-R", user, str(folder)], check=True)
    yield folder
    shutil.rmtree(folder)


def test_demo_starts_from_nothing_and_keeps_its_data(clone: Path, user: str) -> None:
    port = free_port()

    cold = _run(clone, user, port)
    first = cold.wait_until_ready(COLD_SECONDS * NOISE)
    assert cold.get("/") == http.client.OK
    memory = cold.memory()
    cold.stop()
    warm = _run(clone, user, port)
    second = warm.wait_until_ready(WARM_SECONDS * NOISE)
    assert warm.get("/") == http.client.OK
    warm.stop()

    print(f"\n  {user}: cold {first:.0f} s, again {second:.0f} s, {memory / MEBIBYTE:.0f} MiB")
    assert memory < 1024 * MEBIBYTE
    assert not _processes_of(clone), "something was left running"


class Run:
    """One `make demo`."""

    def __init__(self, process: subprocess.Popen[str], port: int, folder: Path) -> None:
        self.process = process
        self.port = port
        self.folder = folder
        self.started = time.monotonic()

    def wait_until_ready(self, seconds: float) -> float:
        assert self.process.stdout is not None
        printed = ""
        for line in self.process.stdout:
            printed += line
            if "Azukari is ready" in line:
                break
            assert time.monotonic() - self.started < seconds, printed
        assert "Azukari is ready" in printed, printed
        return time.monotonic() - self.started

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("localhost", self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def memory(self) -> int:
        """Bytes of all processes; what they share is counted once for each."""
        total = 0
        for pid in _processes_of(self.folder):
            status = Path(f"/proc/{pid}/smaps_rollup").read_text()
            match = re.search(r"^Pss: +(\d+) kB", status, re.MULTILINE)
            total += int(match.group(1)) * 1024 if match else 0
        return total

    def stop(self) -> None:
        """Ctrl-C: the signal goes to make and all that it started in the foreground."""
        os.killpg(self.process.pid, signal.SIGINT)
        self.process.wait(timeout=60)
        assert self.process.stdout is not None
        self.process.stdout.close()


def _run(folder: Path, user: str, port: int) -> Run:
    as_user = [] if user == pwd.getpwuid(os.getuid()).pw_name else ["runuser", "-u", user, "--"]
    environment = clean_environment() | {
        "HOME": str(folder),
        "UV_CACHE_DIR": str(folder / ".azukari" / "uv"),
    }
    ports = [f"PUBLIC_PORT={port}", f"STAFF_PORT={free_port()}"]
    process = subprocess.Popen(
        [*as_user, "make", "-C", str(folder), "demo", *ports],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment,
        start_new_session=True,
    )
    return Run(process, port, folder)


def _processes_of(folder: Path) -> list[int]:
    """Processes that run a program of the clone's environment."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                command = (process / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if str(folder / ".venv") in command:
                found.append(int(process.name))
    return found
