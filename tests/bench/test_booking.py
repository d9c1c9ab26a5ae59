"""A booking with rules, fee, history, lease and mail, as a ratio to the floor in the same run.

And what of it is the price of binding each change to the ledger. This counts the action alone, one
caller at a time; the rush through HTTP has benches of its own.
"""

import statistics
import time
import uuid
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.actions import requests
from booking.models import Booking
from history import clock, context
from history.triggers import TRACK
from records.models import Child, User
from tests.bench import floor
from tests.factories.booking import slots_of_day
from tests.factories.records import ChildFactory, ParentFactory, facility

ROUNDS, EACH = 5, 10
# A booking writes eight tables with their history and renders a mail; the floor is two statements
# on a server that does not wait for the disk. Below this something is plainly wrong.
LEAST_RATIO = 0.01
# What a booking may take with its fingerprints, in times of one without.
MOST_FOR_BINDING = 1.5
# In the function that writes the history: from here on it binds the row to the ledger.
BINDS = "    -- The entry of this transaction that is yet to be written."
WRITTEN = """
    SELECT relname, n_tup_ins FROM pg_stat_xact_user_tables WHERE n_tup_ins > 0 ORDER BY relname
"""

pytestmark = pytest.mark.bench


@pytest.fixture
def families(real_database: object) -> list[tuple[Child, User]]:
    made = []
    # Twice what is measured, and some to warm up with.
    for _ in range(2 * ROUNDS * (EACH + 1) + 2):
        parent = ParentFactory.create(with_account=True)
        made.append((ChildFactory.create(household=parent.household, registered=True), parent.user))
    return made


@pytest.fixture
def book(families: list[tuple[Child, User]]) -> Callable[[], None]:
    """The next family books its three hours."""
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

    return book


def test_booking_is_within_reach_of_the_floor(book: Callable[[], None]) -> None:
    floor.prepare()

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


def test_what_binding_a_booking_to_the_ledger_costs(book: Callable[[], None]) -> None:
    """With and without fingerprints, by turns. Without is the control: nothing else is missing."""
    asked, written, rates = {}, {}, {True: [], False: []}
    for is_bound in (True, False):
        _bind(is_bound)
        asked[is_bound], written[is_bound] = _written(book)
    for _ in range(ROUNDS):
        for is_bound in (True, False):
            _bind(is_bound)
            # The first one after a change of the function plans anew.
            book()
            rates[is_bound].append(_rate(book))

    extra = written[True] - written[False]
    ratio = statistics.median(
        without / bound for bound, without in zip(rates[True], rates[False], strict=True)
    )
    print(
        f"\n  booking with fingerprints {statistics.median(rates[True]):.0f}/s, without"
        f" {statistics.median(rates[False]):.0f}/s: {ratio:.2f} times the time;"
        f" {asked[True]} statements either way, {written[True].total()} rows instead of"
        f" {written[False].total()}: {dict(extra)}"
    )
    assert asked[True] == asked[False]
    histories = sum(n for name, n in written[True].items() if "_historical" in name)
    assert extra == {
        "history_fingerprint": histories, "history_entry": 1, "history_unsealed": 1,
    }  # fmt: skip
    assert written[False] - written[True] == Counter()
    assert ratio < MOST_FOR_BINDING


def _bind(is_bound: bool) -> None:
    """Have the history written with its fingerprints, or cut the function off before them."""
    before, mark, _after = TRACK.partition(BINDS)
    assert mark
    with connection.cursor() as cursor:
        cursor.execute(TRACK if is_bound else f"{before}    RETURN NULL;\nEND\n$$;")


def _written(book: Callable[[], None]) -> tuple[int, Counter[str]]:
    """How many statements a booking asks, and the rows it writes with all that its commit adds."""
    with transaction.atomic(), connection.cursor() as cursor:
        # What earlier transactions wrote may still be among it.
        cursor.execute(WRITTEN)
        before = Counter(dict(cursor.fetchall()))
        with CaptureQueriesContext(connection) as asked:
            book()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(WRITTEN)
        return len(asked), Counter(dict(cursor.fetchall())) - before


def _rate(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    for _ in range(EACH):
        work()
    return EACH / (time.perf_counter() - start)
