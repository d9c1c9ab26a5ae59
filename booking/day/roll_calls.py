"""The read model of 避難・点呼: who should be here, who was seen, who was handed to whom."""

import dataclasses
import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Coalesce

from booking.day.day_sheet import DaySheet, Row, day_sheet
from booking.day.enums import RollCallAct
from booking.day.models import RollCall, RollCallMark
from booking.day.reports import HANDED_OUT
from booking.enums import BookingState, StaffingGroup
from history import clock
from records.enums import CARE_ROLES
from records.models import FacilityMembership

# Nobody marks a roll call any more after so long; one of an earthquake goes on through the night.
OVER_AFTER = dt.timedelta(hours=12)
# After so long without a mark one asks whether it is still the same.
QUIET_AFTER = dt.timedelta(hours=1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Present:
    """A child to be accounted for, with the last mark of the roll call."""

    row: Row
    last: RollCallMark | None = None

    @property
    def is_seen(self) -> bool:
        return self.last is not None and self.last.act == RollCallAct.SEEN

    @property
    def is_handed(self) -> bool:
        return self.last is not None and self.last.act == RollCallAct.HANDED

    @property
    def is_fetched(self) -> bool:
        """Fetched as on any day, after the roll call began."""
        return self.row.booking.state in HANDED_OUT

    @property
    def is_missing(self) -> bool:
        return not (self.is_seen or self.is_handed or self.is_fetched)

    @property
    def age_years(self) -> int:
        return self.row.age[0] if self.row.age else self.row.booking.age_years


@dataclasses.dataclass(frozen=True, kw_only=True)
class Adult:
    """Somebody of the staff (`number`), or a visitor whose name was written down."""

    name: str
    number: int | None = None
    last: RollCallMark | None = None

    @property
    def is_seen(self) -> bool:
        return self.last is not None and self.last.act == RollCallAct.SEEN


@dataclasses.dataclass(frozen=True, kw_only=True)
class Group:
    """The children of one age group, the missing on top."""

    label: str
    people: tuple[Present, ...]


@dataclasses.dataclass(frozen=True, kw_only=True)
class RollCallSheet:
    """`call` is None before the first mark. `staff_planned` is who is on duty by the roster."""

    at: dt.datetime
    call: RollCall | None
    people: tuple[Present, ...]
    adults: tuple[Adult, ...]
    staff_planned: int | None
    last_at: dt.datetime | None = None

    @property
    def groups(self) -> list[Group]:
        found: defaultdict[str, list[Present]] = defaultdict(list)
        for each in self.people:
            found[each.row.booking.staffing_group].append(each)
        return [
            Group(label=str(group.label), people=tuple(found[group]))
            for group in StaffingGroup
            if found[group]
        ]

    @property
    def missing(self) -> list[Present]:
        return [each for each in self.people if each.is_missing]

    @property
    def seen_count(self) -> int:
        return sum(1 for each in self.people if each.is_seen)

    @property
    def gone_count(self) -> int:
        """Handed over, or fetched meanwhile."""
        return sum(1 for each in self.people if not each.is_missing and not each.is_seen)

    @property
    def adults_seen(self) -> list[Adult]:
        return [each for each in self.adults if each.is_seen]

    @property
    def is_quiet(self) -> bool:
        """Whether it is so long ago that it may be another roll call."""
        return self.last_at is not None and self.last_at + QUIET_AFTER <= self.at

    @property
    def child_ids(self) -> list[uuid.UUID]:
        """Whose names the page shows."""
        return [each.row.booking.child_id for each in self.people]


def current(facility_id: int, at: dt.datetime) -> RollCall | None:
    """The roll call under way; `last_at` is when it was last marked. One statement."""
    ended = RollCallMark.objects.filter(roll_call=OuterRef("pk"), act=RollCallAct.ENDED)
    found = RollCall.objects.filter(~Exists(ended), facility_id=facility_id, started_at__lte=at)
    found = found.annotate(last_at=Coalesce(Max("marks__marked_at"), "started_at"))
    return found.filter(last_at__gt=at - OVER_AFTER).select_related("started_by").first()


def roll_call_sheet(*, user: object, facility_id: int, at: dt.datetime) -> RollCallSheet:
    """Everybody at a facility now. Three statements besides those of the day's list, however many
    they are."""
    sheet = day_sheet(user=user, facility_id=facility_id, day=clock.local(at).date(), at=at)
    call = current(facility_id, at)
    marks = marks_of(call) if call else []
    children = {mark.booking_id: mark for mark in marks if mark.booking_id}
    expected = set(call.expected if call else ()) | set(children)
    return RollCallSheet(
        at=at,
        call=call,
        people=tuple(
            Present(row=row, last=children.get(row.booking.pk))
            for row in _in_order(sheet)
            if row.booking.state == BookingState.PRESENT or row.booking.pk in expected
        ),
        adults=tuple(_adults(facility_id, marks, at)),
        staff_planned=sheet.head_count.staff if sheet.head_count else None,
        last_at=call.last_at if call else None,  # type: ignore[attr-defined]  # annotated
    )


def marks_of(call: RollCall) -> list[RollCallMark]:
    """All taps, the oldest first. One statement."""
    found = RollCallMark.objects.filter(roll_call=call)
    return list(found.select_related("booking", "staff", "marked_by").order_by("marked_at", "id"))


def calls_of(user: object, facility_id: int) -> list[RollCall]:
    """The last ten. One statement."""
    found = RollCall.objects.visible_to(user).filter(facility_id=facility_id)
    return list(found.select_related("started_by")[:10])


def _in_order(sheet: DaySheet) -> Iterable[Row]:
    rows = (*sheet.rows, *sheet.forgotten)
    return sorted(rows, key=lambda row: (row.name_kana, str(row.booking.pk)))


def _adults(facility_id: int, marks: list[RollCallMark], at: dt.datetime) -> Iterable[Adult]:
    """Who works here, then whoever else was marked: help of the day, visitors."""
    day = clock.local(at).date()
    members = FacilityMembership.objects.in_force(day).filter(
        facility_id=facility_id, role__in=CARE_ROLES, user__is_active=True
    )
    names = {each.user_id: each.user.name for each in members.select_related("user")}
    names |= {mark.staff.pk: mark.staff.name for mark in marks if mark.staff}
    of_staff = {mark.staff_id: mark for mark in marks if mark.staff_id}
    for number, name in sorted(names.items(), key=lambda each: each[1]):
        yield Adult(name=name, number=number, last=of_staff.get(number))
    for name, mark in {mark.visitor: mark for mark in marks if mark.visitor}.items():
        yield Adult(name=name, last=mark)
