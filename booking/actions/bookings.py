"""What a booking asks of rules and slots. Booking: `requests`; ending it: `cancellations`."""

import dataclasses
import datetime as dt
import functools
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.utils.formats import date_format
from django.utils.translation import gettext

from booking import (
    callers,
    cancelling,
    capacity,
    family,
    limits,
    paper,
    queries,
    releases,
    rulebook,
    rules,
    seats,
)
from booking.callers import Caller
from booking.capacity import Weight
from booking.enums import BookingState, Channel, ReleaseMode, SeatKind
from booking.enums_rules import CancelReason
from booking.limits import Stay
from booking.models import Booking, CancelStage, Slot, Tariff, UseLimit, UseRule
from booking.models.slot import MINUTES
from booking.pricing import Use
from booking.refusals import BookingRefused, Reason, SlotFull
from booking.releases import Phase
from history import clock
from history.prepared import Later, Prepared, prepared
from records import beginnings, stops
from records.beginnings import NotBegun
from records.enums import Function
from records.models import Child, Facility
from records.rules import is_resident


@dataclasses.dataclass(frozen=True)
class Wish:
    """What a family asks for: a child at a facility in `[starts_at, ends_at)`.

    Where staff ask for a `caller`, whose record they can't read, the child is the caller's.
    """

    child: Child
    facility: Facility
    starts_at: dt.datetime
    ends_at: dt.datetime
    # The booking in whose place it is to stand; unchanged unless the wish is met.
    replaces: Booking | None = None
    caller: Caller | None = None
    # What rules ask of the child, where that is known beforehand.
    known: rules.Applicant | None = None

    @property
    def day(self) -> dt.date:
        return clock.local(self.starts_at).date()

    @property
    def stay(self) -> Stay:
        """What limits ask of it."""
        return Stay(
            child=self.child.pk,
            facility=self.facility.pk,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
        )

    @property
    def weight(self) -> Weight:
        return weight_of(self.child, self.day)

    def applicant(self, today: dt.date) -> rules.Applicant:
        """What rules ask of it."""
        known = self.caller.applicant if self.caller else self.known
        return known or family.applicant_of(self.child, today)

    @property
    def use(self) -> Use:
        """What prices ask of it."""
        return Use(
            child=self.child.pk,
            born=self.child.date_of_birth,
            starts_at=self.starts_at,
            ends_at=self.ends_at,
            age_years=self.weight.years,
            is_resident=is_resident(self.child.household.city),
        )

    @property
    def content(self) -> str:
        """Equal for equal wishes."""
        period = f"{self.starts_at.timestamp()}|{self.ends_at.timestamp()}"
        replaced = f"|{self.replaces.pk}" if self.replaces else ""
        return f"{self.child.pk}|{self.facility.pk}|{period}{replaced}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Terms:
    """What is in force for a wish, and the half hours that it would take.

    `minutes_beyond` are those of it above a limit at which the price jumps; `is_offered` by the
    waiting list.
    """

    rule: UseRule
    tariff: Tariff
    slots: list[int]
    seat: SeatKind | None = None
    is_offered: bool = False
    minutes_beyond: int = 0


def check(
    wish: Wish,
    *,
    at: dt.datetime,
    channel: Channel = Channel.WEB,
    by_center: bool = False,
    beside: Iterable[Wish] = (),
    is_offered: bool = False,
) -> Terms:
    """The terms of a wish that can be met as far as one can see, without a lock.

    `beside` are the wishes of the same request that can be met so far; `is_offered` by the waiting
    list, which is answered after the deadline of bookings as well.

    Raises BookingRefused, and ServiceStopped while the center has closed what families book here.
    """
    by_staff = not channel.is_family
    if not by_staff:
        place = wish.facility.pk
        stops.refuse_by(rulebook.stops(Function.BOOKING, place, at), place)
    opens_at = _opens_at(wish, at, channel)
    if wish.replaces and not may_be_changed(wish.replaces, at):
        raise BookingRefused(Reason.TOO_LATE_TO_CHANGE)
    today = clock.local(at).date()
    rule = queries.use_rule(wish.day, today, wish.facility.pk)
    tariff = queries.tariff(wish.day, clock.local(at).date(), wish.facility.pk)
    if rule is None or tariff is None:
        raise BookingRefused(Reason.CLOSED)
    applicant = wish.applicant(today)
    is_paper = channel == Channel.PAPER
    refusal = rules.refusal(
        applicant,
        rule,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        at=at,
        facility_id=wish.facility.pk,
        by_staff=by_staff,
        walks_in=channel == Channel.WALK_IN,
        # What stands on paper was asked for long before any deadline.
        is_offered=is_offered or is_paper,
        is_open=queries.is_open(wish.facility.pk, rule),
        opens_at=opens_at,
    )
    if refusal:
        raise BookingRefused(*refusal)
    born = applicant.date_of_birth
    if is_paper and paper.has_opened(rule, wish.facility.pk, wish.day, at, born=born):
        raise BookingRefused(Reason.PAPER_OVER)
    if wish.replaces and not by_staff and _awaits(wish, rule):
        # The booking that is had would go before the new one is.
        raise BookingRefused(Reason.ASK_ANEW)
    seated = _seated_within(child=wish.child, starts_at=wish.starts_at, ends_at=wish.ends_at)
    if set(seated) - {wish.replaces and wish.replaces.pk}:
        raise BookingRefused(Reason.ALREADY_BOOKED)
    beyond = within_limits(wish, rule, at=at, beside=beside)
    if is_offered:
        slots, seat = look(wish, is_offered=True)
    else:
        usable = seats.usable(rule, wish.day, at, channel=channel, by_center=by_center)
        slots, seat = look(wish, usable)
    return Terms(
        rule=rule, tariff=tariff, slots=slots, seat=seat, is_offered=is_offered,
        minutes_beyond=beyond,
    )  # fmt: skip


@prepared
def _seated_within(child: Later, starts_at: Later, ends_at: Later) -> QuerySet[Booking, uuid.UUID]:
    seated = Booking.objects.filter(child=child).seated().within(starts_at, ends_at)
    return seated.order_by().values_list("pk", flat=True)


def _opens_at(wish: Wish, at: dt.datetime, channel: Channel) -> dt.datetime | None:
    """When the day opens, where a 募集 says it; None where the rules of use do.

    What stands on paper is entered before (`paper`), and the worker places what was drawn.
    Staff are bound like families: who telephones comes before nobody. Raises BookingRefused
    (NOT_BEGUN, NOT_OPEN_YET, IN_DRAW, DRAWING).
    """
    if channel in (Channel.PAPER, Channel.DRAW):
        return at
    release = releases.covering(queries.releases(), wish.facility.pk, wish.day)
    if release is None:
        _refuse_before_the_beginning(wish, at)
        return None
    by_staff = not channel.is_family
    is_staggered = release.mode == ReleaseMode.STAGGERED and not by_staff
    code = wish.child.household.code if is_staggered else ""
    gate = releases.gate(release, at, code, by_staff=by_staff)
    if gate.phase == Phase.COLLECTING and gate.turns_at:
        until = date_format(clock.local(gate.turns_at), "DATETIME_FORMAT")
        raise BookingRefused(Reason.IN_DRAW, gettext("%(until)sまでです。") % {"until": until})
    if gate.phase == Phase.DRAWING:
        raise BookingRefused(Reason.DRAWING)
    if gate.phase == Phase.BEFORE and release.opens_at <= at and release.is_draw:
        # The worker has not told yet by what it will draw.
        raise BookingRefused(Reason.NOT_OPEN_YET)
    return clock.local(gate.turns_at or release.opens_at)


def _refuse_before_the_beginning(wish: Wish, at: dt.datetime) -> None:
    try:
        beginnings.refuse_by(rulebook.beginnings(wish.facility.pk), at, wish.day)
    except NotBegun as error:
        raise BookingRefused(Reason.NOT_BEGUN, error.detail) from error


def _awaits(wish: Wish, rule: UseRule) -> bool:
    child = wish.child
    return rules.needs_approval(
        rule, child.date_of_birth, wish.day, one_to_one=child.needs_one_to_one
    )


def within_limits(
    wish: Wish,
    rule: UseRule,
    *,
    at: dt.datetime,
    beside: Iterable[Wish] = (),
    apart: Iterable[Booking] = (),
) -> int:
    """How many minutes of a wish lie above a limit at which the price jumps.

    Raises BookingRefused (LIMIT_REACHED) if it breaks a limit of another kind together with what
    is booked.

    `beside` are wishes of the same request that are not written yet; bookings that are `apart`, and
    the one that is replaced, are not counted. A look alone: it holds where
    the household's other requests wait (`requests.submit`).
    """
    if not rule.limits:
        return 0
    today = clock.local(at).date()
    others = stays_beside(wish, rule.limits, today)
    known = [_stay_of(each) for each in apart]
    if wish.replaces:
        known.append(_stay_of(wish.replaces))
    if wish.caller:
        known = [callers.seen_from(wish.child, each) for each in known]
    others = [each for each in others if each not in known]
    others += [each.stay for each in beside]
    limit = limits.broken(rule.limits, wish.stay, others, at)
    if limit is not None:
        raise BookingRefused(*rules.refusal_of_limit(limit))
    return limits.minutes_above(rule.limits, wish.stay, others, at)


def stays_beside(wish: Wish, limits: Sequence[UseLimit], today: dt.date) -> list[Stay]:
    """What the household has booked that limits count beside a wish. One statement."""
    if wish.caller:
        return callers.stays(wish.child, wish.facility.pk, limits, wish.day, today)
    return queries.stays(wish.child.household_id, limits, wish.day, today)


def _stay_of(booking: Booking) -> Stay:
    return Stay(
        child=booking.child_id,
        facility=booking.facility_id,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
    )


def weight_of(child: Child, day: dt.date) -> Weight:
    """What a child counts as on a day."""
    years, _months = child.age_on(day)
    group = capacity.staffing_group(years, one_to_one=child.needs_one_to_one)
    return Weight(group, years)


def look(
    wish: Wish, usable: Sequence[SeatKind | None] = (None,), *, is_offered: bool = False
) -> tuple[list[int], SeatKind | None]:
    """The slots a wish would take and from which reserve, looked at without a lock.

    The first of the `usable` places that all slots have is chosen; whom the waiting list offers one
    finds those held back for it besides (`is_offered`). One statement. Raises BookingRefused
    (CLOSED), or SlotFull with the first half hour that has none.
    """
    fits = tuple(capacity.fits(wish.weight, seat, is_offered=is_offered) for seat in usable)
    found = _slots_with(fits)(
        facility=wish.facility, starts_at=wish.starts_at, ends_at=wish.ends_at
    )
    expected = (wish.ends_at - wish.starts_at) / dt.timedelta(minutes=MINUTES)
    if len(found) != expected or not found or found[0][1] != wish.starts_at:
        raise BookingRefused(Reason.CLOSED)
    own = _own_slots(wish)
    full: list[dt.datetime] = []
    for place, seat in enumerate(usable, start=2):
        full = [row[1] for row in found if not row[place] and row[0] not in own]
        if not full:
            return [row[0] for row in found], seat
    if queries.is_closed(wish.facility.pk, wish.starts_at, wish.ends_at):
        raise BookingRefused(Reason.CLOSED)
    raise SlotFull(f"{clock.local(full[0]):%H:%M}")


@functools.cache
def _slots_with(fits: tuple[RawSQL, ...]) -> Prepared[tuple[Any, ...]]:
    """The slots of a time with what `look` asks of each: number, beginning, and whether they meet
    each of the conditions."""
    conditions = {f"fits_{number}": condition for number, condition in enumerate(fits)}

    @prepared
    def slots(facility: Later, starts_at: Later, ends_at: Later) -> QuerySet[Slot, tuple[Any, ...]]:
        found = Slot.objects.filter(facility=facility).between(starts_at, ends_at)
        rows = found.order_by("starts_at").annotate(**conditions)
        return rows.values_list("pk", "starts_at", *conditions)

    return slots


def _own_slots(wish: Wish) -> set[int]:
    """Half hours in which the child has its place already, by the booking that is replaced."""
    old = wish.replaces
    return set(slots_of(old)) if old and old.weight == wish.weight else set()


def undo_until(booking: Booking) -> dt.datetime:
    """Until when a booking that was just made is taken back free of charge, whatever the stages."""
    steps = [step for step in booking.transitions.all() if step.to_state == BookingState.CONFIRMED]
    minutes = dt.timedelta(minutes=booking.use_rule.undo_minutes)
    return min(step.at for step in steps) + minutes


def stage_of(
    booking: Booking, at: dt.datetime, cause: CancelReason | None = None
) -> CancelStage | None:
    """What cancelling a confirmed booking costs at a moment; None while it is free."""
    if at < undo_until(booking):
        return None
    return cancelling.stage(booking.use_rule, booking.day, at, cause)


def may_be_changed(booking: Booking, at: dt.datetime) -> bool:
    """Whether another time may take its place: as long as cancelling would be free."""
    return rules.can_be_cancelled(booking, at) and stage_of(booking, at) is None


def slots_of(booking: Booking) -> list[int]:
    """The half hours of a booking."""
    slots = Slot.objects.filter(facility_id=booking.facility_id)
    return list(slots.between(booking.starts_at, booking.ends_at).values_list("pk", flat=True))
