"""What else would fit, where a wish can't be met: another time here, the same time elsewhere; or
the waiting list.

One answer for the family's page, the staff's screens and texts. Four statements and those that the
child's own record takes; asked after a refusal, never on the way to a booking.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking import capacity, family, limits, queries, releases, rules, timetable, versions
from booking.actions import bookings
from booking.actions.bookings import Wish
from booking.models import Release, Slot, UseRule
from booking.models.slot import MINUTES
from booking.refusals import BookingRefused, Reason
from history import clock
from records.models import Facility
from records.refusals import Refused

HALF_HOUR = dt.timedelta(minutes=MINUTES)
# How far another time may lie from the one that was wished for.
DAYS_AROUND = 7

# Refusals that another time or place may cure; the others lie with the child or with the form.
CURABLE = frozenset(
    {
        Reason.FULL, Reason.CLOSED, Reason.TOO_LATE, Reason.NOT_OPEN_YET, Reason.NOT_BEGUN,
        Reason.IN_DRAW, Reason.DRAWING,
        Reason.ALREADY_BOOKED, Reason.NOT_A_START, Reason.NO_INTAKE, Reason.OFF_STEP,
        Reason.NOT_A_BLOCK, Reason.LIMIT_REACHED,
    }
)  # fmt: skip


def is_curable(refusal: Refused) -> bool:
    """Whether it makes sense to look for another time or place."""
    return isinstance(refusal, BookingRefused) and refusal.kind in CURABLE


class Kind(models.TextChoices):
    OTHER_TIME = "other_time", _("この施設の別の時間")
    OTHER_FACILITY = "other_facility", _("ほかの施設の同じ時間")
    WAITING_LIST = "waiting_list", _("キャンセル待ち")


@dataclasses.dataclass(frozen=True, kw_only=True)
class Alternative:
    """A wish that could be met a moment ago; nothing is held. Or the wish itself, to wait for."""

    kind: Kind
    facility: Facility
    starts_at: dt.datetime
    ends_at: dt.datetime

    @property
    def is_line(self) -> bool:
        """Whether it is to be waited for and not booked."""
        return self.kind == Kind.WAITING_LIST

    def __str__(self) -> str:
        return gettext("%(kind)s：%(place)s %(start)s～%(end)s") % {
            "kind": self.kind.label,
            "place": self.facility,
            "start": clock.written(self.starts_at),
            "end": f"{clock.local(self.ends_at):%-H:%M}",
        }


def alternatives(
    wish: Wish, *, at: dt.datetime, by_staff: bool = False, may_wait: bool = True
) -> list[Alternative]:
    """At most one of each kind, nearest to what was wished; none where the child itself is refused.

    They are looked at as `bookings.check` would: rules, limits, other bookings, places. What is
    wanted at once can't be waited for (`may_wait`).
    """
    search = _Search(wish, at=at, by_staff=by_staff)
    if search.refuses_child():
        return []
    found = [
        search.first(Kind.OTHER_TIME, [wish.facility], search.other_times()),
        search.first(Kind.OTHER_FACILITY, search.other_facilities(), [wish.starts_at]),
    ]
    if may_wait and search.lacks_places_only():
        found.append(_to_wait_for(wish))
    return [each for each in found if each is not None]


def lines_to_join(refusals: Iterable[tuple[Wish, Refused]]) -> list[Alternative]:
    """Of several wishes the times that could be waited for: refused for want of places alone.

    A family waits for all of its children together, so each time stands there once.
    """
    full = [
        wish
        for wish, error in refusals
        if isinstance(error, BookingRefused) and error.kind == Reason.FULL
    ]
    return [_to_wait_for(wish) for wish in {wish.starts_at: wish for wish in full}.values()]


def _to_wait_for(wish: Wish) -> Alternative:
    return Alternative(
        kind=Kind.WAITING_LIST,
        facility=wish.facility,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
    )


class _Search:
    """What is read once for all candidates."""

    def __init__(self, wish: Wish, *, at: dt.datetime, by_staff: bool) -> None:
        self.wish, self.at, self.by_staff = wish, at, by_staff
        self.today = clock.local(at).date()
        self.length = wish.ends_at - wish.starts_at
        self.applicant = wish.applicant(self.today)
        self.lines = queries.use_rules()
        self.releases = queries.releases()
        self.calendars: dict[tuple[int, int], timetable.IsOpen] = {}
        around = dt.timedelta(days=DAYS_AROUND)
        slots = Slot.objects.filter(
            capacity.fits(wish.weight),
            starts_at__gte=max(wish.starts_at - around, at),
            starts_at__lt=wish.ends_at + around,
        )
        self.places = {facility.pk: facility for facility in family.facilities()}
        self.free: dict[int, set[dt.datetime]] = {number: set() for number in self.places}
        for number, start in slots.values_list("facility_id", "starts_at"):
            self.free.setdefault(number, set()).add(start)
        self.own = [
            (start, end)
            for start, end in wish.child.bookings.seated()
            .filter(starts_at__lt=wish.ends_at + around, ends_at__gt=wish.starts_at - around)
            .values_list("starts_at", "ends_at")
        ]

    def refuses_child(self) -> bool:
        """Whether no time and no place would help."""
        rule = self.rule_of(self.wish.facility, self.wish.day)
        return rule is not None and bool(
            rules.refusal_of_person(self.applicant, rule, self.wish.day, self.today)
        )

    def lacks_places_only(self) -> bool:
        """Whether the wish would be met if there were places. One statement, where rules allow it.

        The deadline of the waiting list is that of bookings."""
        wish = self.wish
        needed = self._needed(wish.starts_at)
        if needed <= self.free.get(wish.facility.pk, set()) or self._clashes(wish.starts_at):
            return False
        rule = self.rule_of(wish.facility, wish.day)
        if rule is None or not self.allows(rule, wish.facility, wish.starts_at, wish.ends_at):
            return False
        slots = Slot.objects.filter(facility=wish.facility)
        return slots.between(wish.starts_at, wish.ends_at).count() == len(needed)

    def rule_of(self, facility: Facility, day: dt.date) -> UseRule | None:
        return versions.in_force(self.lines, facility.pk, day, self.today)

    def other_times(self) -> Iterator[dt.datetime]:
        """Starts at the same facility: of the same day first, then of the days around it."""
        starts = self.free.get(self.wish.facility.pk, set()) - {self.wish.starts_at}

        def distance(start: dt.datetime) -> tuple[int, dt.timedelta, dt.datetime]:
            days = abs((clock.local(start).date() - self.wish.day).days)
            on_that_day = start - (clock.local(start).date() - self.wish.day)
            return days, abs(on_that_day - self.wish.starts_at), start

        yield from sorted(starts, key=distance)

    def other_facilities(self) -> Iterable[Facility]:
        return [each for each in self.places.values() if each.pk != self.wish.facility.pk]

    def first(
        self, kind: Kind, facilities: Iterable[Facility], starts: Iterable[dt.datetime]
    ) -> Alternative | None:
        times = list(starts)
        for facility in facilities:
            for start in times:
                if self.fits(facility, start):
                    return Alternative(
                        kind=kind, facility=facility, starts_at=start, ends_at=start + self.length
                    )
        return None

    def fits(self, facility: Facility, start: dt.datetime) -> bool:
        needed = self._needed(start)
        if not needed or not needed <= self.free.get(facility.pk, set()) or self._clashes(start):
            return False
        rule = self.rule_of(facility, clock.local(start).date())
        return rule is not None and self.allows(rule, facility, start, start + self.length)

    def _needed(self, start: dt.datetime) -> set[dt.datetime]:
        return {start + HALF_HOUR * number for number in range(int(self.length / HALF_HOUR))}

    def _clashes(self, start: dt.datetime) -> bool:
        end = start + self.length
        return any(first < end and last > start for first, last in self.own)

    def is_open_by(self, release: Release) -> bool:
        """Whether the days of a 募集 are open to this family, first come, first served."""
        code = "" if self.by_staff else self.wish.child.household.code
        gate = releases.gate(release, self.at, code, by_staff=self.by_staff)
        return gate.phase == releases.Phase.OPEN

    def allows(
        self, rule: UseRule, facility: Facility, start: dt.datetime, end: dt.datetime
    ) -> bool:
        release = releases.covering(self.releases, facility.pk, clock.local(start).date())
        if release is not None and not self.is_open_by(release):
            return False
        refusal = rules.refusal(
            self.applicant,
            rule,
            starts_at=start,
            ends_at=end,
            at=self.at,
            facility_id=facility.pk,
            by_staff=self.by_staff,
            is_open=self.is_open(facility, rule),
            opens_at=None if release is None else self.at,
        )
        if refusal or not rule.limits:
            return not refusal
        wish = Wish(self.wish.child, facility, start, end, caller=self.wish.caller)
        others = bookings.stays_beside(wish, rule.limits, self.today)
        return limits.broken(rule.limits, wish.stay, others, self.at) is None

    def is_open(self, facility: Facility, rule: UseRule) -> timetable.IsOpen:
        key = facility.pk, rule.pk
        if key not in self.calendars:
            self.calendars[key] = queries.is_open(facility.pk, rule)
        return self.calendars[key]
