"""The center makes a version of the rules: from another one, and looks before it saves."""

import datetime as dt
import re

import pytest

from booking.models import UseRule
from tests.factories.booking import BookingFactory, coming_monday, rule_with_parts
from tests.factories.records import facility

ADD = "/booking/userule/add/"
FIELD = re.compile(
    r'<(?:input|select|textarea)[^>]*name="([^"]+)"(?:[^>]*?value="([^"]*)")?[^>]*?(checked)?[^>]*>'
)


@pytest.fixture
def office(database, staff_client, clerk):
    return staff_client.log_in(clerk)


def typed(**changes):
    """A version as the form sends it, without rows."""
    parts = ("block", "release", "limit", "quota", "reserve", "stage")
    counts = {f"{part}_rows-{count}_FORMS": "0" for part in parts for count in ("TOTAL", "INITIAL")}
    return counts | {
        "valid_from": "2010-04-01", "valid_to": "2011-03-31", "applies_by": "use",
        "min_age": "6", "min_age_unit": "months", "max_age_unit": "school_entry",
        "residency": "residents", "fever_limit": "37.5", "step_minutes": "30",
        "min_minutes": "60", "max_minutes": "480", "window_kind": "months", "window_count": "1",
        "opens_at": "09:00", "if_closed": "none", "cut_off_days": "1",
        "cut_off_counts": "calendar", "cut_off_at": "17:00", "phone_cut_off_counts": "calendar",
        "hold_minutes": "10", "undo_minutes": "10", "offer_minutes": "120",
        "offer_night_from": "21:00", "offer_night_until": "08:00", "broadcast_minutes": "180",
        "approval": "instant", "approval_days": "1", "no_show_subject": "household",
        "infant_ratio": "3",
        "ones_twos_ratio": "6", "threes_ratio": "15", "fours_up_ratio": "25",
        "rounding": "half_up", "lease_days": "7",
    } | changes  # fmt: skip


def test_it_is_looked_at_before_it_is_saved(office):
    before = UseRule.objects.count()
    row = {
        "stage_rows-TOTAL_FORMS": "1", "stage_rows-0-days_before": "1",
        "stage_rows-0-at": "17:00", "stage_rows-0-percent": "50",
    }  # fmt: skip
    sent = typed(start_times="9:00, 13:00", waived_reasons=["weather", "bereavement"], **row)

    page = office.post(ADD, sent).content.decode()

    assert "保存する前の確認" in page
    assert UseRule.objects.count() == before
    office.post(ADD, sent | {"_sure": "1"})
    made = UseRule.objects.with_parts().get(valid_from=dt.date(2010, 4, 1))
    assert made.start_times == [dt.time(9), dt.time(13)]
    assert made.waived_reasons == ["bereavement", "weather"] or made.waived_reasons == [
        "weather", "bereavement",
    ]  # fmt: skip
    assert [(each.days_before, each.at, each.percent) for each in made.stages] == [
        (1, dt.time(17), 50)
    ]


def test_what_is_wrong_is_said_at_its_field_at_once(office):
    page = office.post(ADD, typed(max_age_unit="years", min_minutes="")).content.decode()

    assert "保存する前の確認" not in page
    assert "エラー：" in page


def test_a_contradiction_is_refused(office):
    wrong = typed(max_age_unit="years")

    page = office.post(ADD, wrong | {"_sure": "1"}).content.decode()

    assert "数を入れてください。" in page
    assert not UseRule.objects.filter(valid_from=dt.date(2010, 4, 1)).exists()


def test_two_versions_of_a_line_never_overlap(office):
    page = office.post(ADD, typed(valid_from="2021-04-01", valid_to="")).content.decode()

    assert "同じ期間に適用される版がすでにあります。" in page


def test_bookings_that_are_promised_are_counted(office):
    """Three hours from ten on are there; the new version allows two, at 光が丘 alone."""
    booking = BookingFactory.create()
    BookingFactory.create(facility=facility("seki"))
    day = coming_monday()
    UseRule.objects.update(valid_to=day)
    sent = typed(
        facility=str(booking.facility_id), valid_from=day.isoformat(), valid_to="",
        max_minutes="120",
    )  # fmt: skip

    page = office.post(ADD, sent).content.decode()

    rows = re.findall(r'<th scope="row">([^<]+)</th><td>([^<]+)</td><td>([^<]+)</td>', page)
    assert rows == [("光が丘ぴよぴよ", "1件", "1件")]
    ward = office.post(ADD, sent | {"facility": "", "valid_from": "2010-04-01",
                                    "valid_to": "2011-03-31"}).content.decode()  # fmt: skip
    assert "この期間の予約は、まだありません。" in ward


def test_a_new_version_begins_from_another(office):
    source = rule_with_parts(facility=facility("seki"), min_age=9, start_times=[dt.time(9, 30)])

    link = f"{ADD}?copy={source.pk}"
    assert link in office.get(f"/booking/userule/{source.pk}/change/").content.decode()
    page = office.get(link).content.decode()

    values = {name: value for name, value, _checked in FIELD.findall(page)}
    assert values["min_age"] == "9"
    assert values["valid_from"] == ""
    assert values["limit_rows-0-most"] == "8"
    assert values["stage_rows-0-percent"] == "100"
    assert values["reserve_rows-0-places"] == "2"
    assert values["stage_rows-0-id"] == ""
    assert "09:30" in values["start_times"]


def test_a_manager_reads_and_does_not_write(database, staff_client, manager):
    before = UseRule.objects.count()
    staff_client.log_in(manager)

    page = staff_client.get(f"/booking/userule/{UseRule.objects.get().pk}/change/")
    refused = staff_client.post(ADD, typed())

    assert page.status_code == 200
    assert "この内容で新しい版をつくる" not in page.content.decode()
    assert refused.status_code == 403
    assert UseRule.objects.count() == before
