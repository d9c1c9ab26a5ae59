"""A place that comes free goes to the family that waits within two seconds, by the real worker."""

import pytest
from django.db import connection

from booking.enums import WaitingState
from booking.models import Waiting
from history import clock
from tests.booking.waiting_families import book, cancel, family, one_place, wait
from tests.database import ACTOR, act_as
from tests.faults.service import running

pytestmark = pytest.mark.faults

# Of the tap that cancels and the offer that is written down.
SECONDS = 2


@pytest.fixture(scope="module")
def service(tmp_path_factory, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), running(tmp_path_factory.mktemp("service")) as found:
        yield found


def is_up():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM procrastinate_workers")
        return cursor.fetchone() is not None


def is_offered(line):
    return Waiting.objects.get(pk=line.pk).state == WaitingState.OFFERED


@pytest.fixture
def asking(service, django_db_blocker):
    """The owner's connection to that service, closed when all is said."""
    with django_db_blocker.unblock():
        act_as(ACTOR)
        yield service
        connection.close()


def test_a_freed_place_is_offered_within_two_seconds(asking):
    """From the tap that cancels to the committed offer. Without a worker nobody is asked."""
    one_place()
    now = clock.now()
    mornings, afternoons = book(family(), (9, 12), at=now), book(family(), (13, 16), at=now)
    unasked, asked = wait(family(), hours=(9, 12), at=now), wait(family(), hours=(13, 16), at=now)

    cancel(mornings, at=clock.now())
    with pytest.raises(AssertionError, match="never came to that"):
        asking.wait_until(lambda: is_offered(unasked), SECONDS)

    asking.start_worker()
    asking.wait_until(is_up, 60)
    asking.wait_until(lambda: is_offered(unasked), 60)
    cancel(afternoons, at=clock.now())
    seconds = asking.wait_until(lambda: is_offered(asked), SECONDS)

    print(f"offered {seconds:.1f} s after the place came free")
