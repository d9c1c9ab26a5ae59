"""A booking with rules, fee, history, lease and mail, as a ratio to the floor in the same run.

This counts the action alone, one caller at a time; the rush through HTTP has benches of its own.
"""

import statistics
import time
import uuid
from collections.abc import Callable

import pytest

from booking.actions import requests
from booking.models import Booking
from history import clock, context
from records.models import Child, User
from tests.bench import floor
from tests.factories.booking import slots_of_day
from tests.factories.records import ChildFactory, ParentFactory, facility

ROUNDS, EACH = 5, 10
# A booking writes eight tables with their history and renders a mail; the floor is two statements
# on a server that does not wait for the disk. Below this something is plainly wrong.
LEAST_RATIO = 0.01

pytestmark = pytest.mark.bench


@pytest.fixture
def families(real_database: object) -> list[tuple[Child, User]]:
    made = []
    for _ in range(ROUNDS * EACH):
        parent = ParentFactory.create(with_account=True)
        made.append((ChildFactory.create(household=parent.household, registered=True), parent.user))
    return made


def test_booking_is_within_reach_of_the_floor(families: list[tuple[Child, User]]) -> None:
    floor.prepare()
    slots = slots_of_day("hikarigaoka", places=200, infant_limit=200, staff=99)
    waiting = iter(families)

    def book() -> None:
        child, parent = next(waiting)
        with context.acting(str(parent.pk)):
            requests.book(
                child=child,
                facility=facility("hikarigaoka"),
                starts_at=slots[0].starts_at,
                ends_at=slots[5].ends_at,
                by=parent,
                at=clock.now(),
                key=uuid.uuid4(),
            )

    ours, least = [], []
    for _ in range(ROUNDS):
        least.append(_rate(floor.take_a_place))
        ours.append(_rate(book))

    ratio = statistics.median(o / f for o, f in zip(ours, least, strict=True))
    print(
        f"\n  booking {statistics.median(ours):.0f}/s, floor {statistics.median(least):.0f}/s,"
        f" ratio {ratio:.3f}"
    )
    assert Booking.objects.count() == ROUNDS * EACH
    assert ratio > LEAST_RATIO


def _rate(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    for _ in range(EACH):
        work()
    return EACH / (time.perf_counter() - start)
