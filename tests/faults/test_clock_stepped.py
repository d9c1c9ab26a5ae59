"""The server's clock jumps across the opening minute: nobody books before it, by the server."""

import datetime as dt
import uuid

import pytest
from django.db import connection

from booking import timetable
from booking.models import Booking, BookingTransition, UseRule
from history import clock
from tests.entries import EntryClient
from tests.factories.booking import coming_monday, slots_of_day
from tests.factories.records import facility
from tests.people import child_of

# Its opening lies some days ahead of the real time.
DAY = coming_monday(weeks=5)


@pytest.fixture
def stepped(settings, tmp_path, database):
    """Sets the clock of the process to a moment, as a step of the system's clock would."""
    settings.CLOCK_FILE = str(tmp_path / "clock")

    def step(moment):
        (tmp_path / "clock").write_text("0")
        (tmp_path / "clock").write_text(str((moment - clock.now()).total_seconds()))

    return step


@pytest.fixture
def opens():
    """The minute at which the day opens, by the rule in force."""
    return timetable.bookable_from(DAY, UseRule.objects.valid_on(DAY).get())


def book(user):
    """One family, one tap, from whatever its own telephone says."""
    child = child_of(user)
    client = EntryClient("public").log_in(user)
    held = client.post(
        "/booking/hikarigaoka/new/",
        {
            "child": child.pk, "day": DAY.isoformat(), "start": "10:00", "end": "12:00",
            "key": uuid.uuid4(),
        },
    )  # fmt: skip
    if held.status_code == 302:
        client.post(f"{held['Location']}confirm/")
    return Booking.objects.filter(child=child).first()


def test_forwards_and_back_across_the_opening_minute(stepped, opens, parent, other_parent):
    slots_of_day("hikarigaoka", DAY)
    minute = dt.timedelta(minutes=1)

    stepped(opens - minute)
    assert book(parent) is None
    stepped(opens + minute)
    early = book(parent)
    # The clock is set back: for the other family the window is not open again.
    stepped(opens - minute)
    late = book(other_parent)
    stepped(opens)
    late_again = book(other_parent)

    assert early is not None
    assert late is None
    assert late_again is not None
    for booking in (early, late_again):
        assert booking.request.requested_at >= opens
        # Held, and confirmed: each step and its history by one and the same moment.
        steps = BookingTransition.objects.filter(booking=booking).values_list("at", flat=True)
        assert set(steps) == set(booking.history.values_list("history_date", flat=True))
        assert min(steps) == booking.request.requested_at


def test_the_database_is_told_the_moment_of_the_clock_and_never_its_own(stepped, opens, parent):
    """`app.at` is what policies, leases and histories go by."""
    slots_of_day("hikarigaoka", DAY)
    stepped(opens + dt.timedelta(minutes=1))

    booking = book(parent)

    with connection.cursor() as cursor:
        cursor.execute("SELECT max(at), now() FROM history_entry WHERE act = 'change'"
                       " AND object_ids && %s", [[str(booking.pk)]])  # fmt: skip
        noted, real = cursor.fetchone()
    lease = booking.child.leases.get()
    confirmed = booking.transitions.get(to_state="confirmed").at
    assert lease.starts_at == confirmed
    assert noted is None or noted == confirmed
    assert abs(booking.request.requested_at - real) > dt.timedelta(days=1)
    assert booking.facility == facility("hikarigaoka")
