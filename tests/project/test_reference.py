"""The reference data: a start adds what is missing and undoes nothing that the center did."""

import datetime as dt

import pytest
from django.core.management import call_command

from booking import queries
from booking.models import OpeningPattern, Tariff
from records.models import ConsentText, Facility

pytestmark = pytest.mark.usefixtures("database")


POTATO, TETSUNAGO, UNCHUSHA = (
    "特定非営利活動法人 保育サービスぽてと", "特定非営利活動法人 手をつなご",
    "社会福祉法人 雲柱社",
)  # fmt: skip
# システム利用施設一覧 of the ward's document, word for word.
FACILITIES = [
    (1, "練馬子ども家庭支援センター", "豊玉北6-12-1 練馬区役所", None, None),
    (
        2, "練馬ぴよぴよ",
        "練馬1-17-1 ココネリ4階 (練馬子ども家庭支援センター 練馬駅北分室内)", 15, POTATO,
    ),
    (3, "貫井ぴよぴよ", "貫井3-25-15 (貫井子ども家庭支援センター内)", 6, TETSUNAGO),
    (4, "関ぴよぴよ", "関町北1-21-15 (関子ども家庭支援センター内)", 15, TETSUNAGO),
    (5, "大泉ぴよぴよ", "東大泉5-35-1 (大泉子ども家庭支援センター内)", 15, UNCHUSHA),
    (
        6, "光が丘ぴよぴよ",
        "光が丘2-9-6 光が丘区民センター 6階 (光が丘子ども家庭支援センター内)", 15, UNCHUSHA,
    ),
]  # fmt: skip
# It gives no hours: from what is known, where all five open on holidays and two on Sundays.
SIX_DAYS, SEVEN_DAYS = [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5, 6]
OPEN_ON = {
    "練馬ぴよぴよ": SEVEN_DAYS, "貫井ぴよぴよ": SIX_DAYS, "関ぴよぴよ": SIX_DAYS,
    "大泉ぴよぴよ": SIX_DAYS, "光が丘ぴよぴよ": SEVEN_DAYS,
}  # fmt: skip


def test_the_facilities_are_those_of_the_wards_document():
    found = Facility.objects.order_by("number")

    columns = ("number", "name", "address", "capacity", "operator__name")
    assert list(found.values_list(*columns)) == FACILITIES


def test_what_the_document_does_not_give_is_left_open_or_provisional():
    hours = {}
    for pattern in OpeningPattern.objects.select_related("facility").order_by("weekday"):
        assert (pattern.opens_at, pattern.closes_at) == (dt.time(9), dt.time(17))
        assert (pattern.valid_to, pattern.is_provisional) == (None, True)
        hours.setdefault(pattern.facility.name, []).append(pattern.weekday)

    assert hours == OPEN_ON
    assert set(Facility.objects.values_list("phone", "access")) == {("", "")}


def test_the_center_cannot_be_booked():
    center = Facility.objects.get(number=1)

    bookable = [name for _, name, *_ in FACILITIES[1:]]
    assert [facility.name for facility in Facility.objects.bookable()] == bookable
    assert queries.bookable_facility(center.code) is None


def test_what_was_changed_stays():
    facility = Facility.objects.get(code="nerima")
    facility.phone = "03-0000-0000"
    facility.save()

    call_command("load_reference")

    facility.refresh_from_db()
    assert facility.phone == "03-0000-0000"


def test_a_version_that_ended_is_not_opened_again():
    first = Tariff.objects.get()
    Tariff.objects.update(valid_to=dt.date(2026, 3, 31))
    second = Tariff.objects.create(
        name="新しい料金表", valid_from=dt.date(2026, 4, 1),
        overrun_grace_minutes=10, overrun_unit_minutes=30, overrun_amount=300,
    )  # fmt: skip

    call_command("load_reference")

    found = Tariff.objects.order_by("valid_from").values_list("pk", "valid_to")
    assert list(found) == [(first.pk, dt.date(2026, 3, 31)), (second.pk, None)]


def test_what_is_missing_is_added():
    last = OpeningPattern.objects.order_by("pk").last()
    number, facility, weekday = last.pk, last.facility, last.weekday
    last.delete()

    call_command("load_reference")

    added = OpeningPattern.objects.get(pk=number)
    assert (added.facility, added.weekday) == (facility, weekday)


def test_a_row_made_by_hand_takes_no_number_of_the_files():
    text = ConsentText.objects.create(kind="register", version=2, text="新しい文", text_en="new")

    call_command("load_reference")
    after = ConsentText.objects.create(kind="register", version=3, text="次の文", text_en="next")

    assert text.pk >= 1000
    assert after.pk == text.pk + 1
