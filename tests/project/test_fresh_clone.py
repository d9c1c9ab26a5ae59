"""A fresh clone on a bare machine: `make demo` from nothing, the walk, and a second start."""

import contextlib
import http.client
import os
import pwd
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journeys.demonstration import (
    CLOCK,
    PRINTED,
    Started,
    clean_environment,
    free_port,
)

ROOT = Path(__file__).resolve().parents[2]
# From clone to first page with a cold package cache on two cores; a second run finds all in place.
COLD_SECONDS, WARM_SECONDS = 120, 10
# The bars hold for a calm machine; on one with other work it may take as much longer as that waits.
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
    folder = Path(f"/var/tmp/azukari-{os.getpid()}-{user}")
    clone = folder / "clone"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
    # It is the user's home as well.
    subprocess.run(["chown", "-R", user, str(folder)], check=True)
    yield clone
    shutil.rmtree(folder)


def test_demo_starts_from_nothing_for_the_whole_walk_and_keeps_its_data(
    clone: Path, user: str
) -> None:
    demo = make_demo(clone, user)
    with demo.running(COLD_SECONDS * patience()) as cold:
        assert answer_of(demo.public) == http.client.OK
        memory = memory_of(clone)
        walk(clone, user, demo)
    again = make_demo(clone, user)
    with again.running(WARM_SECONDS * patience()) as warm:
        assert answer_of(again.public) == http.client.OK

    print(f"\n  {user}: cold {cold:.0f} s, again {warm:.0f} s, {memory / MEBIBYTE:.0f} MiB")
    assert memory < 1024 * MEBIBYTE
    assert not processes_of(clone), "something was left running"


def patience() -> float:
    return NOISE * max(1, os.getloadavg()[0] / (os.cpu_count() or 1))


class Made(Started):
    """One `make demo`."""

    def interrupt(self) -> None:
        """Ctrl-C: the signal goes to make and all that it started in the foreground."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGINT)


def make_demo(clone: Path, user: str) -> Made:
    clock = clone.parent / CLOCK
    return Made(
        [
            *as_user(user), "make", "-C", str(clone), "demo", f"PUBLIC_PORT={free_port()}",
            f"STAFF_PORT={free_port()}", f"CLOCK_FILE={clock}",
        ],
        clock,
        env=environment_of(clone),
        start_new_session=True,
    )  # fmt: skip


def walk(clone: Path, user: str, demo: Made) -> None:
    """A browser of the user's goes all the way, from nothing but what was printed."""
    (clone.parent / PRINTED).write_text(demo.printed)
    # The walk turns it on to the next day.
    shutil.chown(demo.clock_file, user)
    result = subprocess.run(
        [
            *as_user(user), str(clone / ".venv/bin/python"), "-m", "pytest", "-m", "journey",
            "-p", "no:randomly", f"--demonstration={clone.parent}", "tests/journeys/test_walk.py",
        ],
        cwd=clone,
        # A browser that is missing is a failure here.
        env=environment_of(clone) | {"CI": "true"},
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr


def as_user(user: str) -> list[str]:
    return [] if user == pwd.getpwuid(os.getuid()).pw_name else ["runuser", "-u", user, "--"]


def environment_of(clone: Path) -> dict[str, str]:
    """A home and a package cache with nothing in them."""
    return clean_environment() | {
        "HOME": str(clone.parent),
        "UV_CACHE_DIR": str(clone / ".azukari" / "uv"),
    }


def answer_of(origin: str) -> int:
    connection = http.client.HTTPConnection(origin.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


def memory_of(clone: Path) -> int:
    """Bytes of all processes; what they share is counted once for each."""
    total = 0
    for pid in processes_of(clone):
        status = Path(f"/proc/{pid}/smaps_rollup").read_text()
        match = re.search(r"^Pss: +(\d+) kB", status, re.MULTILINE)
        total += int(match.group(1)) * 1024 if match else 0
    return total


def processes_of(clone: Path) -> list[int]:
    """Processes that run a program of the clone's environment."""
    found = []
    for process in Path("/proc").iterdir():
        if process.name.isdigit():
            try:
                command = (process / "cmdline").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if str(clone / ".venv") in command:
                found.append(int(process.name))
    return found
