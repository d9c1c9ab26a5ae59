"""予約の停止: who stays away without a word too often books nothing new for a while.

A family's absences lie at several facilities, so the worker counts them. What is booked stays, and
the family may appeal once; its home facility's manager or the center answers, and may lift it.
"""

import datetime as dt
import uuid

from django.db import connection, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app

from booking.actions import notices
from booking.enums import BookingState
from booking.enums_calls import CallKind
from booking.enums_rules import Subject
from booking.models import Booking, UseHold
from booking.refusals import BookingRefused, Reason, WrongState
from history import clock
from records import rules
from records.models import User

# All that the worker may read of a booking for this.
USED = ("child_id", "household_id", "facility_id", "starts_at", "ends_at", "state", "use_rule_id")


def defer_count(booking: Booking) -> None:
    """Have `count` done by the worker, in the caller's transaction."""
    job = app.configure_task("booking.count_absences", lock=f"absences {booking.household_id}")
    job.defer(booking_id=str(booking.pk))


@transaction.atomic
def count(*, booking_id: uuid.UUID, at: dt.datetime) -> UseHold | None:
    """After an absence was recorded or taken back: the hold that follows from it, if any.

    Lifts what rests on absences that are none any more. Runs as the worker, across facilities;
    repeating it changes nothing.
    """
    booking = Booking.objects.only(*USED).get(pk=booking_id)
    with connection.cursor() as cursor:
        key = f"absences {booking.household_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
    for hold in UseHold.objects.filter(household=booking.household_id).in_force(_day(at)):
        cause = Booking.objects.only(*USED).get(pk=hold.booking_id)
        if counted(cause).count() < (cause.use_rule.no_show_most or 1):
            hold.lifted_at = at
            hold.save(update_fields=["lifted_at"])
    if booking.state != BookingState.ABSENT or UseHold.objects.filter(booking=booking).exists():
        return None
    return _impose(booking, at)


def counted(booking: Booking) -> QuerySet[Booking]:
    """The absences that count together with one, by the rule it was booked under.

    Those that led to a hold before are spent.
    """
    rule, one_day = booking.use_rule, dt.timedelta(days=1)
    if rule.no_show_most is None or rule.no_show_days is None:
        return Booking.objects.none()
    since = clock.at(booking.day - one_day * (rule.no_show_days - 1), dt.time.min)
    found = Booking.objects.filter(
        household=booking.household_id, state=BookingState.ABSENT,
        starts_at__gte=since, starts_at__lte=booking.starts_at,
    )  # fmt: skip
    spent = UseHold.objects.filter(household=booking.household_id).exclude(booking=booking)
    if rule.no_show_subject == Subject.CHILD:
        # Another child's are another count.
        found = found.filter(child=booking.child_id)
        spent = spent.filter(child=booking.child_id)
    if rule.facility_id is not None:
        found = found.filter(facility=rule.facility_id)
        spent = spent.filter(facility=rule.facility_id)
    before = spent.filter(booking__starts_at__lt=booking.starts_at)
    last = before.order_by("-booking__starts_at").values_list("booking__starts_at", flat=True)
    return found.filter(starts_at__gt=last[0]) if last else found


@transaction.atomic
def appeal(*, hold: UseHold, words: str, at: dt.datetime) -> UseHold:
    """異議: the family's own words, once. Raises WrongState when that is over."""
    hold = UseHold.objects.select_for_update().get(pk=hold.pk)
    if not hold.may_be_appealed:
        raise WrongState
    hold.appeal, hold.appealed_at = words, at
    hold.save(update_fields=["appeal", "appealed_at"])
    return hold


@transaction.atomic
def answer(*, hold: UseHold, words: str, lifts: bool, by: User, at: dt.datetime) -> UseHold:
    """What becomes of a hold, in words that the family reads; with or without an appeal.

    Raises BookingRefused unless a manager or the center answers, WrongState the second time.
    """
    if not rules.manages(by):
        raise BookingRefused(Reason.MANAGERS_ONLY)
    hold = UseHold.objects.select_for_update().get(pk=hold.pk)
    if hold.answered_at is not None:
        raise WrongState
    hold.answer, hold.answered_by, hold.answered_at = words, by, at
    if lifts and not hold.is_lifted:
        hold.lifted_at = at
    hold.save(update_fields=["answer", "answered_by", "answered_at", "lifted_at"])
    app.configure_task("booking.tell_of_hold").defer(
        hold_id=str(hold.pk), event="booking/email/hold_answered"
    )
    return hold


def tell(*, hold_id: uuid.UUID, event: str, at: dt.datetime) -> bool:
    """A mail to the family about a hold; whether it has a working address.

    Where it has none, the facility to which nobody came is to telephone it. Runs as the worker.
    """
    hold = UseHold.objects.get(pk=hold_id)
    return notices.tell_or_call(
        hold.household_id,
        event,
        {"hold": hold},
        kind=CallKind.HOLD,
        facility_id=hold.facility_id,
        booking=Booking.objects.only(*USED).get(pk=hold.booking_id),
        due_at=at + notices.WITHIN,
        at=at,
    )


def _impose(booking: Booking, at: dt.datetime) -> UseHold | None:
    rule = booking.use_rule
    if rule.no_show_most is None or not rule.no_show_hold_days:
        return None
    absences = counted(booking).count()
    if absences < rule.no_show_most:
        return None
    today = _day(at)
    hold = UseHold.objects.create(
        household_id=booking.household_id,
        child_id=booking.child_id,
        subject=rule.no_show_subject,
        absent_on=booking.day,
        booking=booking,
        facility_id=booking.facility_id,
        is_here_only=rule.facility_id is not None,
        absences=absences,
        imposed_at=at,
        starts_on=today,
        ends_on=today + dt.timedelta(days=rule.no_show_hold_days - 1),
    )
    tell(hold_id=hold.pk, event="booking/email/hold_imposed", at=at)
    return hold


def _day(at: dt.datetime) -> dt.date:
    return clock.local(at).date()
