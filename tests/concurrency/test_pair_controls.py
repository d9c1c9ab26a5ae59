"""The acts of the pairs without their guards: the race must appear, in every run.

One act happens as a whole between the reading and the writing of another, which is what its guard
prevents. No thread has to be quick for that.
"""

from collections import Counter

import pytest
from django.db import DatabaseError
from django.db.models import QuerySet

from booking import offering
from booking.actions import counters, offers, promises, transitions
from booking.models import Slot
from tests.booking.recount import differences
from tests.concurrency.every_time import every_time
from tests.concurrency.one_database import clear, real_database
from tests.concurrency.parents import together
from tests.concurrency.scene import ACTS, Scene

__all__ = ["real_database"]

COUNTED = ("taken", *counters._COUNTED)


@pytest.fixture(scope="module")
def scene(real_database):
    return Scene.prepared()


@pytest.fixture
def morning(scene):
    """The scene anew; what a race left behind is gone before it is counted once more."""
    scene.set_up()
    yield scene
    clear()


def act(morning, name, number=0):
    return lambda *_child: ACTS[name](morning, number)


def the_first_time(monkeypatch, module, name, instead):
    """In the place of a function, and of none of its later calls."""
    own = getattr(module, name)
    calls = iter([instead])
    monkeypatch.setattr(module, name, lambda *args, **kwargs: next(calls, own)(*args, **kwargs))


# A place counted by two


def write_back(changes, meanwhile, ceilings):
    """A writer that neither locks nor adds: what it read, changed by what it knows, is written."""
    numbers = {slot for slot, _column in changes} | set(ceilings)
    rows = list(Slot.objects.filter(pk__in=numbers))
    meanwhile()
    for row in rows:
        counted = {name: getattr(row, name) + changes[row.pk, name] for name in COUNTED}
        Slot.objects.filter(pk=row.pk).update(**counted, **ceilings.get(row.pk, {}))


def counted(claims, number):
    return Counter(
        {
            (slot, name): number
            for claim in claims
            for slot in claim.slots
            for name in claim.weight.counters
        }
    )


def careless(meanwhile):
    """The doors to the counters without lock and sum."""

    def exchange(given, taken):
        changes = counted(taken, 1)
        changes.subtract(counted(given, 1))
        write_back(changes, meanwhile, {})

    def reweigh(found):
        changes = Counter()
        for change in found:
            for slot in change.slots:
                changes.update((slot, name) for name in change.after.counters)
                changes.subtract((slot, name) for name in change.before.counters)
        write_back(changes, meanwhile, {})
        return [None for _change in found]

    def refit(found, *, unsold=False):
        write_back(Counter(), meanwhile, found)
        return len(found)

    return {"exchange": exchange, "reweigh": reweigh, "refit": refit}


@every_time
@pytest.mark.parametrize(
    ("name", "number", "door"),
    [
        ("book earlier", 0, "exchange"),
        ("expire", 0, "exchange"),
        ("cancel", 0, "exchange"),
        ("change", 0, "exchange"),
        ("let go", 0, "exchange"),
        ("offer", 0, "exchange"),
        ("reweigh", 0, "reweigh"),
        # A carer more: what is sold stays within.
        ("roster", 3, "refit"),
    ],
)
def test_booking_is_not_counted_by_who_neither_locks_nor_adds(
    morning, monkeypatch, name, number, door, run
):
    booked = []

    def book():
        booked.extend(together(act(morning, "book"), [0]))

    the_first_time(monkeypatch, counters, door, careless(book)[door])

    act(morning, name, number)()

    assert [each for each in booked if isinstance(each, Exception)] == []
    assert differences() != []


# One thing decided by two


def without_locks(monkeypatch):
    monkeypatch.setattr(QuerySet, "select_for_update", lambda self, **how: self.all())
    monkeypatch.setattr(promises, "await_others", lambda household_id, children: None)


@every_time
@pytest.mark.parametrize(
    ("name", "other", "module", "after_reading"),
    [
        ("expire", "confirm", transitions, "move"),
        ("confirm", "expire", transitions, "move"),
        ("let go", "confirm", transitions, "move"),
        ("cancel", "change", transitions, "move"),
        ("change", "cancel", transitions, "move"),
        ("cancel", "arrive", transitions, "move"),
        ("offer", "offer", offering, "until"),
        ("offer and accept", "offer and lapse", transitions, "move"),
        ("offer and lapse", "offer and accept", offers, "_was_cut_short"),
    ],
)
def test_without_locks_the_database_alone_refuses_the_second(
    morning, monkeypatch, name, other, module, after_reading, run
):
    """It would have undone what somebody was told: a fault, where the locks let it be answered."""
    without_locks(monkeypatch)
    own, met = getattr(module, after_reading), []

    def meet_first(*args, **kwargs):
        met.extend(together(act(morning, other), [0]))
        return own(*args, **kwargs)

    the_first_time(monkeypatch, module, after_reading, meet_first)

    with pytest.raises(DatabaseError):
        act(morning, name)()

    assert [each for each in met if isinstance(each, Exception)] == []
    assert len(met) == 1
