"""Where backups lie: the first folder, the second place, and what is cleared away in both."""

import datetime as dt
import shutil
from pathlib import Path

from django.conf import settings

from azukari.backups import schedule
from azukari.backups.archive import Archive, archives, made_at
from history.enums import SecondPlace


def first() -> Path:
    return Path(settings.BACKUP_FOLDER)


def second() -> Path | None:
    return Path(settings.BACKUP_SECOND_FOLDER) if settings.BACKUP_SECOND_FOLDER else None


def copy(name: str) -> SecondPlace:
    """Copy a backup to the second place and read every byte back there.

    On the disk of the first it is copied all the same, and the answer says so. Raises OSError and
    Damaged.
    """
    target = second()
    if target is None:
        return SecondPlace.NONE
    target.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (target / name).exists():
        waiting = target / f".{name}"
        shutil.rmtree(waiting, ignore_errors=True)
        shutil.copytree(first() / name, waiting)
        Archive(waiting).check()
        waiting.rename(target / name)
    return SecondPlace.SAME_DISK if is_same_disk(first(), target) else SecondPlace.COPIED


def is_same_disk(one: Path, other: Path) -> bool:
    """Whether one broken disk would take both."""
    return one.stat().st_dev == other.stat().st_dev


def prune(at: dt.datetime) -> None:
    """Clear away what is no longer kept, in both places, and what killed runs left half written."""
    for folder in filter(None, (first(), second())):
        found = {made_at(path.name): path for path in archives(folder)}
        for moment in found.keys() - schedule.kept(found, at):
            shutil.rmtree(found[moment])
        for path in folder.glob(".*"):
            if path.is_dir() and _is_left_over(path, at):
                shutil.rmtree(path)


def _is_left_over(path: Path, at: dt.datetime) -> bool:
    try:
        return at - made_at(path.name.removeprefix(".")) > schedule.ALL_KEPT / 14
    except ValueError:
        return False
