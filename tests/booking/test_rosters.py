"""Facts about a day: saved at once, selling stops at what is sold, and it heals by itself."""

import datetime as dt

import pytest
from django.db import ProgrammingError

from booking.actions import capacities, rosters
from booking.models import CapacityChange, Roster, Slot
from booking.refusals import SlotFull
from history import clock
from history.walls import PUBLIC, STAFF
from tests.database import run_as
from tests.factories.booking import BookingFactory, coming_monday, slots_of_day
from tests.factories.records import ChildFactory, facility

DAY = coming_monday()
TEN = clock.at(DAY, dt.time(10))
HALF_HOURS = [clock.at(DAY, dt.time(9)) + dt.timedelta(minutes=30 * n) for n in range(16)]


@pytest.fixture
def place(database):
    slots_of_day()
    return facility("hikarigaoka")


@pytest.fixture
def booked(place):
    """Three children of two years from ten to one o'clock at 光が丘."""
    return [
        BookingFactory.create(child=ChildFactory.create(registered=True), starts_at=TEN)
        for _ in range(3)
    ]


def everywhere(number):
    return dict.fromkeys(HALF_HOURS, number)


def staff(place, day=DAY):
    return [slot.staff for slot in Slot.objects.filter(facility=place).on_day(day)]


def red(place):
    found = Slot.objects.filter(facility=place).red()
    return [f"{clock.local(slot.starts_at):%H:%M}" for slot in found]


def test_a_roster_counts_at_once(place):
    assert rosters.set_day(facility=place, day=DAY, staff=everywhere(3)) == 0

    assert staff(place) == [3] * 16
    assert [(r.starts_at, r.staff) for r in Roster.objects.all()] == [(HALF_HOURS[0], 3)]
    assert Roster.objects.get().ends_at == HALF_HOURS[-1] + dt.timedelta(minutes=30)


def test_half_hours_that_are_not_named_have_the_standard(place):
    rosters.set_day(facility=place, day=DAY, staff={HALF_HOURS[0]: 1, HALF_HOURS[1]: 1})

    assert staff(place) == [1, 1, *[4] * 14]
    rosters.clear(facility=place, day=DAY)
    assert (staff(place), Roster.objects.count()) == ([4] * 16, 0)


def test_too_few_staff_are_saved_and_selling_stops(place, booked):
    assert rosters.set_day(facility=place, day=DAY, staff=everywhere(1)) == 6

    assert staff(place) == [1] * 16
    assert red(place) == ["10:00", "10:30", "11:00", "11:30", "12:00", "12:30"]
    assert [each.state for each in place.bookings.all()] == ["confirmed"] * 3
    with pytest.raises(SlotFull):
        BookingFactory.create(child=ChildFactory.create(registered=True), starts_at=TEN)


def test_when_staff_return_it_heals(place, booked):
    rosters.set_day(facility=place, day=DAY, staff=everywhere(1))

    assert rosters.set_day(facility=place, day=DAY, staff=everywhere(2)) == 0

    assert red(place) == []
    BookingFactory.create(child=ChildFactory.create(registered=True), starts_at=TEN)


def test_a_day_is_copied_hour_for_hour(place):
    days = [DAY + dt.timedelta(days=number) for number in (1, 2)]
    for day in days:
        slots_of_day(day=day)
    rosters.set_day(facility=place, day=DAY, staff={HALF_HOURS[0]: 2, HALF_HOURS[3]: 5})
    rosters.set_day(facility=place, day=days[0], staff={clock.at(days[0], dt.time(16)): 9})

    rosters.copy(facility=place, day=DAY, to=days)

    assert [staff(place, day) for day in days] == [[2, 4, 4, 5, *[4] * 12]] * 2


def test_fewer_places_are_saved_and_the_usual_come_back(place, booked):
    assert capacities.change(facility=place, day=DAY, places=2, reason="工事のため") == 6

    assert red(place)[0] == "10:00"
    with pytest.raises(SlotFull):
        BookingFactory.create(child=ChildFactory.create(registered=True), starts_at=TEN)
    assert capacities.restore(facility=place, day=DAY) == 0
    assert (red(place), CapacityChange.objects.count()) == ([], 0)
    assert {s.places for s in Slot.objects.filter(facility=place)} == {15}


def test_a_reserve_that_no_longer_fits_is_no_broken_promise(place):
    Slot.objects.update(walk_in_places=3, walk_in_total=3)

    assert capacities.change(facility=place, day=DAY, places=2, reason="工事のため") == 0
    assert Slot.objects.filter(places_over=1).count() == 16


def test_the_history_says_who_changed_what(place):
    rosters.set_day(facility=place, day=DAY, staff=everywhere(3))
    rosters.set_day(facility=place, day=DAY, staff=everywhere(2))

    kept = Roster.history.order_by("history_id").values_list("history_type", "staff")
    assert list(kept) == [("+", 3), ("-", 3), ("+", 2)]


def test_families_write_no_facts(database):
    for table in ("roster", "capacitychange"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            run_as(PUBLIC, f"SELECT 1 FROM booking_{table}")
    with pytest.raises(ProgrammingError, match="permission denied"):
        # What is decided the worker alone brings in.
        run_as(STAFF, "UPDATE booking_slot SET infant_ratio = 1")


# The pages


def ask(client, name, data=None, place="nerima", day=DAY):
    address = f"{client.url(f'admin:{name}')}?facility={facility(place).pk}&day={day}"
    return client.get(address) if data is None else client.post(address, data)


@pytest.fixture
def client(staff_client, carer, place):
    slots_of_day("nerima")
    return staff_client.log_in(carer)


def test_the_page_fills_some_half_hours(client):
    answer = ask(
        client, "roster_fill",
        {"form": "fill", "fill-first": "09:00", "fill-last": "10:00", "fill-number": "1"},
    )  # fmt: skip

    assert answer.status_code == 302
    assert staff(facility("nerima")) == [1, 1, *[4] * 14]
    page = ask(client, "roster").content.decode()
    assert "この日の配置が入力されています。" in page


def test_the_table_is_saved_as_typed(client):
    numbers = {f"staff_{clock.local(start):%H%M}": "3" for start in HALF_HOURS}

    assert ask(client, "roster_save", {"form": "roster", **numbers}).status_code == 302
    assert staff(facility("nerima")) == [3] * 16


@pytest.mark.parametrize("typed", ["", "-1", "many", "100"])
def test_a_wrong_number_is_told_at_its_field_and_kept(client, typed):
    numbers = {f"staff_{clock.local(start):%H%M}": "3" for start in HALF_HOURS}

    page = ask(client, "roster_save", {"form": "roster", **numbers, "staff_0900": typed})

    assert page.status_code == 200
    text = page.content.decode()
    assert "入力内容をご確認ください" in text
    assert 'href="#id_staff_0900"' in text
    if typed:
        assert f'value="{typed}"' in text
    assert staff(facility("nerima")) == [4] * 16


def test_the_end_follows_the_beginning(client):
    page = ask(
        client, "roster_fill",
        {"form": "fill", "fill-first": "11:00", "fill-last": "10:00", "fill-number": "1"},
    )  # fmt: skip

    assert "終わりは始まりより後にしてください。" in page.content.decode()


def test_another_facility_is_not_found(client, place):
    data = {"form": "fill", "fill-first": "09:00", "fill-last": "10:00", "fill-number": "0"}

    answers = [ask(client, "roster", place="hikarigaoka"),
               ask(client, "roster_fill", data, place="hikarigaoka")]  # fmt: skip

    assert [answer.status_code for answer in answers] == [404, 404]
    assert (staff(place), Roster.objects.count()) == ([4] * 16, 0)


def test_carers_read_the_places_and_managers_change_them(staff_client, client, manager):
    data = {"form": "capacity", "capacity-places": "9", "capacity-reason": "工事のため"}

    assert ask(client, "capacity_change", data).status_code == 403
    staff_client.log_in(manager)
    assert ask(client, "capacity_change", data).status_code == 302
    assert {slot.places for slot in facility("nerima").slots.on_day(DAY)} == {9}
    assert "9人（いつもは15人）" in ask(client, "roster").content.decode()
    assert ask(client, "capacity_restore", {}).status_code == 302
    assert {slot.places for slot in facility("nerima").slots.on_day(DAY)} == {15}


def test_a_day_has_no_more_places_than_the_facility(staff_client, client, manager):
    staff_client.log_in(manager)
    data = {"form": "capacity", "capacity-places": "16", "capacity-reason": "工事のため"}

    assert "定員は15人です。" in ask(client, "capacity_change", data).content.decode()
    assert CapacityChange.objects.count() == 0


def test_the_center_enters_the_roster_of_any_facility(staff_client, client, clerk):
    staff_client.log_in(clerk)
    data = {"form": "fill", "fill-first": "09:00", "fill-last": "17:00", "fill-number": "2"}

    assert ask(client, "roster_fill", data, place="hikarigaoka").status_code == 302
    assert staff(facility("hikarigaoka")) == [2] * 16


def test_a_closed_day_says_so(client):
    page = ask(client, "roster", day=DAY + dt.timedelta(days=6))

    assert "この日は開所していないか" in page.content.decode()
