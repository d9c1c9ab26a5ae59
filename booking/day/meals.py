"""Whether everybody here may eat: who must not have what, and what became of the last look."""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Sequence

from booking.day.day_sheet import Row
from booking.day.models import MealCheck, Takeover
from booking.enums import BookingState
from history import clock
from records.care_marks import Mark, Sign
from records.enums import CareNeedKind

# Marks about food; an allergy that nobody confirmed is one of them.
FOOD = frozenset({Sign.ANAPHYLAXIS, Sign.EXCLUSION, Sign.CAUTION, Sign.UNGRADED, Sign.UNKNOWN})


@dataclasses.dataclass(frozen=True, kw_only=True)
class MealState:
    """The last look of the day, and what has happened since: each opens it anew."""

    last: MealCheck | None = None
    late: tuple[Row, ...] = ()
    unread: tuple[Row, ...] = ()
    carers: tuple[Takeover, ...] = ()

    @property
    def is_done(self) -> bool:
        if self.last is None or not self.last.is_complete:
            return False
        return not (self.late or self.unread or self.carers)


def present(rows: Iterable[Row]) -> list[Row]:
    """The children who are here."""
    return [row for row in rows if row.booking.state == BookingState.PRESENT]


def were_present(rows: Iterable[Row], at: dt.datetime) -> list[Row]:
    """The children who were here at a moment of the past."""
    return [
        row
        for row in rows
        if (stay := row.attendance)
        and stay.arrived_at <= at
        and (stay.left_at is None or stay.left_at > at)
    ]


def eaters(here: Iterable[Row]) -> list[Row]:
    """Of those who are here, whoever must not have something, or of whom it isn't known."""
    return [row for row in here if row.child is None or food_marks(row)]


def food_marks(row: Row) -> list[Mark]:
    """The marks of a row that matter at table."""
    return [mark for mark in row.marks if mark.sign in FOOD or _is_open_allergy(mark)]


def in_words(row: Row) -> str:
    """The marks at table as a look keeps them."""
    return "、".join(f"{mark.sign.label} {mark.text}".strip() for mark in food_marks(row))


def state(rows: Sequence[Row], *, facility_id: int, at: dt.datetime) -> MealState:
    """What stands of today's looks at `at`. Two statements.

    A child that came since the last look opens it anew, a carer who took over since, and a card
    that two have not read yet.
    """
    checks = MealCheck.objects.filter(facility_id=facility_id, checked_at__lte=at)
    day = clock.local(at).date()
    last = (
        checks.filter(checked_at__gte=clock.at(day, dt.time.min))
        .select_related("first_by", "second_by")
        .first()
    )
    here = present(rows)
    unread = tuple(row for row in here if row.awaits_reading)
    if last is None:
        return MealState(unread=unread)
    since = Takeover.objects.filter(facility_id=facility_id, taken_at__gt=last.checked_at)
    others = since.exclude(taken_by__in=[last.first_by_id, last.second_by_id or 0])
    return MealState(
        last=last,
        late=tuple(row for row in here if _arrived(row) > last.checked_at),
        unread=unread,
        carers=tuple(others.select_related("taken_by")),
    )


def _is_open_allergy(mark: Mark) -> bool:
    return mark.sign == Sign.UNCONFIRMED and str(CareNeedKind.ALLERGY.label) in mark.text


def _arrived(row: Row) -> dt.datetime:
    return row.attendance.arrived_at if row.attendance else row.at
