"""職員配置表: how many staff are on duty. A fact is saved at once, whatever was promised."""

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import connection, transaction

from booking.actions import counters, slots
from booking.models import Roster
from booking.models.slot import MINUTES
from records.models import Facility

HALF_HOUR = dt.timedelta(minutes=MINUTES)


@transaction.atomic
def set_day(*, facility: Facility, day: dt.date, staff: Mapping[dt.datetime, int]) -> int:
    """Write down how many staff are on duty in the half hours of a day, by their starts.

    Half hours that are not named have the standard staffing. How many half hours of the day are
    red then; raises BookingRefused (BUSY) while others hold them.
    """
    await_others(facility)
    _write(facility, day, staff)
    return slots.note_fact(facility=facility, days=[day], column="staff")


@transaction.atomic
def copy(*, facility: Facility, day: dt.date, to: Iterable[dt.date]) -> int:
    """Write the roster of a day down for other days as well, hour for hour."""
    await_others(facility)
    rows = list(Roster.objects.filter(facility=facility).between(day, day))
    days = set(to) - {day}
    for each in days:
        shift = each - day
        Roster.objects.filter(facility=facility).between(each, each).delete()
        Roster.objects.bulk_create(
            Roster(
                facility=facility,
                starts_at=row.starts_at + shift,
                ends_at=row.ends_at + shift,
                staff=row.staff,
            )
            for row in rows
        )
    return slots.note_fact(facility=facility, days=days, column="staff")


def clear(*, facility: Facility, day: dt.date) -> int:
    """Back to the standard staffing of the weekday."""
    return set_day(facility=facility, day=day, staff={})


def await_others(facility: Facility) -> None:
    """Let one at a time write down facts about a facility's days: the later one is kept.

    Raises BookingRefused (BUSY) after three seconds.
    """
    with counters.waiting_briefly(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"roster {facility.pk}"]
        )


def _write(facility: Facility, day: dt.date, staff: Mapping[dt.datetime, int]) -> None:
    """One row for each run of half hours with the same number."""
    Roster.objects.filter(facility=facility).between(day, day).delete()
    runs: list[Roster] = []
    for start in sorted(staff):
        last = runs[-1] if runs else None
        if last and (last.ends_at, last.staff) == (start, staff[start]):
            last.ends_at = start + HALF_HOUR
        else:
            runs.append(
                Roster(
                    facility=facility, starts_at=start, ends_at=start + HALF_HOUR,
                    staff=staff[start],
                )
            )  # fmt: skip
    Roster.objects.bulk_create(runs)
