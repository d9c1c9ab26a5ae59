"""One factory for each model of booking. A booking itself goes through its action: counters, lease
and fee belong to it."""

import datetime as dt
import uuid
from typing import Any

import factory
from factory.django import DjangoModelFactory

from booking import models
from booking.actions import requests
from booking.enums import ReleaseMode, ReliefKind, Rounding, SeatKind
from booking.enums_calls import CallKind
from booking.enums_closures import ClosureReason
from booking.enums_rules import Measure, QuotaGroup, Span, Subject
from booking.refusals import Reason
from history import clock
from tests.factories.records import ChildFactory, ParentFactory, StaffUserFactory, facility


def coming_monday(weeks: int = 0) -> dt.date:
    """A Monday that can be booked by now: three to nine days ahead, outside of the year's end."""
    day = clock.today() + dt.timedelta(days=3)
    while day.weekday() != 0:
        day += dt.timedelta(days=1)
    return day + dt.timedelta(weeks=weeks)


class UseRuleFactory(DjangoModelFactory):
    """The reference data holds one from 2020 on: this one lies before it."""

    class Meta:
        model = models.UseRule

    valid_from = dt.date(2010, 4, 1)
    valid_to = dt.date(2011, 3, 31)
    min_age = 6
    window_count = 1
    opens_at = dt.time(9)
    cut_off_days = 1
    cut_off_at = dt.time(17)
    min_minutes = 60
    max_minutes = 480


def rule_with_parts(**fields: Any) -> models.UseRule:
    """A version with a row of every kind below it."""
    rule = UseRuleFactory.create(**fields)
    rule.block_rows.create(starts_at=dt.time(9), ends_at=dt.time(12))
    rule.release_rows.create(months_before=1, day=15)
    rule.limit_rows.create(span=Span.MONTH, measure=Measure.USES, most=8)
    rule.quota_rows.create(group=QuotaGroup.UNDER_ONE, most=4)
    rule.reserve_rows.create(kind=SeatKind.URGENT, places=2, days_before=7, time=dt.time(9))
    rule.stage_rows.create(days_before=1, at=dt.time(17), percent=100)
    return rule


class TariffFactory(DjangoModelFactory):
    class Meta:
        model = models.Tariff

    name = "料金表"
    valid_from = dt.date(2010, 4, 1)
    valid_to = dt.date(2011, 3, 31)
    overrun_grace_minutes = 10
    overrun_unit_minutes = 30
    overrun_amount = 250


class PriceFactory(DjangoModelFactory):
    class Meta:
        model = models.Price

    tariff = factory.SubFactory(TariffFactory)
    unit_minutes = 30
    unit_amount = 250


class ReliefFactory(DjangoModelFactory):
    class Meta:
        model = models.Relief

    tariff = factory.SubFactory(TariffFactory)
    kind = ReliefKind.SIBLING
    percent = 50


class ReleaseFactory(DjangoModelFactory):
    """Of the whole ward, to open in an hour."""

    class Meta:
        model = models.Release

    first_day = factory.LazyFunction(coming_monday)
    last_day = factory.SelfAttribute("first_day")
    mode = ReleaseMode.FIRST_COME
    opens_at = factory.LazyFunction(lambda: clock.now() + dt.timedelta(hours=1))


class TicketFactory(DjangoModelFactory):
    """Of one child, in a draw that is to open in an hour."""

    class Meta:
        model = models.Ticket
        skip_postgeneration_save = True

    class Params:
        child = factory.SubFactory(ChildFactory)

    release = factory.SubFactory(ReleaseFactory, mode=ReleaseMode.DRAW)
    household = factory.LazyAttribute(lambda o: o.child.household)
    asked_by = factory.LazyAttribute(lambda o: o.household.parents.first().user)
    asked_at = factory.LazyFunction(clock.now)

    @factory.post_generation
    def wishes(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        starts_at = clock.at(self.release.first_day, dt.time(10))
        self.wishes.create(
            number=1, child=self.household.children.first(), facility=facility("hikarigaoka"),
            starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=2),
        )  # fmt: skip


class RosterFactory(DjangoModelFactory):
    class Meta:
        model = models.Roster

    starts_at = factory.LazyFunction(lambda: clock.at(coming_monday(), dt.time(9)))
    ends_at = factory.LazyFunction(lambda: clock.at(coming_monday(), dt.time(17)))
    staff = 3


class CapacityChangeFactory(DjangoModelFactory):
    class Meta:
        model = models.CapacityChange

    day = factory.LazyFunction(coming_monday)
    places = 5
    reason = "保育室の工事のため"


class OpeningPatternFactory(DjangoModelFactory):
    class Meta:
        model = models.OpeningPattern

    facility = factory.LazyFunction(lambda: facility("nerima"))
    weekday = models.opening.Weekday.MONDAY
    opens_at = dt.time(9)
    closes_at = dt.time(17)
    staff_count = 4
    valid_from = dt.date(2010, 4, 1)
    valid_to = dt.date(2011, 3, 31)


class SlotFactory(DjangoModelFactory):
    class Meta:
        model = models.Slot

    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    starts_at = factory.LazyFunction(lambda: clock.at(coming_monday(), dt.time(9)))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + dt.timedelta(minutes=30))
    places = 15
    infant_limit = factory.SelfAttribute("places")
    under_two_limit = factory.SelfAttribute("places")
    two_up_limit = factory.SelfAttribute("places")
    staff = 4
    infant_ratio = 3
    ones_twos_ratio = 6
    threes_ratio = 15
    fours_up_ratio = 25
    rounding = Rounding.HALF_UP


def slots_of_day(code: str = "hikarigaoka", day: dt.date | None = None, **fields: Any) -> list[Any]:
    """The half hours from 9 to 17 of a facility, made where they are missing."""
    day = day or coming_monday()
    made = []
    for minutes in range(0, 480, 30):
        starts_at = clock.at(day, dt.time(9)) + dt.timedelta(minutes=minutes)
        found = models.Slot.objects.filter(facility__code=code, starts_at=starts_at).first()
        made.append(
            found or SlotFactory.create(facility=facility(code), starts_at=starts_at, **fields)
        )
    return made


# What the database writes into a booking by itself.
FILLED_IN = ("child_name", "child_name_kana", "child_code", "payer_name", "payer_phone")


class BookingFactory(DjangoModelFactory):
    """Booked by a parent of the child's household, three hours from ten o'clock at 光が丘."""

    class Meta:
        model = models.Booking

    child = factory.SubFactory(ChildFactory, registered=True)
    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    starts_at = factory.LazyFunction(lambda: clock.at(coming_monday(), dt.time(10)))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + dt.timedelta(hours=3))
    at = factory.LazyAttribute(lambda o: o.starts_at - dt.timedelta(days=3))
    key = factory.LazyFunction(uuid.uuid4)
    by = None

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> models.Booking:
        slots_of_day(kwargs["facility"].code, clock.local(kwargs["starts_at"]).date())
        kwargs["by"] = kwargs["by"] or _account_of(kwargs["child"].household)
        booking = requests.book(**kwargs)
        booking.refresh_from_db(fields=FILLED_IN)
        return booking


def _account_of(household: Any) -> Any:
    parent = household.parents.filter(user__isnull=False).first()
    if parent is None:
        first = not household.parents.exists()
        parent = ParentFactory.create(
            household=household, with_account=True, is_first_contact=first
        )
    return parent.user


class WaitingFactory(DjangoModelFactory):
    """A child that waits for two hours of an afternoon, in a line that nobody had to join."""

    class Meta:
        model = models.Waiting
        exclude = ("child",)
        skip_postgeneration_save = True

    child = factory.SubFactory(ChildFactory, registered=True)
    household = factory.LazyAttribute(lambda o: o.child.household)
    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    starts_at = factory.LazyFunction(lambda: clock.at(coming_monday(), dt.time(15)))
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + dt.timedelta(hours=2))
    joined_by = factory.LazyAttribute(lambda o: _account_of(o.household))
    joined_at = factory.LazyFunction(clock.now)

    @factory.post_generation
    def children(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        for child in extracted or [self.household.children.first()]:
            models.WaitingChild.objects.create(
                waiting=self, child=child, child_name=child.full_name, child_code=child.code
            )


class UnmetWishFactory(DjangoModelFactory):
    """The hour after the first booking of its request, for the same child."""

    class Meta:
        model = models.UnmetWish

    request = factory.LazyFunction(lambda: BookingFactory.create().request)
    child = factory.LazyAttribute(lambda o: o.request.bookings.first().child)
    facility = factory.LazyAttribute(lambda o: o.request.bookings.first().facility)
    starts_at = factory.LazyAttribute(lambda o: o.request.bookings.first().ends_at)
    ends_at = factory.LazyAttribute(lambda o: o.starts_at + dt.timedelta(hours=1))
    reason = Reason.FULL


class ClosureFactory(DjangoModelFactory):
    """Prepared the evening before, to be decided on the morning of the day."""

    class Meta:
        model = models.Closure

    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    day = factory.LazyFunction(coming_monday)
    reason = ClosureReason.WEATHER
    announce_at = factory.LazyAttribute(lambda o: clock.at(o.day, dt.time(6, 30)))
    prepared_by = factory.SubFactory(StaffUserFactory)
    prepared_at = factory.LazyFunction(clock.now)


class CallFactory(DjangoModelFactory):
    """About a booking of a family without an address, until the use begins."""

    class Meta:
        model = models.Call

    kind = CallKind.CLOSURE
    booking = factory.LazyFunction(lambda: BookingFactory.create())
    household = factory.SelfAttribute("booking.household")
    facility = factory.SelfAttribute("booking.facility")
    asked_at = factory.LazyFunction(clock.now)
    due_at = factory.SelfAttribute("booking.starts_at")


class UseHoldFactory(DjangoModelFactory):
    """Because of one booking, as if nobody had come; from today on, for thirty days."""

    class Meta:
        model = models.UseHold

    booking = factory.SubFactory(BookingFactory)
    household = factory.SelfAttribute("booking.household")
    child = factory.SelfAttribute("booking.child")
    facility = factory.SelfAttribute("booking.facility")
    subject = Subject.HOUSEHOLD
    absent_on = factory.SelfAttribute("booking.day")
    absences = 1
    imposed_at = factory.LazyFunction(clock.now)
    starts_on = factory.LazyFunction(clock.today)
    ends_on = factory.LazyAttribute(lambda o: o.starts_on + dt.timedelta(days=29))
