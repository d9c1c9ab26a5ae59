"""The center makes a fee table, and reads what it leaves as it is before it saves."""

import datetime as dt
import re

import pytest

from booking.models import Tariff
from tests.factories.booking import BookingFactory, TariffFactory, coming_monday
from tests.factories.records import facility

ADD = "/booking/tariff/add/"


@pytest.fixture
def office(database, staff_client, clerk):
    return staff_client.log_in(clerk)


def typed(**changes):
    counts = {
        f"{part}-{count}_FORMS": "0"
        for part in ("price_rows", "relief_rows")
        for count in ("TOTAL", "INITIAL")
    }
    return counts | {
        "name": "新しい料金", "valid_from": coming_monday().isoformat(), "valid_to": "",
        "applies_by": "use", "charged_time": "booked", "overrun_grace_minutes": "10",
        "overrun_unit_minutes": "30", "overrun_amount": "500",
    } | changes  # fmt: skip


def test_bookings_that_keep_their_price_are_counted(office):
    """By facility; one that has a fee table of its own is not touched by the ward's."""
    BookingFactory.create()
    own = BookingFactory.create(facility=facility("seki"))
    Tariff.objects.update(valid_to=coming_monday() - dt.timedelta(days=1))
    TariffFactory.create(facility=own.facility, valid_from=coming_monday(), valid_to=None)

    page = office.post(ADD, typed()).content.decode()

    assert re.findall(r'<th scope="row">([^<]+)</th><td>([^<]+)</td>', page) == [
        ("光が丘ぴよぴよ", "1件")
    ]
    assert not Tariff.objects.filter(name="新しい料金").exists()


def test_it_is_saved_from_there(office):
    Tariff.objects.update(valid_to=coming_monday() - dt.timedelta(days=1))

    answer = office.post(ADD, typed() | {"_sure": "1"})

    assert answer.status_code == 302
    assert Tariff.objects.get(name="新しい料金").valid_from == coming_monday()


@pytest.mark.parametrize(
    ("confirmed", "waits"), [({"is_provisional": "on"}, True), ({}, False)], ids=["not yet", "yes"]
)
def test_what_it_will_announce_is_read_before(office, confirmed, waits):
    Tariff.objects.update(valid_to=coming_monday() - dt.timedelta(days=1))
    sent = typed(announcement="4月から1時間600円です。", announced_on="2027-03-01", **confirmed)

    page = office.post(ADD, sent).content.decode()

    assert "2027年3月1日（月）から「お知らせ」に載る文" in page
    assert "<p>4月から1時間600円です。</p>" in page
    assert ("仮設定のあいだは" in page) is waits


def test_what_is_announced_needs_a_day(office):
    Tariff.objects.update(valid_to=coming_monday() - dt.timedelta(days=1))

    page = office.post(ADD, typed(announcement="4月から変わります。")).content.decode()

    assert "告知文を書いたときは、告知日を入れてください。" in page
    assert "4月から変わります。" in page
    assert not Tariff.objects.filter(name="新しい料金").exists()


def test_it_says_before_it_is_saved_which_time_parents_will_read(office):
    Tariff.objects.update(valid_to=coming_monday() - dt.timedelta(days=1))

    page = office.post(ADD, typed(charged_time="actual")).content.decode()

    assert "保護者の画面には「料金は、実際にご利用の時間で計算します。」と表示します。" in page
