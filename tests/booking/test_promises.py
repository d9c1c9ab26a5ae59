"""A version by which something was promised says the same for ever; it may only end."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from booking.models import Tariff, UseRule
from records.violations import constraint_of
from tests.factories.booking import BookingFactory, TariffFactory, UseRuleFactory

TERMS = [
    (UseRule, "late_cancel_percent", 0),
    (UseRule, "free_cancel_until", dt.time(12)),
    (UseRule, "valid_from", dt.date(2020, 5, 1)),
    (Tariff, "unit_amount", 1),
    (Tariff, "overrun_grace_minutes", 0),
]


@pytest.fixture
def booking(database):
    return BookingFactory.create()


def version_of(booking, model):
    return booking.use_rule if model is UseRule else booking.fee.tariff


@pytest.mark.parametrize(("model", "field", "value"), TERMS)
def test_the_terms_of_a_promise_stay(booking, model, field, value):
    version = version_of(booking, model)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        model.objects.filter(pk=version.pk).update(**{field: value})

    assert constraint_of(refused.value) == "booking_keep_promises"
    version.refresh_from_db()
    assert getattr(version, field) != value


@pytest.mark.parametrize("model", [UseRule, Tariff])
@pytest.mark.parametrize(
    ("field", "value"), [("valid_to", dt.date(2099, 3, 31)), ("is_provisional", False)]
)
def test_a_version_in_use_may_end_and_be_confirmed(booking, model, field, value):
    version = version_of(booking, model)

    model.objects.filter(pk=version.pk).update(**{field: value})

    version.refresh_from_db()
    assert getattr(version, field) == value


@pytest.mark.parametrize(("model", "field", "value"), TERMS)
def test_a_version_that_promised_nothing_may_change(database, model, field, value):
    factory = UseRuleFactory if model is UseRule else TariffFactory
    version = factory.create()
    if field == "valid_from":
        value = dt.date(2010, 5, 1)

    model.objects.filter(pk=version.pk).update(**{field: value})

    version.refresh_from_db()
    assert getattr(version, field) == value


@pytest.mark.parametrize("model", [UseRule, Tariff])
def test_the_center_reads_the_terms_of_a_promise_and_ends_it(booking, staff_client, clerk, model):
    version = version_of(booking, model)
    address = f"/booking/{model._meta.model_name}/{version.pk}/change/"
    staff_client.log_in(clerk)

    page = staff_client.get(address).content.decode()
    staff_client.post(
        address, {"valid_to": "2099-03-31", "late_cancel_percent": 0, "unit_amount": 1}
    )

    assert 'name="valid_to"' in page
    assert "この版で受けた予約があるため" in page
    after = model.objects.get(pk=version.pk)
    assert after.valid_to == dt.date(2099, 3, 31)
    changed = {
        field.name
        for field in model._meta.concrete_fields
        if getattr(after, field.name) != getattr(version, field.name)
    }
    assert changed <= {"valid_to", "is_provisional"}


@pytest.mark.parametrize(("model", "factory"), [(UseRule, UseRuleFactory), (Tariff, TariffFactory)])
def test_the_center_edits_a_version_that_promised_nothing(
    database, staff_client, clerk, model, factory
):
    version = factory.create()
    staff_client.log_in(clerk)

    page = staff_client.get(f"/booking/{model._meta.model_name}/{version.pk}/change/")

    assert 'name="valid_from"' in page.content.decode()
    assert "この版で受けた予約があるため" not in page.content.decode()
