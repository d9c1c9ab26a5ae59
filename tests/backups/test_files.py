"""Uploaded files come back from a backup as they were, and nowhere else."""

import io
import tarfile

import pytest

from azukari.backups import files
from azukari.backups.archive import Archive, Writer
from azukari.backups.sealing import Damaged

NAME = "20261123-143000"


def archived(places, fill):
    with Writer(places.BACKUP_FOLDER, NAME) as writer:
        for name in ("contents", "files", "database"):
            with writer.part(name) as part:
                if name == "files":
                    fill(part)
        writer.finish()
    return Archive(places.BACKUP_FOLDER / NAME)


def holding(*members):
    def fill(part):
        with tarfile.open(mode="w|", fileobj=part) as tar:
            for member in members:
                tar.addfile(member, io.BytesIO(b"x" * member.size))

    return fill


def member(name, **values):
    found = tarfile.TarInfo(name)
    found.size = 0 if values else 1
    for key, value in values.items():
        setattr(found, key, value)
    return found


def test_files_come_back(places, tmp_path):
    media, back = tmp_path / "uploaded", tmp_path / "back"
    (media / "images").mkdir(parents=True)
    (media / "images" / "𠮷.png").write_bytes(b"\x00\xff" * 70_000)
    (media / "rules.pdf").write_bytes(b"")
    archive = archived(places, lambda part: files.pack(media, part, meanwhile=lambda: None))

    assert files.unpack(archive, back) == 2
    found = {path.relative_to(back): path.read_bytes() for path in back.rglob("*.*")}
    assert found == {path.relative_to(media): path.read_bytes() for path in media.rglob("*.*")}


@pytest.mark.parametrize(
    "hostile",
    [
        member("../escaped"),
        member("/tmp/escaped"),
        member("images/../../escaped"),
        member("link", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        member("link", type=tarfile.LNKTYPE, linkname="../escaped"),
        member("device", type=tarfile.CHRTYPE),
    ],
    ids=lambda found: f"{found.name} {found.type.decode()}",
)
def test_nothing_is_written_outside(places, tmp_path, hostile):
    archive = archived(places, holding(member("images/ours"), hostile))
    back = tmp_path / "back"

    with pytest.raises(Damaged, match="may not be unpacked"):
        files.unpack(archive, back)
    written = {path for path in tmp_path.rglob("*") if path.is_file()}
    assert {path for path in written if archive.folder not in path.parents} == {
        back / "images" / "ours",
        tmp_path / "media" / "images" / "chick.svg",
    }
