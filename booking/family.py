"""What a family's own booking pages read."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import QuerySet
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import ngettext

from booking import queries, releases, rulebook, rules, versions
from booking.enums import BookingState, ReleaseMode
from booking.models import (
    Booking,
    BookingRequest,
    Release,
    Ticket,
    UnmetWish,
    UseHold,
    Waiting,
)
from booking.models.booking import HELD_IN_VAIN
from booking.refusals import BookingRefused
from history import clock
from history.prepared import Later, prepared
from records import beginnings
from records.models import Child, Facility, Household, User
from records.rules import is_resident

# How many past bookings a family's list holds.
SHOWN = 50


@dataclasses.dataclass(frozen=True, kw_only=True)
class Candidate:
    """A family's child, and why it can't be booked on the day asked for, if so."""

    child: Child
    refusal: BookingRefused | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Asked:
    """A request as its page shows it. `held_until` is None unless its seats are held."""

    request: BookingRequest
    bookings: list[Booking]
    unmet: list[UnmetWish]
    held_until: dt.datetime | None
    seconds_left: int
    can_extend: bool

    @property
    def minutes_left(self) -> int:
        return self.seconds_left // 60

    @property
    def booked(self) -> list[Booking]:
        return [booking for booking in self.bookings if not booking.is_only_held]

    @property
    def held(self) -> list[Booking]:
        return [booking for booking in self.bookings if booking.state == BookingState.HELD]

    @property
    def address_of_form(self) -> str:
        """The form again, with day and time of the first wish."""
        first = self.bookings[0]
        starts_at = clock.local(first.starts_at)
        address = reverse("booking:new", args=[first.facility.code])
        return f"{address}?day={starts_at:%Y-%m-%d}&start={starts_at:%H:%M}"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Bookings:
    """A family's bookings: the coming ones from the next on, the others from the latest back; what
    it waits for, the next first."""

    waitings: list[Waiting]
    coming: list[Booking]
    past: list[Booking]
    cancelled: list[Booking]


def facilities() -> list[Facility]:
    """The facilities that offer care, in the ward's order."""
    found = (each for each in rulebook.rows(Facility) if not each.is_center)
    return sorted(found, key=lambda each: each.number)


def applicant_of(child: Child, today: dt.date) -> rules.Applicant:
    """What the rules ask of a child, from its household, registration and care needs."""
    registration = getattr(child, "registration", None)
    if registration is not None and not registration.is_active_on(today):
        registration = None
    return rules.Applicant(
        date_of_birth=child.date_of_birth,
        expires_on=registration and registration.expires_on,
        needs_confirmed=child.has_confirmed_needs(),
        is_resident=is_resident(child.household.city),
        visits_until=child.household.visits_until,
        enrolment=child.enrolment,
        only_facility=registration.home_facility_id
        if registration and registration.is_home_only
        else None,
        usable_from=registration and registration.usable_from,
        bookable_from=registration and registration.bookable_from,
    )


def candidates(
    household: Household, day: dt.date, today: dt.date, facility: Facility | None = None
) -> list[Candidate]:
    """A family's children for the booking of a day, at a facility if one is chosen. Two
    statements."""
    rule = queries.use_rule(day, today, facility.pk if facility else None)
    found = []
    for child in _children_of(household=household):
        child.household = household
        refusal = rule and rules.refusal_of_person(
            applicant_of(child, today), rule, day, today, facility.pk if facility else None
        )
        found.append(Candidate(child=child, refusal=BookingRefused(*refusal) if refusal else None))
    return found


@prepared
def _children_of(household: Later) -> QuerySet[Child]:
    children = Child.objects.filter(household=household).with_confirmed_kinds()
    return children.select_related("registration").order_by("date_of_birth", "created_at")


def days_to_book(facility: Facility, at: dt.datetime) -> list[dt.date]:
    """The days on which a facility is open and takes bookings now. Four statements."""
    openings = rulebook.beginnings(facility.pk)
    lines, held, today = queries.use_rules(), queries.releases(), clock.local(at).date()
    slots = facility.slots.filter(starts_at__gt=at).annotate(day=TruncDate("starts_at"))
    return [
        day
        for day in slots.order_by("day").values_list("day", flat=True).distinct()
        if queries.is_bookable(
            day, at, versions.in_force(lines, facility.pk, day, today), held, facility.pk
        )
        and (releases.covering(held, facility.pk, day) or beginnings.has_begun(openings, at, day))
    ]


def ticket_of(user: User, ticket_id: uuid.UUID) -> Ticket | None:
    """A family's part in a draw; None if it isn't theirs."""
    own = Ticket.objects.visible_to(user).filter(pk=ticket_id)
    return own.select_related("release__facility", "household").first()


def tickets_of(user: User, at: dt.datetime) -> list[Ticket]:
    """Those for days that are not over. One statement."""
    own = Ticket.objects.visible_to(user).filter(
        release__last_day__gte=clock.local(at).date(), release__is_dropped=False
    )
    return list(own.select_related("release").order_by("release__opens_at"))


def draw_of(facility: Facility, days: Iterable[dt.date], at: dt.datetime) -> Release | None:
    """The draw that takes requests for all these days of use now, if any. One statement."""
    held = queries.releases()
    found = {releases.covering(held, facility.pk, day) for day in days}
    release = found.pop() if len(found) == 1 else None
    if release is None or releases.gate(release, at).phase != releases.Phase.COLLECTING:
        return None
    return release


@dataclasses.dataclass(frozen=True, kw_only=True)
class Notice:
    """A 募集 that a family waits for or can use now, and where it stands for it."""

    release: Release
    gate: releases.Gate
    # The group of a household, counted from one, where they begin one after the other.
    step: int | None

    # How long from now until it opens or its requests are drawn, in words; empty where neither is.
    wait: str

    @property
    def phase(self) -> str:
        return self.gate.phase.value


def notices(household: Household | None, at: dt.datetime) -> list[Notice]:
    """What is to be known of the 募集 that are not over, for a family or for anybody. One
    statement."""
    today = clock.local(at).date()
    code = household.code if household else ""
    return [_notice(each, code, at) for each in queries.releases() if each.last_day >= today]


def _notice(release: Release, code: str, at: dt.datetime) -> Notice:
    gate = releases.gate(release, at, code)
    is_staggered = release.mode == ReleaseMode.STAGGERED
    return Notice(
        release=release,
        gate=gate,
        step=releases.step_of(release.pk, code, release.steps) + 1
        if code and is_staggered
        else None,
        wait=_wait(gate.turns_at - at) if gate.turns_at else "",
    )


def _wait(left: dt.timedelta) -> str:
    """あと3日, あと2時間, あと5分: rounded down from hours on."""
    minutes = -(-left // dt.timedelta(minutes=1))
    if minutes < 120:
        return ngettext("あと%(count)d分", "あと%(count)d分", minutes) % {"count": minutes}
    if minutes < 48 * 60:
        hours = minutes // 60
        return ngettext("あと%(count)d時間", "あと%(count)d時間", hours) % {"count": hours}
    days = minutes // (24 * 60)
    return ngettext("あと%(count)d日", "あと%(count)d日", days) % {"count": days}


def half_hours(facility: Facility, day: dt.date) -> list[tuple[dt.time, dt.time]]:
    """Start and end of the half hours of a facility on a day, on Tokyo's clock."""
    return [
        (clock.local(start).time(), clock.local(end).time())
        for start, end in facility.slots.on_day(day).values_list("starts_at", "ends_at")
    ]


def request_of(user: User, request_id: uuid.UUID) -> BookingRequest | None:
    """A family's request; None if it isn't theirs."""
    return BookingRequest.objects.visible_to(user).filter(pk=request_id).first()


def asked(request: BookingRequest, at: dt.datetime) -> Asked:
    """What a request asked for and what became of it. Two statements."""
    found = request.bookings.select_related("facility", "use_rule", "child")
    bookings = list(found.order_by("starts_at", "child_name"))
    for booking in bookings:
        booking.request = request
    held = [booking for booking in bookings if booking.state == BookingState.HELD]
    ends = [booking.held_until for booking in held if booking.held_until]
    until = min(ends, default=None)
    return Asked(
        request=request,
        bookings=bookings,
        unmet=list(request.unmet.select_related("facility", "child")),
        held_until=until,
        seconds_left=max(int((until - at).total_seconds()), 0) if until else 0,
        can_extend=any(each.held_until != each.may_be_held_until for each in held),
    )


def booking_of(user: User, booking_id: uuid.UUID) -> Booking | None:
    """A family's booking with everything that its page shows; None if it isn't theirs."""
    return (
        Booking.objects.visible_to(user)
        .filter(pk=booking_id)
        .select_related(
            "facility", "child", "request", "use_rule", "fee__tariff", "attendance", "replaced_by"
        )
        .prefetch_related("transitions", "fee__payments")
        .first()
    )


def waiting_of(user: User, waiting_id: uuid.UUID) -> Waiting | None:
    """What a family waits for, with its children; None if it isn't theirs."""
    found = Waiting.objects.visible_to(user).filter(pk=waiting_id)
    return found.select_related("facility", "request").prefetch_related("children").first()


def use_holds(user: User, day: dt.date) -> list[UseHold]:
    """What keeps a family from booking on a day. One statement."""
    return list(UseHold.objects.visible_to(user).in_force(day).select_related("facility", "child"))


def use_hold_of(user: User, hold_id: uuid.UUID) -> UseHold | None:
    """A family's hold, over or not; None if it isn't theirs."""
    found = UseHold.objects.visible_to(user).select_related(
        "facility", "child", "booking__facility"
    )
    return found.filter(pk=hold_id).first()


def bookings_of(user: User, at: dt.datetime) -> Bookings:
    """All of them; of past and cancelled ones the latest fifty. Three statements."""
    found = list(
        Booking.objects.visible_to(user)
        .exclude(HELD_IN_VAIN)
        # What is offered stands in the line of those who wait.
        .exclude(state=BookingState.OFFERED)
        .select_related("facility")
        .order_by("starts_at", "child_name_kana")
    )
    coming = [each for each in found if rules.is_ahead(each, at)]
    others = [each for each in reversed(found) if not rules.is_ahead(each, at)]
    return Bookings(
        waitings=list(
            Waiting.objects.visible_to(user)
            .still_waiting()
            .select_related("facility")
            .prefetch_related("children")
            .order_by("starts_at", "id")
        ),
        coming=coming,
        past=[each for each in others if each.holds_seat][:SHOWN],
        cancelled=[each for each in others if not each.holds_seat][:SHOWN],
    )
