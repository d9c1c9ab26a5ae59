"""The code that a family shows: which row it opens, and what a wrong one learns."""

import datetime as dt
import re

import pytest
import time_machine

from booking.actions import attendances, cancellations
from booking.day import codes
from booking.day.refusals import ForAnotherDay, UnknownCode, UnreadableCode
from records import codes as numbers
from records.enums import RegistrationState
from tests.booking.day.test_day_sheet import DAY, TEN, booked
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import BookingFactory
from tests.factories.records import facility
from tests.people import child_of

ONE_DAY = dt.timedelta(days=1)


def of_card_number(child):
    return numbers.display(child.code)


def of_request(booking):
    return booking.request.number


def of_card(booking):
    return numbers.display(booking.child_code)


def wide(booking):
    """As a Japanese keyboard types it."""
    return booking.child_code.translate({ord("0") + n: ord("０") + n for n in range(10)})


WAYS = [codes.code_of, of_request, of_card, wide]


def find(user, text, code="hikarigaoka"):
    with on_duty(user, TEN):
        return codes.find(user=user, facility_id=facility(code).pk, day=DAY, text=text)


@pytest.fixture
def booking(database):
    booked("桃")
    return booked("一花")


@pytest.fixture
def morning(staff_client, carer_elsewhere):
    with time_machine.travel(TEN, tick=False):
        yield staff_client.log_in(carer_elsewhere)


def post(client, text, query=""):
    return client.post(f"/today/find/{query}", {"code": text})


@pytest.mark.parametrize("way", WAYS)
def test_each_code_opens_its_row(booking, morning, way):
    response = post(morning, way(booking))

    assert response["Location"].endswith(f"#booking-{booking.pk}")
    assert f"day={DAY}" in response["Location"]


def test_at_the_reception_only_this_row_is_named(booking, morning):
    response = post(morning, codes.code_of(booking), "?reception=1")

    page = morning.get(response["Location"].partition("#")[0]).content.decode()
    assert [name in page for name in ("一花", "桃")] == [True, False]


def test_of_two_stays_the_one_that_waits_is_opened(carer_elsewhere):
    early = booked("一花", starts_at=TEN, ends_at=TEN + dt.timedelta(hours=1))
    later = BookingFactory.create(
        child=early.child, facility=early.facility, starts_at=TEN + dt.timedelta(hours=3),
        ends_at=TEN + dt.timedelta(hours=4),
    )  # fmt: skip
    attendances.arrive(booking=early, by=carer_elsewhere, at=TEN)
    attendances.leave(booking=early, by=carer_elsewhere, at=early.ends_at)

    assert find(carer_elsewhere, of_card(early)) == later


@pytest.mark.parametrize("way", WAYS)
def test_of_another_day_it_says_that_alone(carer_elsewhere, way):
    other = booked("一花", starts_at=TEN + ONE_DAY, ends_at=TEN + ONE_DAY + dt.timedelta(hours=2))

    with pytest.raises(ForAnotherDay):
        find(carer_elsewhere, way(other))


@pytest.mark.parametrize("way", WAYS)
def test_of_another_facility_it_is_as_if_there_were_none(carer_elsewhere, way):
    elsewhere = booked("一花", code="nerima")

    with pytest.raises(UnknownCode):
        find(carer_elsewhere, way(elsewhere))


def test_what_is_wrong_is_answered_alike_and_names_nobody(booking, morning):
    elsewhere = booked("菊", code="nerima")
    wrong = [codes.code_of(elsewhere), of_card(elsewhere), of_request(elsewhere), "0" * 32]

    pages = []
    for text in wrong:
        place = post(morning, text)["Location"].partition("#")[0]
        page = morning.get(place).content.decode()
        assert "菊" not in page
        pages.append(re.findall(r"今日のこの施設の予約に、この番号は見つかりません。", page))

    assert [len(found) for found in pages] == [1] * len(wrong)


@pytest.mark.parametrize("text", ["", "一花", "123", "482913574", "Z" * 32, "0" * 500])
def test_what_is_no_code_is_not_looked_for(carer_elsewhere, django_assert_num_queries, text):
    here = facility("hikarigaoka").pk

    with (
        on_duty(carer_elsewhere, TEN),
        django_assert_num_queries(0),
        pytest.raises(UnreadableCode),
    ):
        codes.find(user=carer_elsewhere, facility_id=here, day=DAY, text=text)


# What the family sees


def test_the_family_finds_the_code_until_the_child_was_fetched(
    parent, public_client, carer_elsewhere
):
    booking = BookingFactory.create(child=child_of(parent), by=parent)
    family = public_client.log_in(parent)

    def page():
        return family.get(booking.get_absolute_url()).content.decode()

    before = page()
    cancellations.cancel(booking=booking, by=parent, at=booking.starts_at - 3 * ONE_DAY)
    after = page()

    assert ["受付で見せるコード" in each for each in (before, after)] == [True, False]
    assert of_request(booking) in before
    assert "<svg" in before


def test_the_childs_page_shows_the_code_of_its_card_while_it_may_come(parent, public_client):
    child = child_of(parent)
    family = public_client.log_in(parent)

    def page():
        return family.get(f"/my/children/{child.pk}/").content.decode()

    before = page()
    child.registration.state = RegistrationState.SUSPENDED
    child.registration.save(update_fields=["state"])
    after = page()

    assert ["児童IDのQRコード" in each for each in (before, after)] == [True, False]
    assert of_card_number(child) in before
