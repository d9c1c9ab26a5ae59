"""One factory for each model of the day. What is said belongs to a booking's family."""

import datetime as dt

import factory
from factory.django import DjangoModelFactory

from booking.day import models
from booking.day.enums import (
    Breathing,
    CallAnswer,
    EntryKind,
    IncidentState,
    MealKind,
    RollCallAct,
    SleepPosition,
)
from history import clock
from tests.factories.records import StaffUserFactory, facility


class JointReadingFactory(DjangoModelFactory):
    """Of a `booking`, with one name."""

    class Meta:
        model = models.JointReading

    facility = factory.SelfAttribute("booking.facility")
    first_by = factory.SubFactory(StaffUserFactory)
    first_at = factory.LazyFunction(clock.now)


class MealCheckFactory(DjangoModelFactory):
    """At 光が丘, with one name."""

    class Meta:
        model = models.MealCheck

    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    kind = MealKind.MEAL
    checked_at = factory.LazyFunction(clock.now)
    noted_at = factory.SelfAttribute("checked_at")
    first_by = factory.SubFactory(StaffUserFactory)


class MealCheckChildFactory(DjangoModelFactory):
    """Of a `booking`, in a look of its facility."""

    class Meta:
        model = models.MealCheckChild

    facility = factory.SelfAttribute("booking.facility")
    check_of = factory.SubFactory(MealCheckFactory, facility=factory.SelfAttribute("..facility"))


class TakeoverFactory(DjangoModelFactory):
    class Meta:
        model = models.Takeover

    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    taken_by = factory.SubFactory(StaffUserFactory)
    taken_at = factory.LazyFunction(clock.now)


class DayCallFactory(DjangoModelFactory):
    """Of a `booking`; nobody answered."""

    class Meta:
        model = models.DayCall

    facility = factory.SelfAttribute("booking.facility")
    whose = "髙橋 𠮷乃（保護者）"
    number = "09012345678"
    answer = CallAnswer.NO_ANSWER
    called_by = factory.SubFactory(StaffUserFactory)
    called_at = factory.LazyFunction(clock.now)


class NapWatchFactory(DjangoModelFactory):
    """Of a `booking`; the child still sleeps."""

    class Meta:
        model = models.NapWatch

    facility = factory.SelfAttribute("booking.facility")
    interval_minutes = 10
    began_at = factory.LazyFunction(clock.now)
    begun_by = factory.SubFactory(StaffUserFactory)


class NapCheckFactory(DjangoModelFactory):
    """Of a `watch`, on the back."""

    class Meta:
        model = models.NapCheck

    watch = factory.SubFactory(NapWatchFactory)
    facility = factory.SelfAttribute("watch.facility")
    position = SleepPosition.BACK
    breathing = Breathing.CALM
    checked_by = factory.SubFactory(StaffUserFactory)
    checked_at = factory.SelfAttribute("watch.began_at")


class RollCallFactory(DjangoModelFactory):
    """At 光が丘; nobody was expected."""

    class Meta:
        model = models.RollCall

    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    started_by = factory.SubFactory(StaffUserFactory)
    started_at = factory.LazyFunction(clock.now)


class RollCallMarkFactory(DjangoModelFactory):
    """Of a `booking`, seen in a roll call of its facility."""

    class Meta:
        model = models.RollCallMark

    roll_call = factory.SubFactory(RollCallFactory, facility=factory.SelfAttribute("..facility"))
    facility = factory.SelfAttribute("booking.facility")
    act = RollCallAct.SEEN
    marked_by = factory.SubFactory(StaffUserFactory)
    marked_at = factory.LazyFunction(clock.now)


class CashCountFactory(DjangoModelFactory):
    """Of a day long past, before any payment; nothing was in the box."""

    class Meta:
        model = models.CashCount

    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    day = dt.date(2010, 4, 1)
    closed_at = factory.LazyAttribute(lambda o: clock.at(o.day, dt.time(18)))
    until_at = factory.SelfAttribute("closed_at")
    float_amount = 0
    cash_amount = 0
    closed_by = factory.SubFactory(StaffUserFactory)


class SheetPrintFactory(DjangoModelFactory):
    """The first of a day long past."""

    class Meta:
        model = models.SheetPrint

    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    day = dt.date(2010, 4, 1)
    number = 1
    digest = care_digest = "0" * 64
    printed_at = factory.LazyAttribute(lambda o: clock.at(o.day, dt.time(7)))
    printed_by = factory.SubFactory(StaffUserFactory)


class IncidentFactory(DjangoModelFactory):
    """At 光が丘, an hour ago; begun, and nothing written."""

    class Meta:
        model = models.Incident

    class Params:
        submitted = factory.Trait(
            state=IncidentState.SUBMITTED,
            place="園庭",
            what_happened="すべり台で転んだ。",
            what_was_done="冷やした。",
            submitted_by=factory.SelfAttribute("started_by"),
            submitted_at=factory.SelfAttribute("written_at"),
        )

    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    happened_at = factory.LazyAttribute(lambda o: o.started_at)
    started_by = factory.SubFactory(StaffUserFactory)
    started_at = factory.LazyFunction(lambda: clock.now() - dt.timedelta(hours=1))
    written_by = factory.SelfAttribute("started_by")
    written_at = factory.SelfAttribute("started_at")

    @classmethod
    def _create(cls, model, *args, **kwargs):
        """The children come while it is a draft; only then what it became."""
        booking, after = kwargs.pop("booking", None), {}
        for name in ("state", "submitted_by", "submitted_at"):
            if name in kwargs:
                after[name] = kwargs.pop(name)
        incident = super()._create(model, *args, **kwargs)
        if booking is not None:
            models.IncidentChild.objects.create(
                incident=incident, facility=incident.facility, booking=booking
            )
        if after:
            models.Incident.objects.filter(pk=incident.pk).update(**after)
        incident.refresh_from_db()
        return incident


class IncidentEntryFactory(DjangoModelFactory):
    class Meta:
        model = models.IncidentEntry

    incident = factory.SubFactory(IncidentFactory)
    facility = factory.SelfAttribute("incident.facility")
    kind = EntryKind.FOLLOW_UP
    text = "元気に登園した。"
    happened_at = factory.LazyFunction(clock.now)
    written_by = factory.SubFactory(StaffUserFactory)
    written_at = factory.LazyFunction(clock.now)


class _SaidFactory(DjangoModelFactory):
    class Meta:
        abstract = True

    household = factory.LazyAttribute(lambda o: o.booking.household)
    facility = factory.LazyAttribute(lambda o: o.booking.facility)
    sent_by = factory.LazyAttribute(lambda o: o.household.parents.first().user)
    sent_at = factory.LazyAttribute(lambda o: o.booking.starts_at - dt.timedelta(hours=1))


class LateNoticeFactory(_SaidFactory):
    class Meta:
        model = models.LateNotice

    arrives_at = factory.LazyAttribute(lambda o: o.booking.starts_at + dt.timedelta(minutes=30))


class PickUpChangeFactory(_SaidFactory):
    """Somebody whom the register does not know."""

    class Meta:
        model = models.PickUpChange

    person = "千川 とも子"
    relation = "祖母"


class ArrivalCheckFactory(_SaidFactory):
    class Meta:
        model = models.ArrivalCheck

    temperature = "36.6"


class DayReportFactory(DjangoModelFactory):
    class Meta:
        model = models.DayReport

    household = factory.LazyAttribute(lambda o: o.booking.household)
    facility = factory.LazyAttribute(lambda o: o.booking.facility)
    meal = "most"
    nap = "hour"
    words = "積み木がお気に入りでした。"
    written_by = factory.SubFactory(StaffUserFactory)
    written_at = factory.LazyAttribute(lambda o: o.booking.ends_at)


class DayCorrectionFactory(DjangoModelFactory):
    """Of a `booking`: it ended a minute earlier."""

    class Meta:
        model = models.DayCorrection

    facility = factory.SelfAttribute("booking.facility")
    arrived_at = factory.SelfAttribute("booking.starts_at")
    left_at = factory.LazyAttribute(lambda o: o.booking.ends_at - dt.timedelta(minutes=1))
    reason = "時計が進んでいたため"
    corrected_by = factory.SubFactory(StaffUserFactory)
    corrected_at = factory.LazyAttribute(lambda o: o.booking.ends_at + dt.timedelta(days=1))
