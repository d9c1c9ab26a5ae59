"""Many parents at once, each a thread with a connection of its own, inside the walls."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL

from booking.actions import bookings, requests
from booking.models import Booking
from history import clock
from records.models import Child, Facility
from tests.concurrency.entries import as_parent
from tests.factories.booking import coming_monday
from tests.factories.records import ChildFactory, ParentFactory

STARTS_AT = clock.at(coming_monday(), dt.time(10))
ENDS_AT = STARTS_AT + dt.timedelta(hours=3)
AT = STARTS_AT - dt.timedelta(days=3)
# In place of `capacity.fits`: every slot takes one child more.
ANYTHING = RawSQL("TRUE", (), BooleanField())


def families(number: int) -> list[Child]:
    """So many registered children of one or two years, each with a parent who has an account."""
    children = ChildFactory.create_batch(
        number, registered=True, date_of_birth=STARTS_AT.date() - dt.timedelta(days=700)
    )
    for child in children:
        ParentFactory.create(household=child.household, with_account=True)
    return children


def book(child: Child, facility: Facility, key: uuid.UUID | None = None) -> Booking:
    """What a request of the public entry does between its middleware and its commit."""
    user = child.household.parents.get().user
    with as_parent(user, child.household, AT):
        return requests.book(
            child=child, facility=facility, starts_at=STARTS_AT, ends_at=ENDS_AT, by=user, at=AT,
            key=key or uuid.uuid4(),
        )  # fmt: skip


def wait_after_the_look(parties: int) -> Callable[..., Any]:
    """`bookings.look` that lets nobody go on before everybody has seen the free place."""
    barrier = Barrier(parties, timeout=20)
    look = bookings.look

    def look_and_wait(wish: bookings.Wish, usable: Sequence[Any] = (None,)) -> Any:
        found = look(wish, usable)
        barrier.wait()
        return found

    return look_and_wait


def together(action: Callable[[Child], Booking], children: Sequence[Child]) -> list[object]:
    """What each thread came to: its booking, or the exception it met."""

    def run(child: Child) -> object:
        try:
            return action(child)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(children)) as pool:
        return list(pool.map(run, children))
