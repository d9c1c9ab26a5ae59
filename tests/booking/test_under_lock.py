"""While a seat's half hours are locked little is asked: by count, which no busy machine changes."""

import pytest

from booking.models import Booking
from tests.booking.under_lock import statements_under_lock
from tests.factories.booking import coming_monday, slots_of_day
from tests.people import child_of

# quality_bars.md, P8.
MOST = 4


@pytest.fixture
def form(real_database, parent):
    slots_of_day()
    day = coming_monday().isoformat()
    return {
        "child": child_of(parent).pk, "day": day, "start": "10:00", "end": "13:00",
        "accepts": "all",
    }  # fmt: skip


def test_the_lock_is_held_for_four_statements_at_most(form):
    assert statements_under_lock(form) <= MOST
    assert Booking.objects.get().held_until is not None
