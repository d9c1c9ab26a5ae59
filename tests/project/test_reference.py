"""The reference data: a start adds what is missing and undoes nothing that the center did."""

import datetime as dt

import pytest
from django.core.management import call_command

from booking.models import OpeningPattern, Tariff
from records.models import ConsentText, Facility

pytestmark = pytest.mark.usefixtures("database")


def test_what_was_changed_stays():
    facility = Facility.objects.get(code="nerima")
    facility.phone = "03-0000-0000"
    facility.save()

    call_command("load_reference")

    facility.refresh_from_db()
    assert facility.phone == "03-0000-0000"


def test_a_version_that_ended_is_not_opened_again():
    first = Tariff.objects.get()
    Tariff.objects.update(valid_to=dt.date(2026, 3, 31))
    second = Tariff.objects.create(
        name="新しい料金表", valid_from=dt.date(2026, 4, 1),
        overrun_grace_minutes=10, overrun_unit_minutes=30, overrun_amount=300,
    )  # fmt: skip

    call_command("load_reference")

    found = Tariff.objects.order_by("valid_from").values_list("pk", "valid_to")
    assert list(found) == [(first.pk, dt.date(2026, 3, 31)), (second.pk, None)]


def test_what_is_missing_is_added():
    last = OpeningPattern.objects.order_by("pk").last()
    number, facility, weekday = last.pk, last.facility, last.weekday
    last.delete()

    call_command("load_reference")

    added = OpeningPattern.objects.get(pk=number)
    assert (added.facility, added.weekday) == (facility, weekday)


def test_a_row_made_by_hand_takes_no_number_of_the_files():
    text = ConsentText.objects.create(kind="register", version=2, text="新しい文", text_en="new")

    call_command("load_reference")
    after = ConsentText.objects.create(kind="register", version=3, text="次の文", text_en="next")

    assert text.pk >= 1000
    assert after.pk == text.pk + 1
