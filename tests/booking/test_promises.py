"""A version by which something was promised says the same for ever; it may only end."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction

from booking.models import Tariff, UseRule
from records.violations import constraint_of
from tests.factories.booking import BookingFactory, PriceFactory, TariffFactory, UseRuleFactory

TERMS = [
    (UseRule, "cut_off_days", 3),
    (UseRule, "opens_at", dt.time(12)),
    (UseRule, "valid_from", dt.date(2020, 5, 1)),
    (Tariff, "day_cap", 1),
    (Tariff, "overrun_grace_minutes", 0),
]


@pytest.fixture
def booking(database):
    return BookingFactory.create()


def version_of(booking, model):
    return booking.use_rule if model is UseRule else booking.fee.tariff


def counts(page):
    """The hidden fields that say how many rows a page shows below a version."""
    return dict(re.findall(r'name="(\w+_FORMS|\w+-\w+_FORMS)" value="(\d+)"', page))


@pytest.mark.parametrize(("model", "field", "value"), TERMS)
def test_the_terms_of_a_promise_stay(booking, model, field, value):
    version = version_of(booking, model)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        model.objects.filter(pk=version.pk).update(**{field: value})

    assert constraint_of(refused.value) == "booking_keep_promises"
    version.refresh_from_db()
    assert getattr(version, field) != value


def rows_below(version):
    """The rows below a version, and each kind of change to them."""
    if isinstance(version, UseRule):
        rows, new, change = version.stage_rows, {"days_before": 0, "percent": 50}, {"percent": 0}
        elsewhere = {"rule": UseRuleFactory.create()}
    else:
        rows, new, change = (
            version.price_rows,
            {"after_minutes": 60, "unit_amount": 1},
            {"unit_amount": 1},
        )
        elsewhere = {"tariff": TariffFactory.create()}
    return rows, {
        "come": lambda: rows.create(**new),
        "change": lambda: rows.update(**change),
        "go": lambda: rows.all().delete(),
        "move": lambda: rows.update(**elsewhere),
    }


STEPS = pytest.mark.parametrize("step", ["come", "change", "go", "move"])


@STEPS
@pytest.mark.parametrize("model", [UseRule, Tariff])
def test_the_rows_below_a_promise_stay(booking, model, step):
    rows, steps = rows_below(version_of(booking, model))
    before = list(rows.values())

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        steps[step]()

    assert constraint_of(refused.value) == "booking_keep_promises"
    assert list(rows.values()) == before != []


@STEPS
@pytest.mark.parametrize("model", [UseRule, Tariff])
def test_the_rows_of_a_version_that_promised_nothing_may_change(booking, model, step):
    days = {"valid_from": dt.date(2000, 1, 1), "valid_to": dt.date(2000, 1, 2)}
    if model is UseRule:
        version = UseRuleFactory.create(**days)
        version.stage_rows.create(days_before=1, percent=100)
    else:
        version = PriceFactory.create(tariff=TariffFactory.create(**days)).tariff
    rows, steps = rows_below(version)
    before = list(rows.values())

    steps[step]()

    assert list(rows.values()) != before


def test_nobody_slips_a_row_below_a_promise(booking):
    other = UseRuleFactory.create()
    row = other.stage_rows.create(days_before=1, percent=100)

    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(rule=booking.use_rule, days_before=9)

    assert constraint_of(refused.value) == "booking_keep_promises"


@pytest.mark.parametrize("model", [UseRule, Tariff])
@pytest.mark.parametrize(
    "change",
    [
        {"valid_to": dt.date(2099, 3, 31)},
        {"is_provisional": False},
        {"announcement": "変わります。", "announced_on": dt.date(2099, 3, 1)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_version_in_use_may_end_be_confirmed_and_be_announced(booking, model, change):
    version = version_of(booking, model)

    model.objects.filter(pk=version.pk).update(**change)

    version.refresh_from_db()
    assert {name: getattr(version, name) for name in change} == change


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
        address,
        counts(page) | {"valid_to": "2099-03-31", "cut_off_days": 3, "day_cap": 1, "_sure": "1"},
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
