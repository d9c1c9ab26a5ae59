"""The disk of the database fills up while families book: what was acknowledged stays."""

import subprocess
import threading
import uuid
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, connections

from azukari.postgres import EmbeddedServer
from booking.models import Booking, Slot
from booking.refusals import BookingRefused
from history.roles import make_roles
from history.walls import OWNER
from records import keys
from tests.booking.recount import differences
from tests.concurrency.parents import book, families
from tests.database import ACTOR, act_as
from tests.factories.booking import slots_of_day
from tests.factories.records import facility

pytestmark = pytest.mark.faults

MEGABYTES = 220
PLACES = FAMILIES = 12


@pytest.fixture
def small_disk(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m", "tmpfs", str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"not run: no small disk can be mounted here ({mounted.stderr.strip()})")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.fixture
def server(small_disk, django_db_blocker):
    found = EmbeddedServer(small_disk / "postgres", options={"max_wal_size": "64MB",
                                                            "min_wal_size": "32MB"})  # fmt: skip
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
        act_as(ACTOR)
        yield found
        connections.close_all()
        connection.settings_dict.update(before)
        keys.forget()
    found.stop()


def test_acknowledged_bookings_outlive_a_full_disk(server, small_disk):
    slots_of_day("hikarigaoka", places=PLACES, infant_limit=PLACES, staff=9)
    children = families(FAMILIES)
    place = facility("hikarigaoka")
    acknowledged, refused = [], []

    def family(child):
        try:
            acknowledged.append(book(child, place, uuid.uuid4()).pk)
        except (DatabaseError, BookingRefused) as error:
            refused.append(error)
        finally:
            connections.close_all()

    for child in children[:3]:
        family(child)
    ballast = _fill(small_disk)
    threads = [threading.Thread(target=family, args=[child]) for child in children[3:8]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    during = len(acknowledged)
    ballast.unlink()
    connections.close_all()
    server.start()
    for child in children[8:]:
        family(child)

    act_as(ACTOR)
    assert during >= 3
    assert refused, "the disk was not full: the test shows nothing"
    assert set(Booking.objects.values_list("pk", flat=True)) == set(acknowledged)
    # It goes on by itself once there is room.
    assert len(acknowledged) == during + len(children[8:])
    assert max(Slot.objects.values_list("taken", flat=True)) == len(acknowledged)
    assert differences() == []


def _fill(disk: Path) -> Path:
    """Take every byte that is left, and have the database need some."""
    path = disk / "ballast"
    with path.open("wb") as file:
        try:
            while True:
                file.write(bytes(1 << 20))
                file.flush()
        except OSError:
            pass
    # What WAL segments hold ready is used up as well.
    for _ in range(40):
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "CREATE TABLE IF NOT EXISTS filler (t text);"
                    "INSERT INTO filler SELECT repeat(md5(n::text), 60)"
                    " FROM generate_series(1, 5000) n"
                )
        except DatabaseError:
            connections.close_all()
            break
    return path
