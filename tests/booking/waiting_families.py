"""A facility with one place, families that wait for it, and the worker that offers it."""

import datetime as dt
import uuid

from django.db import connection, transaction

from booking import queries, tasks
from booking.actions import cancellations, requests, waitings
from booking.models import Slot, Waiting
from history import clock, context
from history.context import Context
from history.walls import WORKER
from records.models import Child
from tests.factories.booking import coming_monday, slots_of_day
from tests.factories.records import ChildFactory, ParentFactory, facility

DAY = coming_monday()
# An ordinary morning, three days before.
NOW = clock.at(DAY - dt.timedelta(days=3), dt.time(10))
MINUTE = dt.timedelta(minutes=1)


def moment(hour):
    return clock.at(DAY, dt.time(hour))


def one_place():
    """光が丘 from 9 to 17 with a place for one child."""
    slots_of_day(places=1)
    return facility("hikarigaoka")


def family(**parent):
    """A registered child of two years with a parent who has an account and an address."""
    child = ChildFactory.create(
        registered=True, date_of_birth=DAY - dt.timedelta(days=800), household__city="練馬区"
    )
    number = Child.objects.count()
    ParentFactory.create(
        household=child.household, with_account=True,
        **({"email": f"family-{number}@example.jp"} | parent),
    )  # fmt: skip
    return child


def account(child):
    return child.household.parents.get().user


def book(child, hours=(10, 13), at=NOW):
    return requests.book(
        child=child, facility=facility("hikarigaoka"), starts_at=moment(hours[0]),
        ends_at=moment(hours[1]), by=account(child), at=at, key=uuid.uuid4(),
    )  # fmt: skip


def cancel(booking, at=NOW):
    cancellations.cancel(booking=booking, by=account(booking.child), at=at)


def wait(*children, hours=(10, 13), at=NOW):
    return waitings.join(
        children=children, facility=facility("hikarigaoka"), starts_at=moment(hours[0]),
        ends_at=moment(hours[1]), by=account(children[0]), at=at,
    )  # fmt: skip


def work(at=NOW):
    """The job that the cancelling transaction has deferred, as the worker's role."""
    _as_worker(tasks.offer_day, facility_id=facility("hikarigaoka").pk, day=DAY, at=at)


def sweep(at):
    """What the worker does every ten seconds."""
    _as_worker(tasks.sweep, at=at)


def _as_worker(act, **arguments):
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {WORKER}")
        act(**arguments)
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
    context.leave()
    context.state(actor="system:tests")


def place_of(waiting, household=None):
    """The place in the line as the family itself, or another one, is told it."""
    number = household or waiting.household_id
    context.enter(Context(actor="1", role="parent", household=number, at=NOW))
    found = queries.place_in_line(waiting.pk)
    context.leave()
    context.state(actor="system:tests")
    return (found.number, found.preferred) if found else None


def states():
    """Of the lines in the order in which they were joined."""
    return list(Waiting.objects.order_by("joined_at").values_list("state", flat=True))


def held_back():
    """By the hour, where any is."""
    found = Slot.objects.filter(held_back__gt=0).order_by("starts_at")
    return {f"{clock.local(slot.starts_at):%H:%M}": slot.held_back for slot in found}


def taken():
    found = Slot.objects.filter(taken__gt=0).order_by("starts_at")
    return [f"{clock.local(slot.starts_at):%H:%M}" for slot in found]
