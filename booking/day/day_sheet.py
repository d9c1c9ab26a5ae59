"""The read model of a facility's day (本日の利用者一覧) and of one booking's care card.

A row shows the child's safety data only where the facility is the child's home or holds a lease;
otherwise what the booking itself keeps. The number of statements does not depend on the rows.
"""

import dataclasses
import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from booking.breaches import Breach, breaches_in
from booking.day import phones, staffing
from booking.day.family_day import SAID
from booking.day.joint_readings import ReadingState, states
from booking.day.models import ArrivalCheck, DayCall, DayReport, LateNotice, NapWatch, PickUpChange
from booking.day.phones import Phone
from booking.day.reports import may_be_written
from booking.day.staffing import HeadCount, Shortage
from booking.enums import BookingState
from booking.models import Attendance, Booking, Slot
from history import clock
from records import care_marks, contacts
from records.care_marks import Mark
from records.models import Child, HandoverNote

# States whose row needs the child's safety data: it is to come, here, or has just left.
CARE_STATES = (
    BookingState.AWAITING,
    BookingState.CONFIRMED,
    BookingState.PRESENT,
    BookingState.FETCHED,
    BookingState.SETTLED,
)


WAS_HERE = (BookingState.PRESENT, BookingState.FETCHED, BookingState.SETTLED)


# Booked, and not cared for: the fact of a day.
NOT_CARED_FOR = (BookingState.ABSENT, BookingState.TURNED_AWAY)


NOTHING_TO_READ = ReadingState(is_due=False)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Row:
    """One booking on the list. `child` is None where only the booking's own words may be read."""

    booking: Booking
    at: dt.datetime
    child: Child | None = None
    marks: tuple[Mark, ...] = ()
    people: tuple[str, ...] = ()
    phones: tuple[Phone, ...] = ()
    last_call: DayCall | None = None
    note_count: int = 0
    reading: ReadingState = NOTHING_TO_READ
    is_masked: bool = False

    @property
    def attendance(self) -> Attendance | None:
        return getattr(self.booking, "attendance", None)

    @property
    def late(self) -> LateNotice | None:
        """「遅れます」, while the child is still to come."""
        notice = getattr(self.booking, "late_notice", None)
        return notice if self.booking.state == BookingState.CONFIRMED else None

    @property
    def pick_up(self) -> PickUpChange | None:
        """「お迎えの人・時間が変わります」, until the child was fetched."""
        change = getattr(self.booking, "pick_up_change", None)
        is_ahead = self.booking.state in (BookingState.CONFIRMED, BookingState.PRESENT)
        return change if is_ahead else None

    @property
    def check(self) -> ArrivalCheck | None:
        return getattr(self.booking, "arrival_check", None)

    @property
    def report(self) -> DayReport | None:
        """今日のようす."""
        return getattr(self.booking, "day_report", None)

    @property
    def can_report(self) -> bool:
        return may_be_written(self.booking, self.at)

    @property
    def awaits_reply(self) -> bool:
        """Whether the family waits for an answer, or somebody for a call back."""
        return any(each is not None and each.is_open for each in (self.late, self.pick_up))

    @property
    def age(self) -> tuple[int, int] | None:
        return self.child.age_on(self.booking.day) if self.child else None

    @property
    def is_severe(self) -> bool:
        return any(mark.is_severe for mark in self.marks)

    @property
    def awaits_reading(self) -> bool:
        """読み合わせ未了: to be read by two, of a child that is to come or here."""
        return self.reading.is_due and (
            self.booking.state in (BookingState.CONFIRMED, BookingState.PRESENT)
        )

    @property
    def name(self) -> str:
        """What the child is called now, as on its care card; else what the booking kept of it."""
        return self.child.full_name if self.child else self.booking.child_name

    @property
    def name_kana(self) -> str:
        return self.child.full_name_kana if self.child else self.booking.child_name_kana

    @property
    def initials(self) -> str:
        """The first letters of the reading: enough to find a row, too little to read a name."""
        return "・".join(part[0] for part in self.name_kana.split())

    @property
    def is_today(self) -> bool:
        return self.booking.day == clock.local(self.at).date()

    @property
    def can_arrive(self) -> bool:
        return self.booking.state == BookingState.CONFIRMED and not self._is_ahead

    @property
    def was_here(self) -> bool:
        """Whether something can have happened to the child here."""
        return self.booking.state in WAS_HERE

    @property
    def can_leave(self) -> bool:
        return self.booking.state == BookingState.PRESENT

    @property
    def has_fee(self) -> bool:
        state = self.booking.state
        if state in NOT_CARED_FOR:
            return self.booking.fee.cancellation_amount > 0
        return state in (
            BookingState.FETCHED,
            BookingState.SETTLED,
            BookingState.CANCELLED_CHARGED,
        )

    @property
    def can_be_called_off(self) -> bool:
        return self.booking.state == BookingState.CONFIRMED

    @property
    def can_be_taken_back(self) -> bool:
        """Whether 連絡なし or お預かり中止 may have been recorded by mistake."""
        return self.booking.state in NOT_CARED_FOR and self.is_today

    @property
    def overrun_minutes(self) -> int:
        """延長 that is charged; 0 where the child was fetched in time or is here still."""
        return self.booking.fee.overrun_minutes if self.attendance else 0

    @property
    def minutes_overdue(self) -> int:
        """Minutes since the child should have come, or have been fetched; 0 when all is well."""
        due = {
            BookingState.CONFIRMED: self.late.arrives_at if self.late else self.booking.starts_at,
            BookingState.PRESENT: self.booking.ends_at,
        }.get(BookingState(self.booking.state), self.at)
        return max(int((self.at - due).total_seconds() // 60), 0)

    @property
    def is_overdue(self) -> bool:
        """Whether somebody should call: a masked row stays where it is and names nobody."""
        return self.is_today and self.minutes_overdue > 0 and not self.is_masked

    @property
    def is_nap_due(self) -> bool:
        due: dt.datetime | None = getattr(self.booking, "nap_due_at", None)
        return due is not None and due <= self.at

    @property
    def hours_overdue(self) -> tuple[int, int]:
        return divmod(self.minutes_overdue, 60)

    @property
    def _is_ahead(self) -> bool:
        return self.booking.day > clock.local(self.at).date()


@dataclasses.dataclass(frozen=True)
class DaySheet:
    """A day of one facility. `forgotten` are children of earlier days without a departure."""

    day: dt.date
    rows: tuple[Row, ...]
    cancelled: tuple[Row, ...]
    forgotten: tuple[Row, ...]
    head_count: HeadCount | None
    breaches: tuple[Breach, ...] = ()
    shortage: Shortage | None = None

    @property
    def child_ids(self) -> list[uuid.UUID]:
        """Whose names the page shows."""
        shown = (*self.rows, *self.cancelled, *self.forgotten)
        return [row.booking.child_id for row in shown if not row.is_masked]

    @property
    def overdue(self) -> list[Row]:
        """Who should have come or been fetched by now; the longest overdue first."""
        found = [row for row in self.rows if row.is_overdue]
        return sorted(found, key=lambda row: -row.minutes_overdue)

    @property
    def in_time(self) -> list[Row]:
        return [row for row in self.rows if not row.is_overdue]

    @property
    def called_ids(self) -> list[uuid.UUID]:
        """Whose families' telephone numbers the page shows, unless at the reception."""
        return [row.booking.child_id for row in self.overdue if row.phones]

    @property
    def unanswered(self) -> list[Row]:
        """Whose families have said something that nobody answered yet."""
        return [row for row in self.rows if not row.is_masked and row.awaits_reply]

    @property
    def naps_due(self) -> int:
        """How many sleeping children are to be looked at now."""
        return sum(1 for row in (*self.rows, *self.forgotten) if row.is_nap_due)

    @property
    def counts(self) -> dict[str, int]:
        """Rows by state, for the line on top."""
        return Counter(row.booking.state for row in self.rows)


def day_sheet(
    *,
    user: object,
    facility_id: int,
    day: dt.date,
    at: dt.datetime,
    reception: bool = False,
    shown: uuid.UUID | None = None,
) -> DaySheet:
    """The bookings of a day by time, with the safety data that the facility may read at `at`.

    At the reception (`reception`) every row but the booking `shown` is masked, and no safety data
    of a masked row is read.
    """
    is_today = day == clock.local(at).date()
    wanted = Booking.objects.visible_to(user).asked_for().filter(facility_id=facility_id)
    on_day = wanted.on_day(day)
    if is_today:
        on_day |= wanted.filter(
            state=BookingState.PRESENT, starts_at__lt=clock.at(day, dt.time.min)
        )
    naps = NapWatch.objects.filter(booking=OuterRef("pk")).under_way().with_due()
    # One statement with the bookings.
    next_look = Subquery(naps.values("due_at")[:1])  # type: ignore[misc]  # annotated
    on_day = on_day.annotate(nap_due_at=next_look)
    bookings: list[Booking] = list(
        on_day.select_related("attendance", "fee__tariff", "day_report", *SAID)
    )
    slots = list(Slot.objects.filter(facility_id=facility_id).on_day(day))
    masked = {b.pk for b in bookings if reception and b.pk != shown}
    rows = _rows(user, bookings, masked, facility_id=facility_id, day=day, at=at)
    return DaySheet(
        day=day,
        rows=tuple(r for r in rows if r.booking.holds_seat and r.booking.day == day),
        cancelled=tuple(r for r in rows if not r.booking.holds_seat),
        forgotten=tuple(r for r in rows if r.booking.day != day),
        head_count=staffing.head_count(slots, bookings, at) if is_today else None,
        shortage=staffing.shortage_ahead(slots, bookings, at) if is_today else None,
        breaches=tuple(breaches_in(slots)),
    )


def row_of(*, user: object, booking: Booking, at: dt.datetime) -> Row:
    """One booking as the list shows it; `child` is None where its record may not be read."""
    return _rows(user, [booking], set(), facility_id=booking.facility_id, day=booking.day, at=at)[0]


def arrival_of(booking: Booking) -> dt.datetime | None:
    """When the child of a booking under way came; None where a departure is not to be recorded."""
    if booking.state != BookingState.PRESENT:
        return None
    return booking.attendance.arrived_at


def notes_for(child: Child, day: dt.date) -> list[HandoverNote]:
    """What the next carer must know: standing notes, and those of that day; the newest first."""
    notes = HandoverNote.objects.filter(Q(day=None) | Q(day=day), child=child)
    return list(notes.select_related("facility"))


def notes_of_day(children: Iterable[Child], day: dt.date) -> dict[uuid.UUID, list[HandoverNote]]:
    """The same of several children, by child. One statement."""
    found = HandoverNote.objects.filter(Q(day=None) | Q(day=day), child__in=list(children))
    notes: dict[uuid.UUID, list[HandoverNote]] = {}
    for note in found.select_related("facility"):
        notes.setdefault(note.child_id, []).append(note)
    return notes


def child_on_lease(child_id: uuid.UUID, *, facility_id: int, at: dt.datetime) -> Child | None:
    """A child that a facility may read without a booking, with what its card shows."""
    found = Child.objects.on_lease(facility_id, at).filter(pk=child_id)
    return found.prefetch_related("care_needs__allergies", "pick_up_people").first()


def _rows(
    user: object,
    bookings: list[Booking],
    masked: set[uuid.UUID],
    *,
    facility_id: int,
    day: dt.date,
    at: dt.datetime,
) -> list[Row]:
    needed = {
        b.child_id: b.household_id
        for b in bookings
        if b.state in CARE_STATES and b.pk not in masked
    }
    children = _readable_children(user, facility_id, needed, day, at)
    parents = contacts.of(needed.values())
    readings = states(bookings, children, facility_id)
    calls = phones.last_calls(bookings, masked)
    rows = []
    for booking in bookings:
        # A cancelled booking tells nothing new about a child that is here by another.
        is_open = booking.state in CARE_STATES and booking.pk not in masked
        child = children.get(booking.child_id) if is_open else None
        if child is None:
            rows.append(Row(booking=booking, at=at, is_masked=booking.pk in masked))
            continue
        people = [each.full_name for each in parents[booking.household_id]]
        people += [each.name for each in child.pick_up_people.all()]
        change = getattr(booking, "pick_up_change", None)
        if change is not None and change.confirmed_person:
            people.append(change.confirmed_person)
        rows.append(
            Row(
                booking=booking,
                at=at,
                child=child,
                marks=care_marks.marks_of(child, on=booking.day),
                people=tuple(people),
                phones=phones.of_booking(booking, child, parents[booking.household_id]),
                last_call=calls.get(booking.pk),
                note_count=child.note_count,  # type: ignore[attr-defined]  # annotated
                reading=readings[booking.pk],
            )
        )
    return rows


def _readable_children(
    user: object, facility_id: int, numbers: Iterable[uuid.UUID], day: dt.date, at: dt.datetime
) -> dict[uuid.UUID, Child]:
    # Two walls say the same: this filter, and the policies below it.
    at_home = Child.objects.visible_to(user).values("pk")
    on_lease = Child.objects.on_lease(facility_id, at).values("pk")
    found = Child.objects.filter(Q(pk__in=at_home) | Q(pk__in=on_lease), pk__in=list(numbers))
    notes = HandoverNote.objects.filter(Q(day=None) | Q(day=day), child_id=OuterRef("pk"))
    counted = notes.order_by().values("child_id").annotate(number=Count("pk")).values("number")
    found = found.annotate(note_count=Coalesce(Subquery(counted), 0))
    return {
        child.pk: child
        for child in found.prefetch_related("care_needs__allergies", "pick_up_people")
    }
