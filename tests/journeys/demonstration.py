"""A running `make demo`, known only by what it prints: addresses, mail folder, accounts."""

import datetime as dt
import email
import email.policy
import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[2]
TOKYO = ZoneInfo("Asia/Tokyo")
READY_SECONDS = 180


class Demonstration:
    """Starts the demonstration on free ports and reads its greeting.

    The clock of all its processes can be moved by `set_clock`; nothing else reaches inside.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock_file = folder / "clock"
        self.output: list[str] = []

    def start(self) -> None:
        morning = morning_of_an_ordinary_day()
        self.first_day = morning.date()
        self.set_clock(morning)
        self.process = subprocess.Popen(
            [
                sys.executable, str(ROOT / "site/azukari/demo.py"),
                "--public-port", str(free_port()), "--staff-port", str(free_port()),
                "--folder", str(self.folder / "data"), "--clock-file", str(self.clock_file),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=clean_environment(),
        )  # fmt: skip
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        deadline = time.monotonic() + READY_SECONDS
        while "Ctrl-C stops everything" not in self.printed:
            assert self.process.poll() is None, self.printed
            assert time.monotonic() < deadline, self.printed
            time.sleep(0.2)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=60)
        self.reader.join()
        self.process.stdout.close()

    def set_clock(self, moment: dt.datetime) -> None:
        """From here on it is `moment`, and time goes on."""
        self.now = moment
        offset = moment - dt.datetime.now(TOKYO)  # noqa: TID251 - the real one
        self.clock_file.write_text(str(offset.total_seconds()))

    def at(self, day: dt.date, hour: int, minute: int) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(hour, minute), TOKYO)

    @property
    def printed(self) -> str:
        return "".join(self.output)

    @property
    def public(self) -> str:
        return self._found(r"Parents +(\S+)")

    @property
    def staff(self) -> str:
        return self._found(r"Staff +(http\S+)")

    def account(self, role: str) -> tuple[str, str]:
        """Log-in and password of the printed account whose role begins with these words."""
        line = self._found(rf"^  (?:staff|public) +({re.escape(role)}.*)$")
        *_, name, password = line.split()
        return name, password

    def mail_to(self, address: str, subject: str, *, seconds: float = 20) -> str:
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

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.output.extend(iter(self.process.stdout.readline, ""))


def mails_in(folder: Path) -> list[email.message.EmailMessage]:
    """The mails that the file back end wrote, oldest first."""
    files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime)
    texts = [text for file in files for text in file.read_text().split("-" * 79) if text.strip()]
    return [
        email.message_from_string(text.strip() + "\n", policy=email.policy.default)
        for text in texts
    ]


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
