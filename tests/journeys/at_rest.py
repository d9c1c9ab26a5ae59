"""A demonstration's database at rest: its sensitive texts, and those that a dump shows."""

import base64
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from psycopg import sql

from azukari.backups import database
from azukari.postgres import EmbeddedServer
from history.walls import BACKUP
from records import keys
from records.fields import EncryptedTextField
from records.second_factors import PLACE as SECOND_FACTOR

# Mail is encrypted as well, but an address stands in the account in clear; so do names.
NOT_SECRET_ELSEWHERE = {"records_outgoingmail", "records_proposal", "records_historicalproposal"}
DATABASE = "azukari_demo"
CODE = re.compile(r"[a-z_,]+", re.ASCII)
# Shorter ones occur by chance in what is encrypted or encoded.
SHORTEST = 4


class AtRest:
    """The database of a demonstration, by its folder: what a thief of the disk would have."""

    def __init__(self, folder: Path) -> None:
        server = EmbeddedServer(folder / "postgres")
        self.admin = psycopg.conninfo.make_conninfo(server.url(), dbname=DATABASE)
        self.backup = psycopg.conninfo.make_conninfo(self.admin, user=BACKUP)
        text = json.loads((folder / "secrets.json").read_text())["data_keys"]
        self.wrapping = keys.parse(text, "AZUKARI_DATA_KEYS")

    def dump(self) -> bytes:
        return plain_dump(self.backup)

    def dump_in_clear(self) -> bytes:
        """The same, had nothing been encrypted: from a copy in which every field lies open."""
        pieces = Pieces()
        with database.snapshot(self.backup) as (_found, moment):
            database.dump(self.backup, moment, pieces)
        with database.scratch(self.admin) as address:
            database.load(pieces.held, address, as_owner=False)
            with psycopg.connect(address) as copy:
                copy.execute("SET session_replication_role = replica")
                self._open(copy)
            return plain_dump(address)

    def texts(self) -> set[str]:
        """Every sensitive text in it, decrypted: lines worth looking for, and codes.

        The seed of a draw is none any more once the draw is over, and everybody reads it.
        """
        with psycopg.connect(self.backup) as found:
            unlocked = self._data_keys(found)
            published = {seed for (seed,) in found.execute("SELECT seed FROM booking_release")}
            hidden = {
                line
                for table, column, place in encrypted_columns()
                for (value,) in found.execute(_select(table, column))
                for line in self._plain(unlocked, value, place).splitlines()
                if len(line.encode()) >= SHORTEST or CODE.fullmatch(line)
            } | set(self._second_factors(found, unlocked))
            return hidden - published

    def _second_factors(
        self, found: psycopg.Connection, unlocked: dict[int, AESGCM]
    ) -> Iterator[str]:
        for (data,) in found.execute("SELECT data FROM mfa_authenticator"):
            for name in data.keys() & {"secret", "seed"}:
                yield self._plain(unlocked, base64.b64decode(data[name]), SECOND_FACTOR)

    def _open(self, copy: psycopg.Connection) -> None:
        unlocked = self._data_keys(copy)
        for table, column, place in encrypted_columns():
            name, field = sql.Identifier(table), sql.Identifier(column)
            for (value,) in copy.execute(_select(table, column)).fetchall():
                copy.execute(
                    sql.SQL("UPDATE {} SET {} = %s WHERE {} = %s").format(name, field, field),
                    [self._plain(unlocked, value, place).encode(), value],
                )
        for number, data in copy.execute("SELECT id, data FROM mfa_authenticator").fetchall():
            for part in data.keys() & {"secret", "seed"}:
                data[part] = self._plain(unlocked, base64.b64decode(data[part]), SECOND_FACTOR)
            copy.execute(
                "UPDATE mfa_authenticator SET data = %s WHERE id = %s", [json.dumps(data), number]
            )

    def _data_keys(self, found: psycopg.Connection) -> dict[int, AESGCM]:
        rows = found.execute("SELECT id, wrapped, wrapped_by FROM records_datakey")
        return {
            number: AESGCM(keys.unseal(AESGCM(self.wrapping[by]), bytes(wrapped), b"data key"))
            for number, wrapped, by in rows
        }

    @staticmethod
    def _plain(unlocked: dict[int, AESGCM], value: bytes, place: str) -> str:
        number = int.from_bytes(value[: keys.ID_BYTES])
        return keys.unseal(unlocked[number], value[keys.ID_BYTES :], place.encode()).decode()


class Pieces:
    def __init__(self) -> None:
        self.held: list[bytes] = []

    def write(self, data: bytes, /) -> int:
        self.held.append(data)
        return len(data)


def encrypted_columns() -> list[tuple[str, str, str]]:
    """Table, column and place of every encrypted field, those of the histories included."""
    return [
        (model._meta.db_table, field.column, field.place)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
        and model._meta.db_table not in NOT_SECRET_ELSEWHERE
    ]


def plain_dump(address: str) -> bytes:
    return subprocess.run(
        [database.tool("pg_dump"), "--data-only", f"--dbname={address}"],
        check=True,
        capture_output=True,
    ).stdout


def shown(dump: bytes, texts: set[str]) -> set[str]:
    """Those of the texts that a dump shows, in UTF-8, escaped, as hexadecimal or in base64."""
    return {text for text in texts if (_code if CODE.fullmatch(text) else _text)(dump, text)}


def _text(dump: bytes, text: str) -> bool:
    plain = text.encode()
    escaped = json.dumps(text)[1:-1]
    forms = [plain, plain.hex().encode(), quote(text).encode(), escaped.encode()]
    # COPY doubles a backslash.
    forms.append(escaped.replace("\\", "\\\\").encode())
    for shift in range(3):
        # Whole groups of three bytes, wherever the text begins among them.
        inner = plain[shift:]
        coded = base64.b64encode(inner[: len(inner) // 3 * 3])
        if len(coded) > SHORTEST:
            forms += [coded, coded.translate(bytes.maketrans(b"+/", b"-_"))]
    return any(form in dump for form in forms)


def _code(dump: bytes, code: str) -> bool:
    """A code is a word like any other: it counts where it is a whole value."""
    plain = code.encode()
    coded = base64.b64encode(plain)
    forms = b"|".join(map(re.escape, (plain, b"\\\\x" + plain.hex().encode(), coded)))
    return re.search(rb'[\t\n"{,](?:' + forms + rb')[\t\n"},]', dump) is not None


def _select(table: str, column: str) -> sql.Composed:
    return sql.SQL("SELECT DISTINCT {} FROM {} WHERE {} IS NOT NULL").format(
        sql.Identifier(column), sql.Identifier(table), sql.Identifier(column)
    )
