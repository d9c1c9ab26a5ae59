"""A running `make demo`, known only by what it prints: addresses, mail folder, accounts."""

import base64
import datetime as dt
import email
import email.policy
import hmac
import os
import re
import socket
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
TOKYO = ZoneInfo("Asia/Tokyo")
READY_SECONDS, STOP_SECONDS = 180, 180
HALF_MINUTE = dt.timedelta(seconds=30)
# In the folder of one that runs already (`--demonstration`).
PRINTED, CLOCK = "printed", "clock"


class Demonstration:
    """What is known of a demonstration: what it printed, and the clock of all its processes.

    The clock can be moved by `set_clock`; nothing else reaches inside. Unless it was set before, it
    begins on the morning of an ordinary day.
    """

    def __init__(self, clock_file: Path) -> None:
        self.clock_file = clock_file
        self.steps: dict[str, int] = {}
        if not clock_file.exists():
            self.set_clock(morning_of_an_ordinary_day())
        self.first_day = self.now().date()

    @property
    def printed(self) -> str:
        raise NotImplementedError

    def now(self) -> dt.datetime:
        offset = dt.timedelta(seconds=float(self.clock_file.read_text()))
        return dt.datetime.now(TOKYO) + offset  # noqa: TID251 - the real one

    def set_clock(self, moment: dt.datetime) -> None:
        """From here on it is `moment`, and time goes on."""
        offset = moment - dt.datetime.now(TOKYO)  # noqa: TID251 - the real one
        self.clock_file.write_text(str(offset.total_seconds()))

    def at(self, day: dt.date, hour: int, minute: int) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(hour, minute), TOKYO)

    @property
    def public(self) -> str:
        return self._found(r"Parents +(\S+)")

    @property
    def staff(self) -> str:
        return self._found(r"Staff +(http\S+)")

    def account(self, role: str) -> tuple[Any, ...]:
        """Log-in and password of the printed account whose role begins with these words.

        Where the account gives a second factor, what makes a code that opens it once as well. A
        code lasts a minute, so it is made when it is typed.
        """
        line = self._found(rf"^  (?:staff|public) +({re.escape(role)}.*)$")
        *_, name, password = line.split()
        secret = re.search(rf"^  {re.escape(name)}  ([A-Z2-7]{{32}})$", self.printed, re.MULTILINE)
        return (name, password, partial(self._code, secret[1])) if secret else (name, password)

    def _code(self, secret: str) -> str:
        """A one-time code that was not given before: of the next half minute, when needed."""
        while True:
            now = time.time() + float(self.clock_file.read_text())  # noqa: TID251 - as above
            step = max(int(now) // 30, self.steps.get(secret, 0) + 1)
            # The half minute ahead is accepted as well.
            if step <= int(now) // 30 + 1:
                self.steps[secret] = step
                return _hotp(secret, step)
            self.set_clock(self.now() + HALF_MINUTE)

    def facility_of(self, role: str) -> str:
        """The facility of that account."""
        line = self._found(rf"^  staff +({re.escape(role)}.*)$")
        *_, facility, _name, _password = line.split()
        return facility

    @property
    def pin(self) -> str:
        return self._found(r"PIN of every member of staff: (\d+)")

    def terminal_link(self, facility: str) -> str:
        """The printed link that makes one browser a terminal of a facility."""
        return self._found(rf"^  {facility} +(http\S+/terminals/register/\S+)$")

    @property
    def data_folder(self) -> Path:
        """Where its database lies: for looking at what is left on the disk, never for a step."""
        return Path(self._found(r"Mail +(\S+)")).parent

    def mail_to(self, address: str, subject: str, *, seconds: float = 60) -> str:
        """The text of the newest mail to an address whose subject contains these words."""
        folder = Path(self._found(r"Mail +(\S+)"))
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for message in reversed(list(mails_in(folder))):
                if address in str(message["To"]) and subject in str(message["Subject"]):
                    return message.get_content()
            time.sleep(0.2)
        raise AssertionError(f"no mail to {address} about {subject}")

    def _found(self, pattern: str) -> str:
        match = re.search(pattern, self.printed, re.MULTILINE)
        assert match, f"{pattern} is not printed:\n{self.printed}"
        return match.group(1)


class Started(Demonstration):
    """One that this process starts and stops."""

    def __init__(self, command: Sequence[str], clock_file: Path, **options: Any) -> None:
        super().__init__(clock_file)
        self.command = command
        self.options = {"env": clean_environment(), **options}
        self.output: list[str] = []

    @property
    def printed(self) -> str:
        return "".join(self.output)

    def start(self, seconds: float = READY_SECONDS) -> float:
        """Wait for the greeting, so many seconds at most; how many it took."""
        begun = time.monotonic()
        self.process = subprocess.Popen(
            self.command,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **self.options,
        )
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        while "Ctrl-C stops everything" not in self.printed:
            assert self.process.poll() is None, self.printed
            assert time.monotonic() - begun < seconds, self.printed
            time.sleep(0.2)
        return time.monotonic() - begun

    @contextmanager
    def running(self, seconds: float = READY_SECONDS) -> Iterator[float]:
        """From the greeting, after so many seconds, to the end; stopped, come what may."""
        try:
            yield self.start(seconds)
        finally:
            self.stop()

    def stop(self) -> None:
        self.interrupt()
        self.process.wait(timeout=STOP_SECONDS)
        self.reader.join()
        self.process.stdout.close()

    def interrupt(self) -> None:
        self.process.terminate()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.output.extend(iter(self.process.stdout.readline, ""))


class Running(Demonstration):
    """One that somebody else started: a folder holds its clock, and what it printed."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / CLOCK)
        self.folder = folder

    @property
    def printed(self) -> str:
        return (self.folder / PRINTED).read_text()


def of_this_tree(folder: Path) -> Started:
    return Started(
        [
            sys.executable, str(ROOT / "site/azukari/demo.py"),
            "--public-port", str(free_port()), "--staff-port", str(free_port()),
            "--folder", str(folder / "data"), "--clock-file", str(folder / CLOCK),
        ],
        folder / CLOCK,
    )  # fmt: skip


def mails_in(folder: Path) -> list[email.message.EmailMessage]:
    """The mails that the file back end wrote, oldest first."""
    files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime)
    texts = [text for file in files for text in file.read_text().split("-" * 79) if text.strip()]
    # As bytes: the body of a letter in Japanese is in UTF-8.
    return [
        email.message_from_bytes((text.strip() + "\n").encode(), policy=email.policy.default)
        for text in texts
    ]


def _hotp(secret: str, counter: int) -> str:
    """The arithmetic of RFC 4226, as an authenticator app does it."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", counter), "sha1")
    (value,) = struct.unpack_from(">I", digest, digest[-1] & 0xF)
    return f"{(value & 0x7FFFFFFF) % 10**6:06}"


def clean_environment() -> dict[str, str]:
    """The environment without what the tests themselves have set."""
    ours = ("AZUKARI_", "DJANGO_", "DATABASE_URL", "PYTEST_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def morning_of_an_ordinary_day() -> dt.datetime:
    """8:40 of a Tuesday to come, far from year's end: every facility is open that week."""
    day = dt.datetime.now(TOKYO).date()  # noqa: TID251 - the real one
    day += dt.timedelta(days=(1 - day.weekday()) % 7)
    if (day.month, day.day) >= (12, 8) or (day.month, day.day) <= (1, 5):
        day = dt.date(day.year + (day.month == 12), 1, 12)
        day += dt.timedelta(days=(1 - day.weekday()) % 7)
    return dt.datetime.combine(day, dt.time(8, 40), TOKYO)
