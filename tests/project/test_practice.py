"""練習モード: what says that families are invented, what stays inside, and the guided steps."""

import datetime as dt
import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from azukari import demo, environment
from booking.actions import attendances
from booking.day.practice import STEPS
from history import clock
from tests.entries import EntryClient
from tests.factories.booking import BookingFactory
from tests.factories.day import TakeoverFactory
from tests.factories.records import facility

FRAME = "css/practice.css"


@pytest.fixture
def client(carer_elsewhere):
    client = EntryClient("staff")
    client.log_in(carer_elsewhere)
    return client


@pytest.mark.parametrize(
    ("name", "expected"),
    [("azukari_practice", True), ("azukari", False), ("practice", False), ("_practice_2", False)],
)
def test_the_name_alone_says_what_is_in_it(name, expected):
    assert environment.is_practice({"NAME": name}) is expected


def test_no_mail_leaves():
    environment.refuse_mail_of_practice("django.core.mail.backends.filebased.EmailBackend")
    with pytest.raises(ImproperlyConfigured, match="AZUKARI_EMAIL_URL"):
        environment.refuse_mail_of_practice("django.core.mail.backends.smtp.EmailBackend")


def test_only_a_database_of_invented_families_is_made_anew():
    with pytest.raises(CommandError, match="_demo or _practice"):
        call_command("roles", "--database", "azukari", "--fresh")


def test_every_page_has_its_frame(client, settings):
    visitor = EntryClient("public")
    pages = [(client, "/today/"), (client, "/records/child/"), (visitor, "/")]
    for asked, path in pages:
        page = asked.get(path).content.decode()
        assert FRAME not in page
        assert "練習" not in page

    settings.PRACTICE = True

    for asked, path in pages:
        page = asked.get(path).content.decode()
        assert FRAME in page
        assert re.search(r"<title>【練習】", page)
        assert "お子さんもご家庭も作り物です。" in page


def test_where_families_are_real_there_are_no_steps(client, settings):
    assert client.get("/practice/").status_code == 404
    settings.PRACTICE = True
    assert client.get("/practice/").status_code == 200


def test_the_steps_take_half_an_hour():
    assert sum(step.minutes for step in STEPS) == 30


def test_what_somebody_did_is_done_and_what_a_colleague_did_is_not(
    client, carer_elsewhere, carer, settings
):
    settings.PRACTICE = True
    there = facility("hikarigaoka")
    TakeoverFactory.create(facility=there, taken_by=carer)
    assert done(client) == set()

    TakeoverFactory.create(facility=there, taken_by=carer_elsewhere)
    booking = BookingFactory.create()
    attendances.arrive(booking=booking, by=carer_elsewhere, at=booking.starts_at)

    assert done(client) == {"引き継ぐ", "一覧を見て、受け入れる"}


def done(client):
    steps = client.get("/practice/").context["steps"]
    return {str(step.title) for step, is_done in steps if is_done}


def test_each_step_leads_to_a_page_of_the_day(client, settings):
    settings.PRACTICE = True
    page = client.get("/practice/").content.decode()

    for address in set(re.findall(r'class="button[^"]*" href="([^"#]+)"', page)):
        assert client.get(address).status_code == 200


def test_it_begins_on_a_morning_on_which_every_facility_opens(tmp_path):
    file = Path(demo._set_to_morning(tmp_path))
    begins = clock.local(clock.now() + dt.timedelta(seconds=float(file.read_text())))

    assert begins.weekday() <= demo.FRIDAY
    assert begins.strftime("%H:%M") in {"09:10", "09:11"}
