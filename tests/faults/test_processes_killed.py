"""kill -9 in the middle of a rush: of PostgreSQL, and of a process of the entry."""

import threading

import pytest
from django.db import connection

from booking.models import Booking, Slot
from tests.booking.recount import differences
from tests.concurrency.parents import families
from tests.database import ACTOR, act_as
from tests.factories.booking import coming_monday, slots_of_day
from tests.faults.service import Family, running

pytestmark = pytest.mark.faults

PLACES, FAMILIES = 12, 20
BACK_IN = 5


@pytest.fixture(scope="module")
def service(tmp_path_factory, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), running(tmp_path_factory.mktemp("service")) as found:
        yield found


@pytest.fixture
def rush(service, django_db_blocker, request):
    """Families before their filled-in forms, each test on a day of its own."""
    with django_db_blocker.unblock():
        act_as(ACTOR)
        day = coming_monday(weeks=request.param)
        slots_of_day("hikarigaoka", day, places=PLACES, infant_limit=PLACES, staff=9)
        form = {"day": day.isoformat(), "start": "10:00", "end": "12:00"}
        yield [
            Family(service, child.household.parents.get().user, form | {"child": child.pk})
            for child in families(FAMILIES)
        ]
        connection.close()


def together(rush, meanwhile, after=4):
    """Everybody taps; once so many are acknowledged `meanwhile` happens. What was acknowledged."""
    acknowledged, enough = [], threading.Event()

    def book(family):
        number = family.book()
        if number:
            acknowledged.append(number)
        if len(acknowledged) >= after:
            enough.set()

    threads = [threading.Thread(target=book, args=[family]) for family in rush]
    for thread in threads:
        thread.start()
    assert enough.wait(60)
    meanwhile()
    for thread in threads:
        thread.join()
    return acknowledged


def check(acknowledged):
    connection.close()
    act_as(ACTOR)
    stored = set(Booking.objects.filter(pk__in=acknowledged).values_list("pk", flat=True))
    assert stored == set(acknowledged)
    assert len(acknowledged) == PLACES
    assert max(Slot.objects.values_list("taken", flat=True)) == PLACES
    assert differences() == []


@pytest.mark.parametrize("rush", [0], indirect=True)
def test_the_database_is_killed(service, rush):
    seen = {}

    def kill():
        service.kill_database()
        seen["page"] = service.ask("GET", "/my/", rush[0].cookies)
        seen["start"] = service.ask("GET", "/")
        service.start_database()
        seen["seconds"] = service.wait_until(service.is_up, BACK_IN)

    acknowledged = together(rush, kill)

    check(acknowledged)
    for name in ("page", "start"):
        status, headers, text = seen[name]
        assert status == 503
        assert headers["Retry-After"] == "5"
        assert "Set-Cookie" not in headers
        assert "ただいま混み合っています" in text
        assert "Please try again" in text
        assert "Traceback" not in text
    print(f"answers again {seen['seconds']:.2f} s after PostgreSQL does;"
          f" {sum(503 in family.statuses for family in rush)} families saw the page")  # fmt: skip


@pytest.mark.parametrize("rush", [1], indirect=True)
def test_a_process_of_the_entry_is_killed(service, rush):
    seconds = []

    def kill():
        service.kill_worker_of_entry()
        seconds.append(service.wait_until(service.is_up, BACK_IN))

    acknowledged = together(rush, kill)

    check(acknowledged)
    print(f"answers again after {seconds[0]:.2f} s;"
          f" {sum(0 in family.statuses for family in rush)} families had to tap again")  # fmt: skip
