"""Role × facility × paper: what is printed by a tap, which no address alone can ask for.

The same words and the same expectations as in `test_matrix.py`; a paper shows what a page of its
kind may show.
"""

import re

import pytest

from tests.access import expected, scene, table
from tests.access.doors import text_of
from tests.access.test_matrix import built, every_word  # noqa: F401

PEOPLE = sorted(table.CARE)


def printed(client, booking):
    """The sheet of a booking's day and facility, its spaces left out; empty where refused."""
    response = client.post(f"/sheets/print/?day={booking.day}&facility={booking.facility_id}")
    if response.status_code != 200:
        assert response.status_code == 404
        return ""
    assert response["Content-Type"] == "application/pdf"
    return re.sub(r"\s+", "", text_of(response))


def bookings_of(built):  # noqa: F811
    return [*(family.booking for family in built.families.values()), built.coming, built.past]


@pytest.mark.parametrize("person", PEOPLE)
def test_no_sheet_tells_what_is_not_expected(built, client_of, person):  # noqa: F811
    client = client_of("staff", person)
    allowed = {
        word
        for home, groups in expected.READS[expected.DAY].get(person, {}).items()
        for word in built.words(home, *groups)
    }

    papers = [printed(client, booking) for booking in bookings_of(built)]
    found = {word for word in every_word(built) if any(word in paper for paper in papers)}

    assert found - allowed == set()
    # It is no empty paper that tells nothing.
    assert found


def test_who_may_not_see_the_list_prints_none(built, client_of):  # noqa: F811
    for person in sorted(table.STAFF - table.CARE):
        client = client_of("staff", person)
        booking = built.coming
        response = client.post(f"/sheets/print/?day={booking.day}&facility={booking.facility_id}")
        assert response.status_code in (302, 403, 404), person
        assert not {word for word in every_word(built) if word in text_of(response)}


def test_a_lease_opens_the_safety_data_on_paper_and_its_end_closes_it(built, client_of):  # noqa: F811
    client = client_of("staff", "carer_elsewhere")

    coming, past = printed(client, built.coming), printed(client, built.past)

    assert built.words("nerima", scene.SAFETY) & {w for w in every_word(built) if w in coming}
    assert not built.words("oizumi", scene.SAFETY) & {w for w in every_word(built) if w in past}
    assert {w for w in built.words("oizumi", scene.NAME) if w in past}
