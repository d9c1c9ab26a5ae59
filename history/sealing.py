"""Sealing: entries join one hash chain, some seconds after they were written.

Never in the transaction that wrote them: the head of one chain, taken by every request and held
to its commit, deadlocks with the half hours that bookings lock.
"""

import datetime as dt
from dataclasses import dataclass

from django.db import connection

from history import alerts, context, officers
from history.enums import AlertKind
from history.models import Head, Root, Unsealed

# How many entries one transaction seals.
BATCH = 5000
# Sealed later than this, or not looked at for this long, is an alert.
PATIENCE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Sealed:
    """What one run did: entries sealed, the day whose root it made, and whether the head fits."""

    count: int
    root_day: dt.date | None
    is_whole: bool


def seal(*, at: dt.datetime, limit: int = BATCH) -> Sealed:
    """Seal up to `limit` waiting entries, in a transaction of its own; make yesterday's root.

    The function of the database takes an advisory lock, so two runs follow each other. Raises an
    alert where entries waited too long and where the last seal is not the one left there.
    """
    with context.acting("system:sealing", at=at):
        waiting_since = oldest_waiting()
        done = _lengthen(at, limit)
        if waiting_since and at - waiting_since > PATIENCE:
            alerts.raise_alert(kind=AlertKind.SEAL_LATE, at=at)
    return done


def seal_before_opening(*, at: dt.datetime) -> int:
    """Seal all that waits while no entry answers yet; how many entries.

    For data that tells of days gone by, as the demonstration's does: its entries bear the dates
    told of, and a wait counted from them is nobody's delay. That the last seal is not the one left
    there is an alert all the same.
    """
    count = 0
    while True:
        with context.acting("system:sealing", at=at):
            done = _lengthen(at, BATCH)
        count += done.count
        if done.count < BATCH:
            return count


def oldest_waiting() -> dt.datetime | None:
    """Since when the oldest entry waits; None where none does."""
    return Unsealed.objects.order_by("at").values_list("at", flat=True).first()


def is_worker_alive(at: dt.datetime) -> bool:
    """Whether sealing looked lately. A worker that stands still can't say so itself."""
    head = Head.objects.first()
    return head is not None and at - head.at <= PATIENCE


def _lengthen(at: dt.datetime, limit: int) -> Sealed:
    """Have the database seal, in the caller's transaction, and tell what it found."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM history_seal(%s, %s)", [at, limit])
        done = Sealed(*cursor.fetchone())
    if done.root_day:
        officers.tell_of_root(Root.objects.get(day=done.root_day))
    if not done.is_whole:
        alerts.raise_alert(kind=AlertKind.CHAIN_BROKEN, at=at, cause="head")
    return done
