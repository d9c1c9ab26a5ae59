"""The order of a draw, and the program of its own by which anybody recomputes one."""

import hashlib
import json
import subprocess
import sys

import pytest
from django.conf import settings

from booking import drawing

REPLAY = settings.ROOT / "site/azukari/static/draw/replay.py"
SEED = "5eed" * 16
PLACE = {
    "facility": "seki", "starts_at": "2027-04-01T09:00", "taken": 0, "infants": 0, "ones_twos": 0,
    "threes": 0, "fours_up": 0, "under_ones": 0, "under_twos": 0, "places": 2, "infant_limit": 2,
    "under_two_limit": 2, "two_up_limit": 2, "staff": 2, "infant_ratio": 3, "ones_twos_ratio": 6,
    "threes_ratio": 15, "fours_up_ratio": 25, "rounding": "half_up",
}  # fmt: skip


def place(**changes):
    return PLACE | changes


def wish(outcome, years=2, start="09:00", end="09:30", **changes):
    return {
        "facility": "seki", "starts_at": f"2027-04-01T{start}", "ends_at": f"2027-04-01T{end}",
        "years": years, "excluded": outcome == "excluded", "outcome": outcome,
    } | changes  # fmt: skip


def in_order(*tickets):
    """Tickets under pseudonyms that the seed sorts as they stand here."""
    names = drawing.order(SEED, [f"P{number}" for number in range(len(tickets))])
    return [{"pseudonym": name, **ticket} for name, ticket in zip(names, tickets, strict=True)]


def what_fits(*wishes):
    return {"accepts": "what_fits", "wishes": list(wishes)}


def all_of(*wishes):
    return {"accepts": "all", "wishes": list(wishes)}


def listed(*tickets, places=(PLACE,)):
    digest = hashlib.sha256(SEED.encode()).hexdigest()
    return {
        "seed": SEED, "seed_digest": digest, "places": [dict(each) for each in places],
        "tickets": in_order(*tickets),
    }  # fmt: skip


@pytest.fixture
def replay(tmp_path):
    """What the program says of a list, and its exit code; alone, in an empty folder."""

    def run(published):
        file = tmp_path / "list.json"
        file.write_text(published if isinstance(published, str) else json.dumps(published))
        done = subprocess.run(
            [sys.executable, "-I", "-S", REPLAY, file.name],
            cwd=tmp_path, capture_output=True, text=True, check=False, env={},
        )  # fmt: skip
        return done.returncode, done.stdout

    return run


def test_the_order_is_that_of_the_digests():
    assert drawing.order("seed", ["B", "A", "C"]) == sorted(
        "ABC", key=lambda name: hashlib.sha256(f"seed|{name}".encode()).hexdigest()
    )
    assert drawing.order("seed", ["A", "B", "C"]) == drawing.order("seed", ["C", "B", "A"])
    assert [drawing.order(str(seed), "AB")[0] for seed in range(1000)].count("A") in range(440, 560)


ONE = place(places=1)
TWO_TIMES = (ONE, place(places=1, starts_at="2027-04-01T09:30"))


@pytest.mark.parametrize(
    ("tickets", "places"),
    [
        # The first in the order has the only place.
        ([what_fits(wish("placed")), what_fits(wish("full"))], [ONE]),
        # A half hour that nobody listed has none.
        ([what_fits(wish("full", end="10:00"))], [ONE]),
        # The first wish first; a wish beyond the rules takes nothing.
        ([what_fits(wish("placed"), wish("full", end="10:00"))], TWO_TIMES),
        ([what_fits(wish("excluded")), what_fits(wish("placed"))], [ONE]),
        # All or nothing: together they don't fit, and the one that failed is named.
        ([all_of(wish("not_alone"), wish("full")), what_fits(wish("placed"))], [ONE]),
        ([all_of(wish("placed"), wish("placed", start="09:30", end="10:00"))], TWO_TIMES),
        (
            [
                all_of(wish("not_alone"), wish("excluded", start="09:30", end="10:00")),
                what_fits(wish("placed")),
            ],
            TWO_TIMES,
        ),
        # Limits by age, whatever the places.
        ([what_fits(wish("placed", 0), wish("full", 0))], [place(infant_limit=1)]),
        ([what_fits(wish("placed", 1), wish("full", 0))], [place(under_two_limit=1)]),
        ([what_fits(wish("placed", 3), wish("full", 4))], [place(two_up_limit=1)]),
        # Two members of staff keep seven infants by half-up (23 tenths), six by ceiling.
        ([what_fits(*[wish("placed", 0)] * 7, wish("full", 0))], [place(
            places=9, infant_limit=9, under_two_limit=9)]),
        ([what_fits(*[wish("placed", 0)] * 6, wish("full", 0))], [place(
            places=9, infant_limit=9, under_two_limit=9, rounding="ceiling")]),
        # Of a hidden one only the turn is known.
        ([{"hidden": True}, what_fits(wish("placed"))], [ONE]),
    ],
)  # fmt: skip
def test_replay_comes_to_the_same(replay, tickets, places):
    published = listed(*tickets, places=places)

    code, said = replay(published)

    assert (code, said.splitlines()[-1]) == (0, "the same")


def _swap(published):
    published["tickets"].reverse()


def _give(published):
    published["tickets"][1]["wishes"][0]["outcome"] = "placed"


def _reseed(published):
    published["seed"] = "0" * 64


def _drop(published):
    del published["tickets"][0]


def _widen(published):
    published["places"][0]["places"] = 2


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (_swap, "order"),
        (_give, "placed, but the rules give full"),
        (_reseed, "the seed is not the one"),
        (_drop, "full, but the rules give placed"),
        (_widen, "full, but the rules give placed"),
    ],
)
def test_one_change_is_found(replay, change, text):
    published = listed(what_fits(wish("placed")), what_fits(wish("full")), places=[ONE])
    change(published)

    code, said = replay(published)

    assert code == 1
    assert text in said


def test_what_can_t_be_read_is_no_result(replay):
    assert replay("{")[0] == 2
    assert replay({"seed": ""})[0] == 2
