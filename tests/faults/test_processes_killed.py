"""kill -9 in the middle of a rush: of PostgreSQL, of a process of the entry, of the worker."""

import email
import threading
from collections import Counter

import pytest
from django.db import connection

from booking.models import Booking, Slot
from history.verification import verify
from records.models import OutgoingMail, Parent
from tests.booking.recount import differences
from tests.concurrency.parents import families
from tests.database import ACTOR, act_as
from tests.factories.booking import coming_monday, slots_of_day
from tests.faults.post import PostOffice
from tests.faults.service import Family, running
from tests.journeys.demonstration import free_port

pytestmark = pytest.mark.faults

PLACES, FAMILIES = 12, 20
BACK_IN = 5
# A worker is missed after half a minute, and looked for every minute.
TAKEN_UP_IN = 120


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
        children = families(FAMILIES)
        # Each booking is confirmed by a mail.
        Parent.objects.filter(household__in=[child.household_id for child in children]).update(
            email="family@example.jp"
        )
        yield [
            Family(service, child.household.parents.get().user, form | {"child": child.pk})
            for child in children
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


@pytest.fixture
def post(service):
    """A mail server that takes mail in and says nothing."""
    office = PostOffice(free_port())
    office.answers.clear()
    service.mail = f"smtp://127.0.0.1:{office.server_address[1]}"
    yield office
    office.close()


class Late:
    """A family that taps only when the gate opens."""

    def __init__(self, family, gate):
        self.family, self.gate = family, gate

    def book(self):
        assert self.gate.wait(60)
        return self.family.book()


def ask(statement, *values):
    """One question to the database, whatever became of the connection to it."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        found = cursor.fetchall() if cursor.description else []
    connection.close()
    return found


def jobs(state):
    """The mails whose jobs are in that state."""
    return {
        number
        for (number,) in ask(
            "SELECT args ->> 'mail_id' FROM procrastinate_jobs"
            " WHERE task_name = 'records.send_mail' AND status = %s",
            state,
        )
    }


def unsent():
    """The mails that wait, by number: where each was written down, under its Message-ID."""
    found = {
        email.message_from_string(mail.message)["Message-ID"]: str(mail.pk)
        for mail in OutgoingMail.objects.filter(sent_at=None)
    }
    connection.close()
    return found


@pytest.mark.parametrize("rush", [2], indirect=True)
def test_the_worker_is_killed(service, rush, post):
    """Killed when the mail server has the mail and the worker does not know: the worst moment.

    What it had begun is begun again by itself; of that alone there is a second copy, under the
    same number. The control is a worker that seems to live: nobody takes its jobs up.
    """
    gate = threading.Event()
    early, late = rush[: PLACES // 2], rush[PLACES // 2 :]

    def kill():
        service.wait_until(lambda: post.received, 60)
        gate.set()
        service.kill("worker")

    service.start_worker()
    service.wait_until(lambda: ask("SELECT id FROM procrastinate_workers"), 60)

    acknowledged = together([*early, *(Late(family, gate) for family in late)], kill)

    check(acknowledged)
    post.answers.set()
    service.wait_until(lambda: post.senders == 0, 10)
    twice, waiting = post.numbers(), unsent()
    assert len(waiting) >= PLACES
    assert {waiting[number] for number in twice} <= jobs("doing")
    ((beat,),) = ask("SELECT last_heartbeat FROM procrastinate_workers")
    ask("UPDATE procrastinate_workers SET last_heartbeat = now() + interval '1 day'")
    held = jobs("doing")

    service.start_worker()
    service.wait_until(lambda: set(unsent().values()) == held, 60)
    once = Counter(post.numbers())
    ask("UPDATE procrastinate_workers SET last_heartbeat = %s WHERE last_heartbeat > now()", beat)
    seconds = service.wait_until(lambda: not unsent(), TAKEN_UP_IN)

    assert once == Counter(waiting.keys() - {n for n in waiting if waiting[n] in held}) + Counter(
        twice
    )
    assert Counter(post.numbers()) == Counter(waiting.keys()) + Counter(twice)
    assert verify().faults == []
    print(f"killed in the rush: {len(waiting)} mails waited, {len(twice)} of them in the post;"
          f" these came twice, the others once, the last {seconds:.1f} s after a dead worker could"
          " be told from a living one")  # fmt: skip
