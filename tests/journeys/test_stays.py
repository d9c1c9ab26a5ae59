"""No journey takes another's child away, nor one that the demonstration has booked."""

import itertools
import json

from tests.journeys.demonstration import ROOT
from tests.journeys.stays import ALL, Stay

SUNDAY, CLOSED_ON_SUNDAYS = 5, {"nukui", "oizumi", "seki"}
BOOKED = json.loads((ROOT / "fixtures/demo/bookings.json").read_text())


def taken() -> list[Stay]:
    """What the demonstration has booked; its days count those on which the facility is open."""
    rows = [each for each in BOOKED if each["state"] != "cancelled"]
    for row in rows:
        row["day"] += row["day"] >= SUNDAY and row["facility"] in CLOSED_ON_SUNDAYS
    names = ("child", "facility", "day", "starts", "ends")
    return [Stay("", *(row[name] for name in names)) for row in rows]


def collisions(stays: list[Stay]) -> list[tuple[Stay, Stay]]:
    return [
        (one, other)
        for one, other in itertools.combinations(stays, 2)
        if (one.child, one.days) == (other.child, other.days)
        and one.start < other.end
        and other.start < one.end
    ]


def test_a_child_is_in_one_place_at_a_time() -> None:
    assert collisions([*ALL, *taken()]) == []


def test_a_collision_is_found() -> None:
    later = ALL[0]._replace(code="nukui", start="10:30", end="12:00")

    assert collisions([*ALL, later]) == [(ALL[0], later)]
