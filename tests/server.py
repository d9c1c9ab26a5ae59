"""The server of a test run: the embedded one, unless `DATABASE_URL` names another."""

import contextlib
import fcntl
from pathlib import Path
from typing import IO


class Lease:
    """Several test runs may share the embedded server: the last one stops it."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "in-use"
        self.file: IO[str] | None = None

    def take(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = self.path.open("w")
        fcntl.flock(self.file, fcntl.LOCK_SH)

    def is_last(self) -> bool:
        if self.file is None:
            return False
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        return False

    def give_back(self) -> None:
        if self.file is not None:
            self.file.close()
            self.file = None
