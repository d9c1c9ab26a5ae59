"""Raising alerts, and marking them as seen."""

import datetime as dt
import uuid

from django.db import connection

from history import officers
from history.enums import AlertKind
from history.models import Alert


def raise_alert(
    *,
    kind: AlertKind,
    at: dt.datetime,
    cause: str = "",
    facility: int | None = None,
    detail: str = "",
) -> bool:
    """Raise an alert in the caller's transaction; True if it is new.

    `cause` names what it is about (a terminal's id, a person and a day). While an alert of this
    kind and cause is unseen it is not raised again. `facility` is the one whose manager sees it;
    None leaves it to the center. `detail` names nobody's health, address or family. Grave ones
    are also mailed to the officers.
    """
    with connection.cursor() as cursor:
        # Not through the model: an entry that raises alerts may read none.
        cursor.execute(
            "INSERT INTO history_alert (id, kind, cause, at, facility, detail, seen_by)"
            " VALUES (%s, %s, %s, %s, %s, %s, '') ON CONFLICT DO NOTHING",
            [uuid.uuid4(), kind, cause[:100], at, facility, detail[:200]],
        )
        is_new = cursor.rowcount == 1
    if is_new and kind.is_grave:
        officers.tell_of_alert(kind, at=at, detail=detail)
    return is_new


def see(alert: Alert, *, by: str, at: dt.datetime) -> None:
    """Mark as seen (確認). Who was first stays; seeing it again changes nothing."""
    if alert.seen_at is None:
        alert.seen_by, alert.seen_at = by, at
        alert.save(update_fields=["seen_by", "seen_at"])
