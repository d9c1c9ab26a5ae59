"""A backup that was changed, cut, swapped or belongs to another key is known for what it is."""

import base64
import json
import shutil

import pytest

from azukari.backups import sealing
from azukari.backups.archive import Archive, Writer, made_at, new_name
from azukari.backups.sealing import Damaged, Key, SealedWriter, unsealed


def flip(path, offset):
    content = bytearray(path.read_bytes())
    content[offset] ^= 1
    path.write_bytes(bytes(content))


def cut(path, count):
    path.write_bytes(path.read_bytes()[:-count])


def restate(folder, name):
    """Write sizes and SHA-256 of a changed part into the manifest, as who tampers would."""
    path = folder / "manifest.json"
    facts = json.loads(path.read_text())
    part = folder / f"{name}.sealed"
    archive = Archive(folder)
    facts["parts"][name] = {
        "size": part.stat().st_size,
        "sha256": __import__("hashlib").sha256(part.read_bytes()).hexdigest(),
    }
    path.write_text(json.dumps(facts))
    return archive


def test_a_second_one_in_a_second_has_a_name_of_its_own(tmp_path):
    at = made_at("20261123-101459")
    first = new_name(tmp_path, at)
    (tmp_path / first).mkdir()

    assert (first, new_name(tmp_path, at)) == ("20261123-101459", "20261123-101500")


def test_a_whole_one_reads_back(small):
    manifest = Archive(small).check()

    assert b"".join(Archive(small).pieces("files")) == b"f" * 3_000_000
    assert manifest.name == small.name
    assert manifest.size == sum(path.stat().st_size for path in small.glob("*.sealed"))


@pytest.mark.parametrize("part", ["contents", "files", "database"])
@pytest.mark.parametrize("offset", [3, 40, -1])
def test_one_changed_bit_is_found(small, part, offset):
    flip(small / f"{part}.sealed", offset)

    with pytest.raises(Damaged, match=f"{part}.sealed is not the file"):
        Archive(small).check()


@pytest.mark.parametrize("count", [1, 16, 1 << 20])
def test_a_cut_part_is_found(small, count):
    cut(small / "files.sealed", count)

    with pytest.raises(Damaged, match="bytes instead of"):
        Archive(small).check()


def test_a_missing_part_is_found(small):
    (small / "files.sealed").unlink()

    with pytest.raises(Damaged, match=r"files\.sealed is missing"):
        Archive(small).check()


def test_parts_of_two_backups_do_not_mix(small, places):
    with Writer(places.BACKUP_FOLDER, "20261123-143000") as writer:
        for name in ("contents", "files", "database"):
            with writer.part(name) as sealed:
                sealed.write(b"other")
        writer.finish()
    shutil.copy(places.BACKUP_FOLDER / "20261123-143000" / "database.sealed", small)

    with pytest.raises(Damaged, match=r"database\.sealed"):
        Archive(small).check()


def test_a_manifest_that_was_made_to_fit_is_found(small):
    flip(small / "database.sealed", -1)
    restate(small, "database")

    with pytest.raises(Damaged, match=r"manifest\.json was changed"):
        Archive(small).check()


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"name": 1, "parts": []}', "\x00"])
def test_a_broken_manifest_is_found(small, text):
    (small / "manifest.json").write_text(text)

    with pytest.raises(Damaged, match="can't be read"):
        Archive(small).check()


def test_no_backup_at_all(tmp_path):
    with pytest.raises(Damaged, match="holds no backup"):
        Archive(tmp_path).check()


def test_another_key_under_the_same_name_is_found(small, places):
    places.BACKUP_KEYS = "test:" + base64.b64encode(b"x" * 32).decode()

    with pytest.raises(Damaged, match="test is not the key it was made with"):
        Archive(small).check()


def test_a_key_that_is_not_at_hand_is_named(small, places):
    places.BACKUP_KEYS = "new:" + base64.b64encode(b"n" * 32).decode()

    with pytest.raises(Damaged, match="lacks the key test"):
        Archive(small).check()


def test_an_older_key_still_opens_what_it_sealed(small, places):
    places.BACKUP_KEYS = f"new:{base64.b64encode(b'n' * 32).decode()},{places.BACKUP_KEYS}"

    assert Archive(small).check().key == "test"


@pytest.fixture
def key():
    return Key("k", b"k" * 32)


@pytest.mark.parametrize("size", [0, 1, sealing.PIECE_BYTES, sealing.PIECE_BYTES + 1, 5_000_000])
def test_any_length_reads_back(tmp_path, key, size):
    content = bytes(size)
    with (tmp_path / "f").open("wb") as file:
        writer = SealedWriter(file, key, "here")
        writer.write(content)
        writer.finish()

    with (tmp_path / "f").open("rb") as file:
        assert b"".join(unsealed(file, {"k": key}, "here")) == content


HEAD = len(sealing.MAGIC) + 1 + 1 + sealing.SALT_BYTES
PIECE = sealing.PIECE_BYTES + sealing.TAG_BYTES


@pytest.mark.parametrize(
    ("how", "change"),
    [
        ("the last piece cut off", lambda c: c[: HEAD + 2 * PIECE]),
        ("two pieces swapped", lambda c: c[:HEAD] + c[HEAD + PIECE : HEAD + 2 * PIECE]
            + c[HEAD : HEAD + PIECE] + c[HEAD + 2 * PIECE :]),
        ("a piece repeated", lambda c: c[: HEAD + PIECE] + c[HEAD:]),
        ("something appended", lambda c: c + b"more"),
        ("nothing but the head", lambda c: c[:HEAD]),
        ("not even that", lambda c: c[:10]),
        ("another salt", lambda c: c[: HEAD - 1] + bytes([c[HEAD - 1] ^ 1]) + c[HEAD:]),
    ],
)  # fmt: skip
def test_pieces_stand_where_they_were_written(tmp_path, key, how, change):
    path = tmp_path / "f"
    with path.open("wb") as file:
        writer = SealedWriter(file, key, "here")
        writer.write(b"a" * (2 * sealing.PIECE_BYTES + 5))
        writer.finish()
    path.write_bytes(change(path.read_bytes()))

    with path.open("rb") as file, pytest.raises(Damaged):
        list(unsealed(file, {"k": key}, "here"))


def test_a_file_does_not_take_the_place_of_another(tmp_path, key):
    path = tmp_path / "f"
    with path.open("wb") as file:
        SealedWriter(file, key, "here").finish()

    with path.open("rb") as file, pytest.raises(Damaged):
        list(unsealed(file, {"k": key}, "there"))
