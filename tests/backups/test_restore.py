"""A backup comes back in place of what is lost, and never over what is live by mistake."""

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connections

from azukari.backups import archive, runs
from booking.models import Booking
from history.enums import RunCause
from records.models import Facility
from tests.backups.conftest import address
from tests.database import ACTOR, act_as
from tests.factories.booking import BookingFactory


@pytest.fixture
def backup(backed_up, settings):
    """A backup with one booking; afterwards a second one was made and a picture lost."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    BookingFactory.create()
    runs.back_up(cause=RunCause.COMMAND)
    BookingFactory.create()
    (settings.MEDIA_ROOT / "images" / "chick.svg").write_text("lost")
    yield archive.archives(settings.BACKUP_FOLDER)[0]
    connections.close_all()
    with psycopg.connect(address("azukari_owner", "postgres"), autocommit=True) as owner:
        for name in databases(owner, backed_up.name):
            if name != backed_up.name:
                owner.execute(f'DROP DATABASE "{name}"')


def databases(owner, name):
    found = owner.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [name])
    return {name for (name,) in found}


def test_a_dry_run_changes_nothing(backup, capsys):
    call_command("restore", str(backup), "--dry-run")

    said = capsys.readouterr().out
    assert "whole" in said
    assert "holds data" in said
    assert Booking.objects.count() == 2


def test_a_live_database_is_not_replaced_by_mistake(backup):
    with pytest.raises(CommandError, match=r"Nothing was changed.*--replace azukari_test"):
        call_command("restore", str(backup))
    with pytest.raises(CommandError, match="Nothing was changed"):
        call_command("restore", str(backup), "--replace", "azukari")

    assert Booking.objects.count() == 2


def test_a_damaged_one_is_refused_before_anything_is_touched(backup, backed_up):
    path = backup / "database.sealed"
    path.write_bytes(path.read_bytes()[:-1])

    with pytest.raises(CommandError, match=r"Nothing was changed\. database\.sealed has"):
        call_command("restore", str(backup), "--replace", backed_up.name)

    assert Booking.objects.count() == 2


def test_it_takes_the_place_of_a_live_one(backup, backed_up, settings, capsys):
    call_command("restore", str(backup), "--replace", backed_up.name)

    act_as(ACTOR)
    said = capsys.readouterr().out
    assert "!" not in said
    assert Booking.objects.count() == 1
    assert (settings.MEDIA_ROOT / "images" / "chick.svg").read_text() == "<svg/>"
    # What was live is there under another name, and the walls stand around the new one.
    before = f"{backed_up.name}_before_{backup.name.replace('-', '_')}"
    with psycopg.connect(address("azukari_owner", before)) as old:
        assert old.execute("SELECT count(*) FROM booking_booking").fetchone() == (2,)
    with backed_up.connect("azukari_public") as family:
        assert family.execute("SELECT count(*) FROM booking_booking").fetchone() == (0,)
        assert family.execute("SELECT count(*) FROM records_facility").fetchone() == (
            Facility.objects.count(),
        )


def test_it_comes_back_where_nothing_is_left(backup, backed_up):
    connections.close_all()
    with psycopg.connect(address("azukari_owner", "postgres"), autocommit=True) as owner:
        owner.execute(f'DROP DATABASE "{backed_up.name}"')

    call_command("restore", str(backup))

    act_as(ACTOR)
    assert Booking.objects.count() == 1
