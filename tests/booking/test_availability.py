"""Live places: how many fit, how it reads, and the fragment that browsers poll."""

import datetime as dt
import itertools
import random
from fractions import Fraction

import pytest
import time_machine

from booking.actions import cancellations
from booking.availability import CHOICES, places_left, vacancy_of
from booking.capacity import Weight, fits
from booking.enums import Rounding, SeatKind, StaffingGroup, Vacancy
from booking.models import Slot
from history import clock
from tests.factories.booking import BookingFactory, SlotFactory, coming_monday, slots_of_day
from tests.factories.records import facility

MONDAY = coming_monday()
NOW = clock.at(MONDAY - dt.timedelta(days=3), dt.time(12))
WEIGHTS = [
    Weight(StaffingGroup.INFANTS, 0), Weight(StaffingGroup.ONES_TWOS, 1),
    Weight(StaffingGroup.ONES_TWOS, 2), Weight(StaffingGroup.THREES, 3),
    Weight(StaffingGroup.FOURS_UP, 5), Weight(StaffingGroup.ONE_TO_ONE, 0),
    Weight(StaffingGroup.ONE_TO_ONE, 4),
]  # fmt: skip
RATIOS = {"infants": 3, "ones_twos": 6, "threes": 15, "fours_up": 25}


# How many fit


def slot(*, save=False, **fields):
    make = SlotFactory.create if save else SlotFactory.build
    counts = {group.value: fields.get(group.value, 0) for group in StaffingGroup}
    given = {"facility": facility("hikarigaoka")} if save else {"facility": None}
    fields = {"under_ones": counts["infants"], "under_twos": counts["infants"]} | fields
    return make(**given, **fields, taken=sum(counts.values()))


def staff_for(counts, rounding):
    """The formula once more, in fractions and straight from the text of the ordinance."""
    total = Fraction(counts["one_to_one"])
    for group, ratio in RATIOS.items():
        total += Fraction(int(Fraction(counts[group], ratio) * 10), 10)
    whole = int(total)
    rest = total - whole
    up = rest >= Fraction(1, 2) if rounding == Rounding.HALF_UP else rest > 0
    return max(2, whole + up)


def children_let_in(found, weight):
    """Brute force: one child after the other, until room, age or staff say no."""
    counts = {each.value: getattr(found, each.value) for each in StaffingGroup}
    return next(
        number
        for number in itertools.count()
        if not is_allowed(
            found,
            counts | {weight.group.value: counts[weight.group.value] + number + 1},
            under_ones=found.under_ones + (number + 1) * (weight.years == 0),
            under_twos=found.under_twos + (number + 1) * (weight.years in (0, 1)),
        )
    )


def is_allowed(found, counts, under_ones, under_twos):
    reserved = found.walk_in_places + found.urgent_places + found.center_places
    return (
        sum(counts.values()) + found.held_back + reserved <= found.places
        and under_ones <= max(found.infant_limit, found.under_ones)
        and under_twos <= max(found.under_two_limit, found.under_twos)
        and sum(counts.values()) - under_twos
        <= max(found.two_up_limit, found.taken - found.under_twos)
        and staff_for(counts, found.rounding) <= found.staff
    )


def mixes(number):
    """So many half hours as they may come about: within room, quota and staff."""
    chance = random.Random(20260401)  # noqa: S311  always the same mixes
    while number:
        counts = {each.value: chance.choice((0, 0, 1, 2, 3, 5)) for each in StaffingGroup}
        ones = counts["infants"] + chance.randint(0, counts["one_to_one"])
        fields = {
            "places": chance.choice((4, 6, 15, 20)), "infant_limit": chance.choice((0, 2, 15)),
            "under_two_limit": chance.choice((2, 5, 20)), "two_up_limit": chance.choice((3, 20)),
            "held_back": chance.choice((0, 0, 1)), "staff": chance.choice((2, 3, 4, 5)),
            "rounding": chance.choice(list(Rounding)), "under_ones": ones,
            "under_twos": ones + chance.randint(0, counts["ones_twos"]),
        }  # fmt: skip
        for kind in SeatKind:
            fields[kind.places] = fields[kind.total] = chance.choice((0, 0, 0, 1))
        if is_allowed(slot(**counts, **fields), counts, ones, fields["under_twos"]) and (
            ones <= fields["infant_limit"] and fields["under_twos"] <= fields["under_two_limit"]
            and sum(counts.values()) - fields["under_twos"] <= fields["two_up_limit"]
        ):  # fmt: skip
            number -= 1
            yield counts | fields


def test_places_left_are_those_that_brute_force_finds():
    found = [slot(**mix) for mix in mixes(500)]

    differing = [
        (each.counts(), weight)
        for each in found
        for weight in WEIGHTS
        if places_left(each, weight) != children_let_in(each, weight)
    ]

    assert differing == []
    # The mixes tell something: full, few and many places are all among them.
    assert {min(places_left(each, w), 4) for each in found for w in WEIGHTS} == set(range(5))


def test_a_place_is_left_exactly_where_the_database_sells_one(database):
    start = clock.at(MONDAY, dt.time(0))
    found = [
        slot(save=True, starts_at=start + dt.timedelta(minutes=30 * number), **mix)
        for number, mix in enumerate(mixes(120))
    ]

    for weight in WEIGHTS:
        sold = set(Slot.objects.filter(fits(weight)).values_list("pk", flat=True))
        assert {each.pk for each in found if places_left(each, weight)} == sold
    # These slots hold no bookings.
    Slot.objects.all().delete()


@pytest.mark.parametrize(
    ("fields", "weight", "left"),
    [
        ({}, Weight(StaffingGroup.ONES_TWOS, 1), 15),
        ({"infant_limit": 3}, Weight(StaffingGroup.INFANTS, 0), 3),
        ({"held_back": 2}, Weight(StaffingGroup.ONES_TWOS, 1), 13),
        ({"infant_limit": 3, "one_to_one": 1, "under_ones": 1, "under_twos": 1, "staff": 9},
         Weight(StaffingGroup.INFANTS, 0), 2),
        ({"under_two_limit": 5, "infant_limit": 3}, Weight(StaffingGroup.INFANTS, 0), 3),
        ({"under_two_limit": 5}, Weight(StaffingGroup.ONES_TWOS, 1), 5),
        ({"under_two_limit": 5}, Weight(StaffingGroup.ONES_TWOS, 2), 15),
        ({"two_up_limit": 4}, Weight(StaffingGroup.ONES_TWOS, 2), 4),
        ({"walk_in_places": 3, "walk_in_total": 3}, Weight(StaffingGroup.ONES_TWOS, 1), 12),
        ({"staff": 2}, Weight(StaffingGroup.INFANTS, 0), 7),
        ({"staff": 2, "rounding": Rounding.CEILING}, Weight(StaffingGroup.INFANTS, 0), 6),
        ({"staff": 1}, Weight(StaffingGroup.FOURS_UP, 4), 0),
        ({"places": 2, "ones_twos": 2}, Weight(StaffingGroup.FOURS_UP, 4), 0),
        ({"staff": 2, "one_to_one": 2}, Weight(StaffingGroup.FOURS_UP, 4), 12),
        ({"staff": 1, "ones_twos": 3}, Weight(StaffingGroup.ONES_TWOS, 1), 0),
    ],
    ids=[
        "empty", "infant quota", "held back", "one-to-one infant", "under two above infants",
        "ones", "twos are two and over", "two and over", "walk-in", "staff, half up",
        "staff, ceiling", "one alone is not enough", "full", "one-to-one takes the staff",
        "fewer staff than promised",
    ],
)  # fmt: skip
def test_places_left(fields, weight, left):
    assert places_left(slot(**fields), weight) == left


@pytest.mark.parametrize(
    ("left", "places", "vacancy"),
    [
        (0, 15, Vacancy.FULL),
        (1, 15, Vacancy.FEW),
        (3, 15, Vacancy.FEW),
        (4, 15, Vacancy.SOME),
        (7, 15, Vacancy.SOME),
        (8, 15, Vacancy.PLENTY),
        (15, 15, Vacancy.PLENTY),
        (3, 6, Vacancy.FEW),
        (4, 8, Vacancy.SOME),
        (4, 6, Vacancy.PLENTY),
        (3, 3, Vacancy.FEW),
    ],
)
def test_the_sign_of_a_number(left, places, vacancy):
    assert vacancy_of(left, places) == vacancy


# The fragment


@pytest.fixture
def _at_noon():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def ask(public_client, _at_noon):
    """A poll of a facility's week, with the answer known so far."""
    slots_of_day()
    slots_of_day("nerima")

    def asked(code="hikarigaoka", *, known="", monday=MONDAY, **query):
        headers = {"If-None-Match": known} if known else {}
        return public_client.get(
            public_client.url("availability", code, monday.isoformat()), query, headers=headers
        )

    return asked


def test_an_unchanged_table_is_not_sent_again(ask):
    first = ask()

    again = ask(known=first["ETag"])

    assert (first.status_code, again.status_code) == (200, 304)
    assert (again.content, again["ETag"]) == (b"", first["ETag"])
    assert "◎" in first.content.decode()


def test_a_booking_changes_the_tag_of_its_week(ask):
    before = ask()["ETag"]
    BookingFactory.create(at=NOW)

    after = ask(known=before)

    assert after.status_code == 200
    assert after["ETag"] != before
    assert ask(known=after["ETag"]).status_code == 304


def test_a_cancelled_booking_leads_back_to_the_table_before(ask):
    before = ask()
    booking = BookingFactory.create(at=NOW)

    cancellations.cancel(booking=booking, by=booking.request.requested_by, at=NOW)

    assert ask()["ETag"] == before["ETag"]


def test_a_booking_changes_no_other_table(ask):
    others = ({"code": "nerima"}, {"monday": MONDAY + dt.timedelta(days=7)})
    before = [ask(**other)["ETag"] for other in others]

    BookingFactory.create(at=NOW)

    after = [ask(**other)["ETag"] for other in others]
    assert after == before


def test_each_age_group_has_a_table_of_its_own(ask):
    tags = {group: ask(group=group.value)["ETag"] for group in CHOICES}

    assert len(set(tags.values())) == len(CHOICES)
    assert ask(group="nonsense")["ETag"] == tags[StaffingGroup.ONES_TWOS]


def test_any_proxy_may_keep_it_for_a_second(ask):
    first = ask()
    again = ask(known=first["ETag"])

    for response in (first, again):
        assert response["Cache-Control"] == "max-age=1"
        assert dict(response.cookies) == {}
    assert "csrf" not in first.content.decode()


def test_each_language_has_a_table_of_its_own(ask, public_client):
    japanese = ask()
    public_client.cookies["azukari-language"] = "en"
    english = ask(known=japanese["ETag"])

    assert english.status_code == 200
    assert english["ETag"] != japanese["ETag"]
    # A proxy must not give one for the other.
    assert {japanese["Vary"], english["Vary"]} == {"Accept-Language, Cookie"}


@pytest.mark.parametrize(
    ("code", "monday"), [("hq", MONDAY), ("nowhere", MONDAY), ("nerima", dt.date(1999, 12, 27))]
)
def test_a_table_that_does_not_exist(ask, code, monday):
    assert ask(code, monday=monday).status_code == 404


@pytest.mark.parametrize("path", ["2026-13-01", "monday", "9999-12-31", "0001-01-01"])
def test_an_address_without_a_day_is_not_found(public_client, path):
    assert public_client.get(f"/availability/nerima/{path}/").status_code == 404


# Pages for anybody

PAGES = (
    "/", "/facilities/", "/facilities/nerima/", "/guide/", "/availability/", "/booking/",
    "/availability/?group=infants", "/facilities/seki/?group=threes",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_an_anonymous_page_sets_no_cookie_and_carries_no_token(public_client, path):
    response = public_client.get(path)

    assert response.status_code == 200
    assert dict(response.cookies) == {}
    assert "csrf" not in response.content.decode()


def test_the_page_with_a_form_does_carry_one(public_client):
    response = public_client.get("/language/")

    assert "csrfmiddlewaretoken" in response.content.decode()
    assert set(response.cookies) == {"azukari-csrf"}
