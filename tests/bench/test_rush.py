"""The rush through the public entry as it runs: P4 to P8 of quality_bars.md, and its memory.

Signed-in parents, full rules, history, ledger and jobs. Each figure is a ratio to a floor of the
same server, workers and database, asked by turns in the same run; a round that the machine spoiled
is dropped. How many seats were sold is counted in the database.
"""

import statistics

import pytest
from django.db import connection
from django.db.models import Max

from booking.models import Booking, Slot
from tests.bench import floor
from tests.bench.rush import (
    Bench,
    Parent,
    calm,
    crowd,
    interleaved,
    percentile,
    rate,
    row,
    work,
)
from tests.booking.recount import differences
from tests.booking.under_lock import statements_under_lock
from tests.concurrency.parents import families
from tests.database import ACTOR, act_as
from tests.factories.booking import coming_monday, slots_of_day
from tests.faults.service import running

pytestmark = pytest.mark.bench

ROUNDS = 5
BUYERS, SEATS = 200, 15
# How many ask at a time where the rate is measured: as many as the entry answers at once.
CLIENTS = 8
ASKED = 100
DAY = coming_monday()
HOURS = {"day": DAY.isoformat(), "start": "10:00", "end": "13:00", "accepts": "all"}
REQUESTS = 2000

# The bars.
RATE_OF_FLOOR, WINNERS_OF_FLOOR, REFUSALS_OF_RATE, UNDER_LOCK = 0.25, 5, 3, 4
MOST_MEMORY = 1.25
LEFT = "booking_booking, booking_bookingrequest, records_ratecount"


@pytest.fixture(scope="module")
def bench(tmp_path_factory, django_db_blocker):
    with django_db_blocker.unblock(), running(tmp_path_factory.mktemp("bench"), Bench) as found:
        floor.prepare()
        found.start_worker()
        found.start_floor("floor", "tests.bench.floor_settings")
        found.start_floor("floor inside", "tests.bench.floor_inside")
        yield found


@pytest.fixture(scope="module")
def parents(bench):
    """Each with a child of two years, and free places everywhere for weeks."""
    act_as(ACTOR)
    for code in ("hikarigaoka", "nerima", "nukui", "seki", "oizumi"):
        slots_of_day(code, DAY, places=BUYERS, infant_limit=BUYERS, staff=99)
    return [
        Parent(child.household.parents.get().user, HOURS | {"child": child.pk})
        for child in families(BUYERS)
    ]


def offer(seats: int) -> None:
    """So many places at the facility, and nobody has one."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {LEFT} CASCADE")
    counters = dict.fromkeys(("taken", "held_back", "ones_twos", "under_ones", "under_twos"), 0)
    Slot.objects.update(**counters, places=BUYERS)
    Slot.objects.filter(facility__code="hikarigaoka").update(places=seats)
    floor.offer(seats)


def sold() -> int:
    """Seats sold, as bookings and counters both say."""
    assert differences() == []
    counted = Slot.objects.aggregate(Max("taken"))["taken__max"]
    assert counted == Booking.objects.seated().count()
    return counted


PATHS = {"public": "/booking/hikarigaoka/new/", "floor": "/take/", "floor inside": "/take/"}


def buying(bench, parents, name, number, seats, clients):
    """A round in which so many want a seat each; the sale is exact."""

    def point():
        offer(seats)
        found = crowd(bench, name, [each.post(PATHS[name]) for each in parents[:number]], clients)
        connection.close()
        act_as(ACTOR)
        taken = sold() if name == "public" else floor.taken()
        assert found.others == {}
        assert (taken, len(found.won)) == (min(number, seats), min(number, seats))
        return found

    return point


def refusing(bench, parents):
    """Sold out before they come."""

    def point():
        offer(1)
        # Not held back: the worker gives back what nobody waits for.
        Slot.objects.filter(facility__code="hikarigaoka").update(taken=1, ones_twos=1)
        found = crowd(bench, "public", [each.post(PATHS["public"]) for each in parents[:ASKED]],
                      CLIENTS)  # fmt: skip
        assert (len(found.won), len(found.lost), found.others) == (0, ASKED, {})
        return found

    return point


def test_the_rush(bench, parents):
    for name in PATHS:
        buying(bench, parents, name, 2 * CLIENTS, BUYERS, CLIENTS)()
    found = interleaved(
        ROUNDS,
        {
            "floor: a place": buying(bench, parents, "floor", ASKED, BUYERS, CLIENTS),
            "floor inside: a place": buying(bench, parents, "floor inside", ASKED, BUYERS, CLIENTS),
            "P4: a seat is held": buying(bench, parents, "public", ASKED, BUYERS, CLIENTS),
            "P6: sold out": refusing(bench, parents),
            "floor: 200 for 15": buying(bench, parents, "floor", BUYERS, SEATS, BUYERS),
            "floor inside: 200 for 15": buying(
                bench, parents, "floor inside", BUYERS, SEATS, BUYERS
            ),
            "P5: 200 for 15": buying(bench, parents, "public", BUYERS, SEATS, BUYERS),
        },
    )
    offer(BUYERS)
    under_lock = statements_under_lock(parents[0].form)
    quiet = calm(found)
    shown = {name: quiet[name] or made for name, made in found.items()}

    titles = ("rate", "answered", "p50 ms", "p95 ms", "CPU ms")
    print(f"\n  {'':34} " + " ".join(f"{each:>9}" for each in titles))
    for name, made in shown.items():
        base = shown["floor: 200 for 15" if "200" in name else "floor: a place"]
        ratios = f"{rate(made) / rate(base):.2f} of the floor, {work(base) / work(made):.2f} by CPU"
        print(row(name, made, ratio=ratios, calm=f"{len(quiet[name])}/{ROUNDS}"))
    p95 = {
        name: statistics.median(percentile(each.won, 0.95) for each in made)
        for name, made in shown.items()
        if "200" in name
    }
    print(f"  winners' p95 in ms {p95}")
    print(f"  {BUYERS} parents, {SEATS} seats: oversold 0, unsold 0; under the lock {under_lock}")
    assert under_lock <= UNDER_LOCK
    assert all(quiet.values()), "the machine was never calm: nothing is measured"
    held = rate(shown["P4: a seat is held"])
    assert held >= RATE_OF_FLOOR * rate(shown["floor: a place"])
    assert p95["P5: 200 for 15"] <= WINNERS_OF_FLOOR * p95["floor: 200 for 15"]
    refused = rate(shown["P6: sold out"]) / held
    if refused < REFUSALS_OF_RATE:
        pytest.xfail(f"P6 is {refused:.2f} of P4 and not {REFUSALS_OF_RATE}: see ADR 0072")


def test_two_thousand_requests_leave_the_memory_as_it_is(bench, parents):
    """After a first round everything is loaded; from there on nothing is kept."""
    one = refusing(bench, parents)
    for _ in range(2):
        one()
    before = bench.memory("public")
    for _ in range(REQUESTS // ASKED):
        one()

    after = bench.memory("public")
    print(f"\n  {before:.0f} MiB before, {after:.0f} MiB after {REQUESTS} requests")
    assert after <= MOST_MEMORY * before
