"""Jobs of booking."""

import contextlib
import datetime as dt
import uuid
from contextlib import AbstractContextManager

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from booking import letters, queries, timetable
from booking.actions import (
    approvals,
    calls,
    counters,
    draws,
    fees,
    holds,
    notices,
    offers,
    promises,
    slots,
    use_holds,
    weighings,
)
from booking.actions.offers import Outcome
from booking.refusals import BookingRefused
from history import clock, context, cron, jobs
from history.alerts import raise_alert
from history.enums import AlertKind
from records import stops
from records.enums import Function
from records.models import Facility

# Slots stay locked for seconds at most.
PATIENCE = RetryStrategy(max_attempts=20, wait=5, linear_wait=30)
# Parents look a little further than they can book.
WEEKS_BEYOND = dt.timedelta(weeks=2)


@app.task(name="booking.reweigh", retry=PATIENCE)
def reweigh(*, child_id: str) -> None:
    """After a correction: the child's coming bookings, checked and weighed anew. Safe to repeat."""
    with context.acting("system:corrections"):
        weighings.reweigh(child_id=uuid.UUID(child_id), at=clock.now())


@app.task(name="booking.relieve", retry=PATIENCE)
def relieve(*, household_id: str, day: str) -> None:
    """After a family booked or cancelled: what its other children pay that day. Safe to repeat."""
    with context.acting("system:reliefs"):
        fees.relieve(household_id=uuid.UUID(household_id), day=dt.date.fromisoformat(day))


@app.task(name="booking.tell_booked", retry=PATIENCE)
def tell_booked(*, request_id: str) -> None:
    """After staff booked for a caller: one mail to the family. Not safe to repeat once written."""
    with context.acting("system:mail"):
        promises.tell_booked(request_id=uuid.UUID(request_id))


@app.periodic(cron="* * * * *")
@app.task(name="booking.tell_of_losses", lock="booking.tell_of_losses", retry=PATIENCE)
def tell_of_losses(timestamp: int = 0) -> None:
    """When bookings were lost, and every minute for mail that came back. Safe to repeat."""
    now = clock.now()
    with context.acting("system:losses", at=now):
        notices.tell_of_losses(at=now)


@app.task(name="booking.tell", retry=PATIENCE)
def tell(*, booking_id: str, event: str) -> None:
    """After staff ended or decided a booking: a mail to its family, or a call."""
    now = clock.now()
    with context.acting("system:mail", at=now):
        letters.send(booking_id=uuid.UUID(booking_id), event=event, at=now)


@app.task(name="booking.count_absences", retry=PATIENCE)
def count_absences(*, booking_id: str) -> None:
    """After 連絡なし was recorded or taken back: is it once too often? Safe to repeat."""
    with context.acting("system:conduct"):
        use_holds.count(booking_id=uuid.UUID(booking_id), at=clock.now())


@app.task(name="booking.tell_of_hold", retry=PATIENCE)
def tell_of_hold(*, hold_id: str, event: str) -> None:
    """After a hold was answered: a mail to the family, or a call."""
    now = clock.now()
    with context.acting("system:mail", at=now):
        use_holds.tell(hold_id=uuid.UUID(hold_id), event=event, at=now)


@app.periodic(cron="* * * * * */10")
@app.task(name="booking.expire_holds", lock="booking.expire_holds", priority=5)
def expire_holds(timestamp: int = 0) -> None:
    """Every ten seconds: seats whose hold is over go back to everybody. Safe to repeat."""
    with context.acting("system:holds"):
        while holds.expire(at=clock.now()) == holds.BATCH:
            pass
    jobs.clear_away(expire_holds.name)


@app.task(name="booking.offer", retry=PATIENCE)
def offer(*, facility_id: int, day: str) -> None:
    """After places came free: to the families that wait for them, in order. Safe to repeat."""
    offer_day(facility_id=facility_id, day=dt.date.fromisoformat(day), at=clock.now())


@app.periodic(cron="* * * * * */10")
@app.task(name="booking.sweep_offers", lock="booking.sweep_offers", priority=5)
def sweep_offers(timestamp: int = 0) -> None:
    """Every ten seconds: offers whose time is over go on, and so does what is still held back when
    somebody was interrupted. Safe to repeat."""
    sweep(at=clock.now())
    jobs.clear_away(sweep_offers.name)


@app.periodic(cron="* * * * *")
@app.task(name="booking.offer_free", lock="booking.offer_free")
def offer_free(timestamp: int = 0) -> None:
    """Every minute: places also come free in other ways, such as more staff. Safe to repeat."""
    at = clock.now()
    with _offering(at):
        days = list(offers.days_waited_for(at=at))
    for facility_id, day in days:
        offer_day(facility_id=facility_id, day=day, at=at)


def sweep(*, at: dt.datetime) -> None:
    """Whatever is due at a moment: each offer ends in a transaction of its own."""
    with _offering(at):
        offers.end(at=at)
        offers.requeue()
        calls.end_outdated(at=at)
        overdue = offers.overdue(at=at)
    for waiting_id in overdue:
        with _offering(at):
            offers.lapse(waiting_id=waiting_id, at=at)
    with _offering(at):
        days = list(offers.days_held_back(at=at))
    for facility_id, day in days:
        offer_day(facility_id=facility_id, day=day, at=at)


def offer_day(*, facility_id: int, day: dt.date, at: dt.datetime) -> None:
    """Ask the families in their order, each in a transaction of its own; then give to everybody
    what nobody was offered. While the center has closed booking everything stays as it is."""
    with _offering(at):
        if stops.is_closed(Function.BOOKING, at=at, facility_id=facility_id):
            return
        asked = offers.running_broadcasts(facility_id=facility_id, day=day)
    for waiting_id in asked:
        with _offering(at):
            offers.close_broadcast(waiting_id=waiting_id, at=at)
    is_settled = False
    while not is_settled:
        refused = set()
        with _offering(at):
            waiting = offers.lines(facility_id=facility_id, day=day)
        for waiting_id in waiting:
            with _offering(at):
                if offers.offer(waiting_id=waiting_id, at=at) == Outcome.REFUSED:
                    refused.add(waiting_id)
        with _offering(at):
            is_settled = offers.settle(facility_id=facility_id, day=day, refused=refused)


def _offering(at: dt.datetime) -> AbstractContextManager[None]:
    return context.acting("system:offers", at=at)


@app.task(name="booking.tell_joined", retry=PATIENCE)
def tell_joined(*, waiting_id: str) -> None:
    """After staff entered a caller in the line: one mail. Not safe to repeat once written."""
    with context.acting("system:mail"):
        offers.tell_joined(waiting_id=uuid.UUID(waiting_id))


@app.task(name="booking.tell_moved", retry=PATIENCE)
def tell_moved(*, waiting_id: str) -> None:
    """After staff changed the place of a family in the line: it reads why."""
    with context.acting("system:offers"):
        offers.tell_moved(waiting_id=uuid.UUID(waiting_id))


@app.periodic(cron="* * * * * */10")
@app.task(name="booking.draw", lock="booking.draw")
def draw(timestamp: int = 0) -> None:
    """Every ten seconds: seeds of coming draws, and draws whose time has come. Safe to repeat."""
    for release in queries.draws_due():
        with context.acting("system:draws"):
            if not release.seed_digest:
                draws.seal(release=release)
            # Where a place is locked for long, the next round draws.
            with contextlib.suppress(BookingRefused), transaction.atomic():
                draws.draw(release=release, at=clock.now())
    jobs.clear_away(draw.name)


@app.periodic(cron="* * * * *")
@app.task(name="booking.expire_approvals", lock="booking.expire_approvals")
def expire_approvals(timestamp: int = 0) -> None:
    """Every minute: what a facility has not answered in time is declined. Safe to repeat."""
    with context.acting("system:approvals"):
        while approvals.expire(at=clock.now()) == approvals.BATCH:
            pass


@app.periodic(cron=cron.tokyo(10, 3))
@app.task(name="booking.make_slots", lock="booking.make_slots")
def make_slots(timestamp: int = 0) -> None:
    """Every night: the half hours of the days that can be booked soon. Safe to repeat."""
    with context.acting("system:slots"):
        today = clock.today()
        released = (each.last_day for each in queries.releases())
        last = max([timetable.horizon(today, queries.use_rules()) + WEEKS_BEYOND, *released])
        for facility in Facility.objects.bookable():
            slots.make(facility=facility, first=today, last=last, at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="booking.release_reserves", lock="booking.release_reserves")
def release_reserves(timestamp: int = 0) -> None:
    """Every minute: reserves whose time has come are for everybody. Safe to repeat."""
    with context.acting("system:slots"):
        for facility in Facility.objects.bookable():
            slots.release(facility=facility, at=clock.now())


@app.periodic(cron=cron.tokyo(40, 3))
@app.task(name="booking.recount")
def recount(timestamp: int = 0) -> None:
    """Every night: do the counters of the half hours equal the bookings? If not, an alert."""
    with context.acting("system:slots"):
        if found := counters.mismatches():
            raise_alert(
                kind=AlertKind.COUNTERS_DIFFER,
                at=clock.now(),
                detail=_("30分の枠 %(count)d件") % {"count": len(found)},
            )
