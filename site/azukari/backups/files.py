"""Uploaded files in a backup: a tar that is written and read as a stream."""

import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast

from azukari.backups.archive import Archive
from azukari.backups.sealing import Damaged, SealedWriter, UnsealedReader


def pack(folder: Path, into: SealedWriter, meanwhile: Callable[[], None]) -> int:
    """Pack every file below `folder`; how many there were.

    `meanwhile` dumps the database. What came in during that time is packed after it, so that
    every file that a dumped row names is there; one too many does no harm.
    """
    with tarfile.open(mode="w|", fileobj=cast("BinaryIO", into), format=tarfile.PAX_FORMAT) as tar:
        packed = _add(tar, folder, set())
        meanwhile()
        packed |= _add(tar, folder, packed)
    return len(packed)


def unpack(archive: Archive, folder: Path) -> int:
    """Unpack into `folder`; how many files there were. Raises Damaged at what leads out of it.

    By hand, for `extract` with a filter is not in the Python of Debian 12.
    """
    count = 0
    reader = UnsealedReader(archive.pieces("files"))
    with tarfile.open(fileobj=reader, mode="r|") as tar:
        for member in tar:
            path = (folder / member.name).resolve()
            source = tar.extractfile(member) if member.isfile() else None
            if source is None or not path.is_relative_to(folder.resolve()):
                raise Damaged(f"{member.name} may not be unpacked")
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as target:
                shutil.copyfileobj(source, target)
            count += 1
    return count


def _add(tar: tarfile.TarFile, folder: Path, known: set[Path]) -> set[Path]:
    added = set()
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        if path in known or not path.is_file() or path.is_symlink():
            continue
        try:
            tar.add(path, arcname=str(path.relative_to(folder)), recursive=False)
        except FileNotFoundError:
            # Deleted while it was its turn.
            continue
        added.add(path)
    return added
