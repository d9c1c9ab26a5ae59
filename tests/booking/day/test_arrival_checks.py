"""来所前チェック: what a family says in the morning, in one tap or in words, and who reads it."""

import datetime as dt

import pytest
import time_machine

from booking.actions import attendances
from booking.day.actions import arrival_checks
from booking.day.models import ArrivalCheck
from booking.day.refusals import TooLateToSay
from history.walls import PUBLIC, STAFF
from tests.booking.day.test_day_sheet import TEN, sheet
from tests.booking.day.test_messages import at_work, family_of, refused, words
from tests.factories.booking import BookingFactory
from tests.factories.day import ArrivalCheckFactory
from tests.factories.records import ChildFactory
from tests.people import child_of

SEVEN = TEN - dt.timedelta(hours=3)
SAID = {"temperature": "36.8", "meal": "パン", "sleep": "9時間", "medicine": "", "phone": ""}


@pytest.fixture
def booking(parent):
    return BookingFactory.create(child=child_of(parent), by=parent)


@pytest.fixture
def sister(parent, booking):
    """Booked the same day, with words of its own."""
    child = ChildFactory.create(
        registered=True, household=booking.household, given_name="二葉", given_name_kana="フタバ"
    )
    return BookingFactory.create(child=child, by=parent)


def test_one_tap_says_it_for_all_children_of_the_day(
    public_client, staff_client, parent, carer_elsewhere, booking, sister
):
    with time_machine.travel(SEVEN, tick=False):
        family = public_client.log_in(parent)
        before = words(family.get(booking.get_absolute_url()))
        family.post(f"/day/{booking.pk}/all-well/")
        after = words(family.get(sister.get_absolute_url()))
        page = words(staff_client.log_in(carer_elsewhere).get("/today/"))

    assert "二葉" in before
    assert "今日来るお子さん全員の分を一度に送れます" in before
    assert "今日来るお子さん全員の分を一度に送れます" not in after
    assert page.count("来所前 変わりなし") == 2
    found = ArrivalCheck.objects.values_list("booking_id", "is_well")
    assert dict(found) == {booking.pk: True, sister.pk: True}


def test_one_tap_takes_no_fever_away(parent, booking, sister):
    said = SAID | {"temperature": "38.1"}
    arrival_checks.check(booking=booking, said=said, by=parent, at=SEVEN)

    made = arrival_checks.all_well(bookings=[booking, sister], by=parent, at=SEVEN)

    assert made == 1
    assert ArrivalCheck.objects.get(booking=booking).has_fever


@pytest.mark.parametrize(
    ("temperature", "medicine", "is_warning"),
    [
        ("37.4", "", False),
        ("37.5", "", True),
        ("38", "", True),
        ("36.5", "咳止め 7時", True),
    ],
)
def test_fever_and_medicine_are_marked_on_the_row_and_the_card(
    public_client, staff_client, parent, carer_elsewhere, booking, temperature, medicine, is_warning
):
    with time_machine.travel(SEVEN, tick=False):
        sent = SAID | {"temperature": temperature, "medicine": medicine}
        public_client.log_in(parent).post(f"/day/{booking.pk}/check/", sent)
        there = staff_client.log_in(carer_elsewhere)
        (row,) = sheet(carer_elsewhere, at=SEVEN).rows
        page = there.get("/today/").content.decode()
        card = words(there.get(f"/today/{booking.pk}/card/"))

    assert row.check.is_warning == is_warning
    assert ('badge-danger">来所前' in page) == is_warning
    assert ("来所前チェック 確認してください" in card) == is_warning
    assert "パン" in card


@pytest.mark.parametrize(
    ("temperature", "kept"),
    [("36.8", "36.8"), ("３６．８℃", "36.8"), ("37", "37.0"), ("368", ""), ("45.0", ""), ("", "")],
)
def test_a_temperature_is_read_as_people_write_it(
    public_client, parent, booking, temperature, kept
):
    with time_machine.travel(SEVEN, tick=False):
        sent = SAID | {"temperature": temperature}
        page = public_client.log_in(parent).post(f"/day/{booking.pk}/check/", sent)

    assert [each.temperature for each in ArrivalCheck.objects.all()] == ([kept] if kept else [])
    assert (page.status_code == 302) == bool(kept)


def test_it_is_said_on_the_day_before_the_child_comes(parent, carer_elsewhere, booking):
    said = {"booking": booking, "said": SAID, "by": parent}
    with pytest.raises(TooLateToSay):
        arrival_checks.check(at=TEN - dt.timedelta(days=1), **said)
    attendances.arrive(booking=booking, by=carer_elsewhere, at=TEN)
    booking.refresh_from_db()
    with pytest.raises(TooLateToSay):
        arrival_checks.check(at=TEN, **said)


def test_what_was_said_before_can_still_be_read(parent, booking):
    for degrees in ("38.0", "36.9"):
        said = SAID | {"temperature": degrees}
        arrival_checks.check(booking=booking, said=said, by=parent, at=SEVEN)

    kept = ArrivalCheck.history.order_by("history_id").values_list("temperature", flat=True)
    assert list(kept) == ["38.0", "36.9"]


def test_a_check_is_read_by_its_family_and_its_facility(
    real_database, parent, other_parent, carer, carer_elsewhere
):
    booking = BookingFactory.create(child=child_of(parent), by=parent)
    stranger = BookingFactory.create(child=child_of(other_parent), by=other_parent)
    ArrivalCheckFactory.create(booking=booking)
    rows, change = "SELECT id FROM day_arrivalcheck", "UPDATE day_arrivalcheck SET is_well = true"

    with real_database.connect(PUBLIC, **family_of(booking)) as family:
        assert len(family.execute(rows).fetchall()) == 1
        assert not refused(family, change)
    with real_database.connect(PUBLIC, **family_of(stranger)) as other:
        assert other.execute(rows).fetchall() == []
        assert refused(other, change)
    with real_database.connect(STAFF, **at_work(carer_elsewhere, "hikarigaoka")) as there:
        assert len(there.execute(rows).fetchall()) == 1
        assert refused(there, change)
    with real_database.connect(STAFF, **at_work(carer, "nerima")) as elsewhere:
        assert elsewhere.execute(rows).fetchall() == []
