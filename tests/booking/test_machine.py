"""Hundreds of steps in an order that nobody thought of; the house is in order after each."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from booking.actions import counters, offers
from tests.booking.machine.morning import Morning
from tests.booking.machine.town import town

# The same steps each time. What fails is made small by the long run.
SHORT = settings(
    derandomize=True, database=None, deadline=None, max_examples=12, stateful_step_count=20,
    suppress_health_check=list(HealthCheck), phases=[Phase.generate],
)  # fmt: skip
LONG = settings(
    SHORT,
    derandomize=False,
    max_examples=400,
    stateful_step_count=50,
    phases=[Phase.generate, Phase.shrink],
)
FINDING = settings(SHORT, max_examples=100)


@pytest.fixture
def morning(database):
    Morning.town = town()
    return Morning


def test_any_order_of_steps_leaves_the_house_in_order(morning):
    run_state_machine_as_test(morning, settings=SHORT)


@pytest.mark.slow
def test_any_order_of_many_more_steps(morning):
    run_state_machine_as_test(morning, settings=LONG)


def nothing_is_given_back(monkeypatch):
    monkeypatch.setattr(counters, "give_back_together", lambda claims: None)


def every_place_is_free(monkeypatch):
    monkeypatch.setattr(counters, "exchange", lambda given, taken: None)


def nothing_is_held_back(monkeypatch):
    monkeypatch.setattr(counters, "_waited_for", lambda slots: set())


def the_last_comes_first(monkeypatch):
    lines = offers.lines
    monkeypatch.setattr(offers, "lines", lambda **day: lines(**day)[::-1])


@pytest.mark.parametrize(
    "bug",
    [nothing_is_given_back, every_place_is_free, nothing_is_held_back, the_last_comes_first],
)
def test_a_seeded_bug_is_found(morning, monkeypatch, bug):
    bug(monkeypatch)

    with pytest.raises(AssertionError):
        run_state_machine_as_test(morning, settings=FINDING)
