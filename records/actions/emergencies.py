"""緊急閲覧: opening the care card of a child that is not booked here."""

import dataclasses
import datetime as dt
import uuid

from django.db import connection

from history import officers
from history.enums import AlertKind
from records import keys
from records.models import EmergencyOpening
from records.refusals import AskedTooOften, NotFound, OwnChild


@dataclasses.dataclass(frozen=True, kw_only=True)
class Sought:
    """Who is looked for: a child's code, or its full reading (no spaces) and its birth date."""

    code: str = ""
    kana: str = ""
    born: dt.date | None = None


def open_record(*, sought: Sought, reason: str, at: dt.datetime) -> uuid.UUID:
    """Open the child's safety data to the facility worked for; the number of the opening.

    The database looks for the child, writes lease, entry and alert, and counts how often the
    person and the facility ask (`records/finding.py`); the officers get a mail besides. Not atomic
    in itself: an asking that is refused stays written down, so the caller must commit. Raises
    NotFound, also of several; OwnChild where the record is open anyway; AskedTooOften.
    """
    place = EmergencyOpening._meta.get_field("reason").place  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outcome, opening, place_name FROM records_open_emergency(%s, %s, %s, %s)",
            [sought.code, sought.kana, sought.born, keys.encrypt(reason, place)],
        )
        outcome, opening, place_name = cursor.fetchone()
    if outcome == "opened":
        officers.tell_of_alert(AlertKind.EMERGENCY_OPENING, at=at, detail=place_name)
        return opening
    raise {"limited": AskedTooOften, "own": OwnChild, "none": NotFound}[outcome]
