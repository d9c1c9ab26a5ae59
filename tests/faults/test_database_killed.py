"""PostgreSQL is killed while families book: what was acknowledged is there, nothing is oversold."""

import os
import signal
import threading
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections

from azukari.postgres import EmbeddedServer, ServerError
from booking.actions import requests
from booking.enums import SEAT_STATES
from booking.models import Booking, Slot
from booking.refusals import BookingRefused
from history import clock, context
from history.roles import make_roles
from history.walls import OWNER
from records import keys
from tests.factories.booking import slots_of_day
from tests.factories.records import ChildFactory, ParentFactory, facility

pytestmark = pytest.mark.faults

PLACES, FAMILIES = 12, 24


@pytest.fixture
def server(tmp_path: Path, django_db_blocker: object) -> Iterator[EmbeddedServer]:
    """A server of its own that keeps its promises to the disk, in place of the tests' one."""
    found = EmbeddedServer(tmp_path / "postgres", durable=True)
    found.start()
    make_roles(found.url(), "azukari")
    before = dict(connection.settings_dict)
    with django_db_blocker.unblock():
        connections.close_all()
        connection.settings_dict.update(
            HOST=str(found.socket_folder), PORT="", NAME="azukari", USER=OWNER, PASSWORD=""
        )
        keys.forget()
        call_command("migrate", verbosity=0)
        call_command("load_reference")
        yield found
        connections.close_all()
        connection.settings_dict.update(before)
        keys.forget()
    found.stop()


def test_killed_database_keeps_what_it_acknowledged(server: EmbeddedServer) -> None:
    with context.acting("system:tests"):
        slots = slots_of_day("hikarigaoka", places=PLACES, infant_limit=PLACES, staff=9)[:4]
        families = []
        for _ in range(FAMILIES):
            parent = ParentFactory.create(with_account=True)
            child = ChildFactory.create(household=parent.household, registered=True)
            families.append((child, parent.user))
    acknowledged: list[uuid.UUID] = []
    killed = threading.Event()

    def book(child: object, parent: object) -> None:
        try:
            with context.acting(str(parent.pk)):
                booking = requests.book(
                    child=child,
                    facility=facility("hikarigaoka"),
                    starts_at=slots[0].starts_at,
                    ends_at=slots[-1].ends_at,
                    by=parent,
                    at=clock.now(),
                    key=uuid.uuid4(),
                )
            acknowledged.append(booking.pk)
        except (DatabaseError, BookingRefused):
            pass
        finally:
            connections.close_all()
        if len(acknowledged) >= PLACES // 3:
            killed.set()

    threads = [threading.Thread(target=book, args=family) for family in families]
    for thread in threads[: FAMILIES // 2]:
        thread.start()
        time.sleep(0.02)
    killed.wait(timeout=10)
    _kill(server)
    for thread in threads[: FAMILIES // 2]:
        thread.join()
    connections.close_all()
    _start_again(server)
    for thread in threads[FAMILIES // 2 :]:
        thread.start()
    for thread in threads[FAMILIES // 2 :]:
        thread.join()

    assert acknowledged, "nobody was acknowledged before the kill: the test shows nothing"
    stored = set(Booking.objects.filter(state__in=SEAT_STATES).values_list("pk", flat=True))
    assert set(acknowledged) <= stored
    assert len(stored) <= PLACES
    for slot in Slot.objects.filter(pk__in=[slot.pk for slot in slots]):
        assert slot.taken == len(stored)


def _kill(server: EmbeddedServer) -> None:
    pid = int((server.data / "postmaster.pid").read_text().splitlines()[0])
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    os.kill(pid, signal.SIGKILL)
    # They notice by themselves, but a busy machine may let them linger.
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{child}").exists() for child in children):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _start_again(server: EmbeddedServer) -> None:
    deadline = time.monotonic() + 20
    while True:
        try:
            server.start()
        except ServerError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        else:
            return
