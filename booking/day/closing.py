"""Before a day is closed: what is still open, and where each is settled."""

import dataclasses
import datetime as dt

from django.db.models import Q
from django.urls import reverse

from booking.day.day_sheet import day_sheet
from booking.day.enums import OpenKind
from booking.day.models import MealCheck
from booking.day.reports import WAS_HERE
from booking.enums import BookingState
from booking.models import Booking
from booking.models.booking import BookingQuerySet
from history import clock

ONE_DAY = dt.timedelta(days=1)
# Whose families may still wait for a word.
ANSWERED_IN = (BookingState.CONFIRMED, *WAS_HERE)


@dataclasses.dataclass(frozen=True)
class OpenRow:
    """One thing to settle, and the address where it is settled; a meal check has no `booking`."""

    address: str
    booking: Booking | None = None
    check: MealCheck | None = None


@dataclasses.dataclass(frozen=True)
class OpenRows:
    """All that is open for one reason."""

    kind: OpenKind
    rows: tuple[OpenRow, ...]


@dataclasses.dataclass(frozen=True)
class Open:
    """What stands open. `last_pick_up` is when the last child still to be fetched should be."""

    groups: tuple[OpenRows, ...]
    last_pick_up: dt.datetime | None

    @property
    def count(self) -> int:
        return sum(len(group.rows) for group in self.groups)

    @property
    def bookings(self) -> list[Booking]:
        """Whose names the page shows."""
        return [row.booking for group in self.groups for row in group.rows if row.booking]


def what_is_open(*, user: object, facility_id: int, day: dt.date, at: dt.datetime) -> Open:
    """Of this day and of those before it; messages of the days to come as well.

    The number of statements does not depend on the rows.
    """
    everywhen = Booking.objects.visible_to(user).filter(facility_id=facility_id)
    known = everywhen.filter(starts_at__lt=clock.at(day + ONE_DAY, dt.time.min))
    awaited = known.filter(state=BookingState.CONFIRMED)
    found = {
        OpenKind.EXPECTED: list(awaited.filter(ends_at__gt=at)),
        OpenKind.NOT_COME: list(awaited.filter(ends_at__lte=at)),
        OpenKind.NOT_FETCHED: list(known.filter(state=BookingState.PRESENT)),
        OpenKind.UNPAID: list(known.filter(state=BookingState.FETCHED, fee__amount__gt=0)),
        OpenKind.UNANSWERED: list(_unanswered(everywhen, day)),
        OpenKind.UNREAD: _unread(known, user, facility_id=facility_id, day=day, at=at),
    }
    groups = [
        OpenRows(kind, tuple(OpenRow(_address(kind, each), each) for each in _sorted(bookings)))
        for kind, bookings in found.items()
        if bookings
    ]
    if check := _half_checked(facility_id, day):
        row = OpenRow(reverse("admin:meal_check"), check=check)
        groups.append(OpenRows(OpenKind.MEAL, (row,)))
    ahead = [*found[OpenKind.EXPECTED], *found[OpenKind.NOT_FETCHED]]
    pick_ups = [each.ends_at for each in ahead if each.ends_at > at]
    return Open(tuple(groups), max(pick_ups, default=None))


def _sorted(bookings: list[Booking]) -> list[Booking]:
    return sorted(bookings, key=lambda each: (each.starts_at, str(each.pk)))


def _unanswered(bookings: BookingQuerySet, day: dt.date) -> BookingQuerySet:
    """What families said that nobody answered, and whom nobody called back about."""
    uncalled = Q(pick_up_change__person__isnull=False, pick_up_change__called_at__isnull=True)
    late = Q(late_notice__isnull=False, late_notice__replied_at__isnull=True)
    changed = Q(pick_up_change__isnull=False) & (
        Q(pick_up_change__replied_at__isnull=True) | uncalled
    )
    near = bookings.filter(state__in=ANSWERED_IN, starts_at__gte=clock.at(day, dt.time.min))
    return near.filter(late | changed)


def _unread(
    known: BookingQuerySet, user: object, *, facility_id: int, day: dt.date, at: dt.datetime
) -> list[Booking]:
    """読み合わせ未了: read by nobody or by one, of whoever came that day; by one, before it."""
    sheet = day_sheet(user=user, facility_id=facility_id, day=day, at=at)
    of_day = [
        row.booking for row in sheet.rows if row.reading.is_due and row.booking.state in WAS_HERE
    ]
    before = known.filter(
        starts_at__lt=clock.at(day, dt.time.min),
        joint_readings__isnull=False,
        joint_readings__second_by__isnull=True,
    )
    # Where a later reading of the same stay has both names, the earlier is done as well.
    complete = known.filter(joint_readings__second_by__isnull=False).values("pk")
    return [*of_day, *before.exclude(pk__in=complete).distinct()]


def _half_checked(facility_id: int, day: dt.date) -> MealCheck | None:
    """The last look of the day, if only one name stands below it."""
    begins = clock.at(day, dt.time.min)
    of_day = MealCheck.objects.filter(
        facility_id=facility_id, checked_at__gte=begins, checked_at__lt=begins + ONE_DAY
    )
    last = of_day.first()
    return last if last is not None and not last.is_complete else None


def _address(kind: OpenKind, booking: Booking) -> str:
    if kind == OpenKind.UNPAID:
        return reverse("admin:payment", args=[booking.pk])
    if kind == OpenKind.UNANSWERED:
        return reverse("admin:messages", args=[booking.pk])
    if kind == OpenKind.UNREAD:
        return reverse("admin:care_card", args=[booking.pk]) + "#reading"
    query = f"facility={booking.facility_id}&day={booking.day.isoformat()}"
    return f"{reverse('admin:today')}?{query}#booking-{booking.pk}"
