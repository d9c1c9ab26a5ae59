"""Whether anybody changed the past: the chain, the entries, the roots and the history rows.

Run it as the owner or as `azukari_backup`, who read all of it; a row that a role can't see would
count as removed. Each question is one statement over the whole table.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_lazy as _

from history.enums import CHANGES, Act
from history.models import Shape
from history.triggers import GENESIS, TEXT_SETTINGS, fingerprint

ENTRY = "history_entry"
SEAL = "history_seal"
# Work in memory, not on disk: a million seals fit.
MEMORY = "256MB"


class What(StrEnum):
    """What happened to a row."""

    EDITED = "edited"
    REMOVED = "removed"
    INSERTED = "inserted"
    REORDERED = "reordered"
    TRUNCATED = "truncated"
    RECOMPUTED = "recomputed"
    FORGED = "forged"

    @property
    def label(self) -> object:
        return WORDS[self]


WORDS = {
    What.EDITED: _("書き換えられています"),
    What.REMOVED: _("消されています"),
    What.INSERTED: _("あとから加えられています"),
    What.REORDERED: _("順序が変えられています"),
    What.TRUNCATED: _("ここから後が切り取られています"),
    What.RECOMPUTED: _("指紋が作り直されています"),
    What.FORGED: _("消去の記録がありません"),
}


@dataclass(frozen=True)
class Fault:
    """One row that is not as it was written. `position` is its place in the chain, if it has one.

    `row` is the key in `table`: an entry's id, a `history_id`, a position or a day.
    """

    what: What
    table: str
    row: str
    position: int | None = None

    def __str__(self) -> str:
        place = "" if self.position is None else f" position {self.position}"
        return f"{self.what}: {self.table} {self.row}{place}"


@dataclass
class Report:
    """What was looked at and what was found, the first fault first."""

    entries: int = 0
    waiting: int = 0
    history_rows: int = 0
    tombstones: int = 0
    seconds: float = 0.0
    faults: list[Fault] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        return not self.faults

    @property
    def first(self) -> Fault | None:
        return self.faults[0] if self.faults else None


def verify(root: str | None = None, *, using: str = "default") -> Report:
    """Compare everything with everything; each kind of fault is reported at its first place.

    `root` is a day's root as it was mailed (64 hexadecimal digits): it must be in the chain.
    Faults come in the order of the chain, those of history rows after them. All questions are
    asked of one moment, so that work may go on meanwhile; inside a transaction of the caller's
    that is up to the caller.
    """
    report = Report()
    start = time.monotonic()
    is_ours = not connections[using].in_atomic_block
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if is_ours:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
        for name, value in TEXT_SETTINGS.items():
            cursor.execute(f"SET LOCAL {name} = {value}")
        _count(cursor, report)
        shapes = list(Shape.objects.using(using).order_by("id"))
        chain = [
            *_links(cursor),
            *_entries(cursor, [shape for shape in shapes if shape.table == ENTRY]),
            *_ends(cursor),
            *_roots(cursor, root),
        ]
        report.faults += sorted(chain, key=_place)
        report.faults += _tombstones(cursor, shapes)
        report.faults += _digests(cursor)
        report.faults += _histories(cursor, [shape for shape in shapes if shape.table != ENTRY])
    report.seconds = time.monotonic() - start
    return report


def _place(fault: Fault) -> tuple[bool, int]:
    return fault.position is None, fault.position or 0


def _count(cursor: CursorWrapper, report: Report) -> None:
    cursor.execute(
        "SELECT (SELECT count(*) FROM history_seal), (SELECT count(*) FROM history_unsealed),"
        " (SELECT count(*) FROM history_fingerprint), (SELECT count(*) FROM history_tombstone)"
    )
    report.entries, report.waiting, report.history_rows, report.tombstones = cursor.fetchone()


def _links(cursor: CursorWrapper) -> Iterator[Fault]:
    """Each seal beside the one before it."""
    cursor.execute(
        f"""
        SELECT position, before FROM (
            SELECT position, hash, content,
                lag(position, 1, 0::bigint) OVER chain AS before,
                lag(hash, 1, {GENESIS}) OVER chain AS last
            FROM history_seal WINDOW chain AS (ORDER BY position)) link
        WHERE position <> before + 1 OR hash IS DISTINCT FROM sha256(last || content)
        ORDER BY position LIMIT 1
        """
    )
    for position, before in cursor.fetchall():
        if position != before + 1:
            yield Fault(What.REMOVED, SEAL, str(before + 1), before + 1)
        else:
            yield Fault(What.EDITED, SEAL, str(position), position)


def _entries(cursor: CursorWrapper, shapes: list[Shape]) -> Iterator[Fault]:
    """Each entry beside its seal, and none without one or the promise of one."""
    cursor.execute(
        """
        SELECT e.id FROM history_entry e
        LEFT JOIN history_seal s ON s.entry_id = e.id
        LEFT JOIN history_unsealed u ON u.entry_id = e.id
        WHERE s.entry_id IS NULL AND u.entry_id IS NULL ORDER BY e.at, e.id LIMIT 1
        """
    )
    yield from (Fault(What.INSERTED, ENTRY, str(key)) for (key,) in cursor.fetchall())
    cursor.execute(
        """
        SELECT u.entry_id FROM history_unsealed u LEFT JOIN history_entry e ON e.id = u.entry_id
        WHERE e.id IS NULL ORDER BY u.at LIMIT 1
        """
    )
    yield from (Fault(What.REMOVED, ENTRY, str(key)) for (key,) in cursor.fetchall())
    for shape in shapes:
        # Not "ORDER BY … LIMIT 1", which leads to a million look-ups; this way it is one join.
        cursor.execute(
            f"""
            SELECT min(s.position)
            FROM history_seal s LEFT JOIN history_entry e ON e.id = s.entry_id
            LEFT JOIN history_tombstone t
                ON t.table_name = 'history_entry' AND t.row = e.id::text
            WHERE s.shape_id = %s AND t.id IS NULL
                AND (e.id IS NULL OR s.content <> {fingerprint(shape.columns, "e.")})
            """,
            [shape.pk],
        )
        (position,) = cursor.fetchone()
        if position is not None:
            yield _entry_at(cursor, position)


def _entry_at(cursor: CursorWrapper, position: int) -> Fault:
    cursor.execute(
        "SELECT s.entry_id, e.id IS NULL FROM history_seal s"
        " LEFT JOIN history_entry e ON e.id = s.entry_id WHERE s.position = %s",
        [position],
    )
    key, is_gone = cursor.fetchone()
    return Fault(What.REMOVED if is_gone else What.EDITED, ENTRY, str(key), position)


def _ends(cursor: CursorWrapper) -> Iterator[Fault]:
    """The last seal is the one that was last written."""
    cursor.execute("SELECT position, hash FROM history_head")
    kept, kept_hash = cursor.fetchone() or (0, b"")
    cursor.execute("SELECT position, hash FROM history_seal ORDER BY position DESC LIMIT 1")
    last, last_hash = cursor.fetchone() or (0, b"")
    if kept > last:
        yield Fault(What.TRUNCATED, SEAL, str(last + 1), last + 1)
    elif last > kept:
        yield Fault(What.INSERTED, SEAL, str(kept + 1), kept + 1)
    elif last and bytes(kept_hash) != bytes(last_hash):
        yield Fault(What.RECOMPUTED, SEAL, str(last), last)


def _roots(cursor: CursorWrapper, root: str | None) -> Iterator[Fault]:
    """The roots of the days, and the one that an officer holds, are in the chain."""
    cursor.execute(
        """
        SELECT r.day, r.position, s.position IS NULL FROM history_root r
        LEFT JOIN history_seal s ON s.position = r.position
        WHERE s.hash IS DISTINCT FROM r.hash ORDER BY r.position LIMIT 1
        """
    )
    for day, position, is_gone in cursor.fetchall():
        what = What.TRUNCATED if is_gone else What.RECOMPUTED
        yield Fault(what, "history_root", day.isoformat(), position)
    if root is not None:
        cursor.execute("SELECT FROM history_seal WHERE hash = decode(%s, 'hex')", [root.lower()])
        if not cursor.fetchall():
            yield Fault(What.RECOMPUTED, "history_root", root.lower())


def _tombstones(cursor: CursorWrapper, shapes: list[Shape]) -> Iterator[Fault]:
    """Each tombstone has its sealed entry, which names the row and knows what remains of it."""
    for shape in shapes:
        key = "id" if shape.table == ENTRY else "history_id"
        cursor.execute(
            f"""
            SELECT t.row FROM history_tombstone t
            LEFT JOIN history_entry e ON e.id = t.entry_id AND e.act = %s AND e.model = %s
                AND t.row = ANY (e.object_ids)
            LEFT JOIN "{shape.table}" r ON r."{key}"::text = t.row
            WHERE t.shape_id = %s AND t.table_name = %s AND (e.id IS NULL OR r."{key}" IS NULL
                OR e.digest <> encode({fingerprint(shape.columns, "r.")}, 'hex'))
            ORDER BY t.id LIMIT 1
            """,
            [Act.ERASE, shape.label, shape.pk, shape.table],
        )
        yield from (Fault(What.FORGED, shape.table, row) for (row,) in cursor.fetchall())
    cursor.execute(
        """
        SELECT t.table_name, t.row FROM history_tombstone t
        LEFT JOIN history_shape s ON s.id = t.shape_id AND s.table_name = t.table_name
        WHERE s.id IS NULL ORDER BY t.id LIMIT 1
        """
    )
    yield from (Fault(What.FORGED, table, row) for table, row in cursor.fetchall())


def _digests(cursor: CursorWrapper) -> Iterator[Fault]:
    """The digest of each entry for a change beside the fingerprints of its transaction."""
    cursor.execute(
        """
        SELECT COALESCE(p.entry_id, e.id), e.id IS NULL
        FROM (
            SELECT f.entry_id, history_digest_of(array_agg(
                s.table_name || ':' || f.history_id || ':' || encode(f.digest, 'hex')
                ORDER BY f.id)) AS digest
            FROM history_fingerprint f JOIN history_shape s ON s.id = f.shape_id
            GROUP BY f.entry_id) p
        FULL JOIN (SELECT id, at, digest FROM history_entry WHERE act = ANY (%s)) e
            ON e.id = p.entry_id
        WHERE p.digest IS DISTINCT FROM e.digest ORDER BY e.at, e.id LIMIT 1
        """,
        [list(CHANGES)],
    )
    for key, is_gone in cursor.fetchall():
        table = ENTRY if is_gone else "history_fingerprint"
        yield Fault(What.REMOVED if is_gone else What.EDITED, table, str(key))


def _histories(cursor: CursorWrapper, shapes: list[Shape]) -> Iterator[Fault]:
    """Each history row beside its fingerprint."""
    for shape in shapes:
        cursor.execute(
            f"""
            SELECT f.history_id, h.history_id IS NULL
            FROM history_fingerprint f LEFT JOIN "{shape.table}" h ON h.history_id = f.history_id
            WHERE f.shape_id = %s
                AND (h.history_id IS NULL OR f.digest <> {fingerprint(shape.columns, "h.")})
                AND NOT EXISTS (SELECT FROM history_tombstone t
                    WHERE t.table_name = %s AND t.row = f.history_id::text
                        AND h.history_id IS NOT NULL)
            ORDER BY f.id LIMIT 1
            """,
            [shape.pk, shape.table],
        )
        for key, is_gone in cursor.fetchall():
            yield Fault(What.REMOVED if is_gone else What.EDITED, shape.table, str(key))
    for table in sorted({shape.table for shape in shapes}):
        cursor.execute(
            f"""
            SELECT h.history_id FROM "{table}" h
            LEFT JOIN history_fingerprint f ON f.history_id = h.history_id
                AND f.shape_id IN (SELECT id FROM history_shape WHERE table_name = %s)
            WHERE f.id IS NULL ORDER BY h.history_id LIMIT 1
            """,
            [table],
        )
        yield from (Fault(What.INSERTED, table, str(key)) for (key,) in cursor.fetchall())
