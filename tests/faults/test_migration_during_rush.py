"""The owner migrates while families book: nothing acknowledged is lost, nothing oversold."""

import threading
import time
import uuid

from django.db import OperationalError, connection, connections

from azukari import apps
from booking.models import Booking, Slot
from booking.refusals import BookingRefused, Reason
from tests.booking.recount import differences
from tests.concurrency.parents import book, families
from tests.factories.booking import slots_of_day
from tests.factories.records import facility

PLACES, FAMILIES, TRIES = 10, 24, 20
BUSY = object()


def test_families_book_while_tables_change_and_walls_are_raised(real_database):
    slots_of_day("hikarigaoka", places=PLACES, infant_limit=PLACES, staff=9)
    place = facility("hikarigaoka")
    children = families(FAMILIES)
    acknowledged, waits, migrated = [], [], []

    def family(child):
        key = uuid.uuid4()
        for _ in range(TRIES):
            began = time.monotonic()
            found = tried(child, place, key)
            waits.append(time.monotonic() - began)
            if found is not BUSY:
                acknowledged.extend([found.pk] if found else [])
                return
            time.sleep(0.1)

    def migrate():
        try:
            for number in range(3):
                with connection.cursor() as cursor:
                    cursor.execute("SET lock_timeout = '800ms'")
                _patiently(f"ALTER TABLE booking_booking ADD COLUMN note{number} text")
                apps.raise_walls(using="default")
                _patiently(f"ALTER TABLE booking_booking DROP COLUMN note{number}")
                migrated.append(number)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=family, args=[child]) for child in children]
    owner = threading.Thread(target=migrate)
    owner.start()
    for thread in threads:
        thread.start()
        time.sleep(0.05)
    for thread in [owner, *threads]:
        thread.join()

    assert migrated == [0, 1, 2]
    stored = set(Booking.objects.values_list("pk", flat=True))
    assert set(acknowledged) == stored
    assert len(stored) == PLACES
    assert set(Slot.objects.values_list("taken", flat=True)) == {0, PLACES}
    assert differences() == []
    # Nobody stood behind the owner for longer than he waits himself, and the walls take to build.
    print(f"longest wait of a family: {max(waits):.2f} s")
    assert max(waits) < 10


def tried(child, place, key):
    """The booking, None where it is full, BUSY where the page says: try again in a moment."""
    try:
        return book(child, place, key)
    except BookingRefused as refusal:
        return BUSY if refusal.kind == Reason.BUSY else None
    except OperationalError:
        return BUSY
    finally:
        connections.close_all()


def _patiently(statement):
    for _ in range(30):
        try:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        except OperationalError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"never got through: {statement}")
