"""A morning without network: what yesterday left behind, and how the day comes into the records.

The server stands still from half past seven, before anybody has opened anything; in the afternoon
it is back.
"""

import datetime as dt
import re

import pytest
import time_machine

from booking.day.actions import sheet_prints
from booking.day.models import MealCheck, MealCheckChild, SheetPrint
from booking.enums import BookingState
from booking.models import Attendance, Booking, Fee, Slot
from history import clock
from records.enums import Allergen, Severity
from tests import pdf_text
from tests.booking.day.test_day_sheet import DAY, allergic, booked
from tests.booking.day.test_joint_readings import colleague  # noqa: F401
from tests.entries import EntryClient, as_entry
from tests.factories.records import facility

EVENING = clock.at(DAY - dt.timedelta(days=1), dt.time(18))
AFTERNOON = clock.at(DAY, dt.time(15))
# In the order in which they come: 桃 is fetched before the server is back.
CAME = {"桃": "09:55", "梅": "10:02", "桜": "10:10"}
WENT = {"桃": "12:50"}
LOOKED_AT = "11:30"


@pytest.fixture
def children(database):
    found = {name: booked(name, starts_at=clock.at(DAY, dt.time(10))) for name in CAME}
    allergic(found["桃"], Severity.ANAPHYLAXIS)
    allergic(found["桜"], Severity.EXCLUSION)
    return found


@pytest.fixture
def folder(settings, tmp_path):
    settings.SHEET_FOLDER = str(tmp_path)
    return tmp_path / "hikarigaoka"


@pytest.fixture
def terminal(carer_elsewhere, colleague):  # noqa: F811
    """In the afternoon, when it works again."""
    with time_machine.travel(AFTERNOON, tick=False):
        client = EntryClient("staff")
        client.log_in(carer_elsewhere)
        yield client


def enter(client, booking, step, time, **more):
    path = f"/today/{booking.pk}/{step}/"
    page = client.post(path, {"time": time, "late_entry": "outage", **more}, follow=True)
    return page.content.decode()


def shows(client):
    return client.get("/today/").content.decode()


def test_yesterdays_closing_has_left_the_sheet(children, folder):
    with as_entry("staff"):
        sheet_prints.keep(facility=facility("hikarigaoka"), at=EVENING)

    # Nothing of the product is asked any more: a file, and a reader of files.
    text = pdf_text.read((folder / f"{DAY}-1.pdf").read_bytes())
    for booking in children.values():
        assert re.sub(r"\s+", "", booking.child_name) in text
    assert str(Severity.ANAPHYLAXIS.label) in text
    assert text.count(str(next(iter(Allergen)).label)) == 2
    made = SheetPrint.objects.get(day=DAY)
    assert made.printed_at < clock.at(DAY, dt.time(7, 30))


def test_the_day_is_entered_in_the_afternoon_and_nothing_is_lost(children, folder, terminal):
    with as_entry("staff"):
        sheet_prints.keep(facility=facility("hikarigaoka"), at=EVENING)
    text = pdf_text.read((folder / f"{DAY}-1.pdf").read_bytes())
    # Whom the carers wrote down is whom the sheet named.
    assert all(re.sub(r"\s+", "", each.child_name) in text for each in children.values())

    for name, time in CAME.items():
        assert "さんを受け入れました" in enter(terminal, children[name], "arrive", time)
    for name, time in WENT.items():
        assert "お迎えを記録しました" in enter(terminal, children[name], "leave", time)

    for name, booking in children.items():
        stay = Attendance.objects.get(booking=booking)
        assert f"{clock.local(stay.arrived_at):%H:%M}" == CAME[name]
        assert stay.arrival_late_entry == "outage"
        # When it was entered is kept beside when it was.
        assert stay.noted_at == AFTERNOON
    gone = Attendance.objects.get(booking=children["桃"])
    assert f"{clock.local(gone.left_at):%H:%M}" == WENT["桃"]
    assert gone.departure_late_entry == "outage"
    page = shows(terminal)
    assert page.count(">後から入力</span>") == 3
    states = Booking.objects.filter(pk__in=[each.pk for each in children.values()])
    assert sorted(states.values_list("state", flat=True)) == [
        BookingState.FETCHED, BookingState.PRESENT, BookingState.PRESENT,
    ]  # fmt: skip


def test_nothing_is_counted_twice(children, terminal):
    peach = children["桃"]
    enter(terminal, peach, "arrive", CAME["桃"])
    enter(terminal, peach, "leave", WENT["桃"])
    before = (Fee.objects.get(booking=peach).amount, seats())

    # The colleague holds the same sheet, and reads the hand worse.
    assert "9:55 と記録されています" in enter(terminal, peach, "arrive", "09:50")
    assert "12:50 と記録されています" in enter(terminal, peach, "leave", "13:50")

    stay = Attendance.objects.get(booking=peach)
    assert f"{clock.local(stay.arrived_at):%H:%M}" == CAME["桃"]
    assert (Fee.objects.get(booking=peach).amount, seats()) == before
    # The very same fact once more is no mistake.
    assert "お迎えを記録しました" in enter(terminal, peach, "leave", WENT["桃"])
    assert peach.transitions.filter(to_state=BookingState.FETCHED).count() == 1


def seats():
    """What the half hours of the day count."""
    slots = Slot.objects.filter(starts_at__date=DAY).order_by("pk")
    return list(slots.values_list("pk", "taken"))


def test_a_time_without_a_reason_is_refused_and_says_so(children, terminal):
    page = enter(terminal, children["梅"], "arrive", "10:02", late_entry="")

    assert "後から入力する理由を選んでください。" in page
    assert not Attendance.objects.exists()


# 食事前の確認


def look(client, time=LOOKED_AT, **more):
    page = client.get("/meals/paper/", {"time": time})
    form = page.context["form"]
    data = {"kind": "meal", "shown": sorted(form.shown), **more}
    return client.post(f"/meals/paper/?time={time}", data, follow=True)


@pytest.fixture
def entered(children, terminal):
    for name, time in CAME.items():
        enter(terminal, children[name], "arrive", time)
    enter(terminal, children["桃"], "leave", WENT["桃"])


@pytest.mark.usefixtures("entered")
def test_the_signed_look_shows_who_was_here_then(children, terminal, carer_elsewhere):
    page = look(terminal)

    found = MealCheck.objects.get()
    assert f"{clock.local(found.checked_at):%H:%M}" == LOOKED_AT
    assert (found.noted_at, found.first_by) == (AFTERNOON, carer_elsewhere)
    assert found.is_from_paper
    assert "紙からの入力" in page.content.decode()
    # 桃 has gone by now, and ate here; 梅 eats everything.
    looked_at = MealCheckChild.objects.filter(check_of=found)
    assert {each.booking_id for each in looked_at} == {children["桃"].pk, children["桜"].pk}


@pytest.mark.usefixtures("entered")
def test_who_came_later_was_not_looked_at(children, terminal):
    form = terminal.get("/meals/paper/", {"time": "10:05"}).context["form"]

    assert form.shown == {str(children["桃"].pk)}


@pytest.mark.usefixtures("entered")
def test_a_look_is_entered_once(terminal):
    look(terminal)

    page = look(terminal).content.decode()

    assert "この時刻の確認は、すでに入力されています。" in page
    assert MealCheck.objects.count() == 1
    look(terminal, kind="snack")
    assert MealCheck.objects.count() == 2


@pytest.mark.usefixtures("entered")
def test_a_look_is_not_entered_ahead(terminal):
    page = terminal.get("/meals/paper/", {"time": "15:01"})

    assert "これからの時刻は記録できません。" in page.content.decode()
    assert "form" not in page.context
