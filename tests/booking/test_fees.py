"""Fees as they are promised, and relieved for brothers and sisters in care at the same time."""

import datetime as dt
import uuid

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from booking.actions import attendances, cancellations, fees, requests
from booking.actions.bookings import Wish
from booking.enums import Channel, Domicile, ReliefKind
from booking.enums_rules import Residency
from booking.models import Fee, Tariff, UseRule
from history import clock, context
from records.models import Household
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import PriceFactory, TariffFactory, coming_monday, slots_of_day
from tests.factories.records import ChildFactory, facility
from tests.people import child_of
from tests.records.worker import as_worker

DAY = coming_monday()
NOW = clock.at(DAY, dt.time(10)) - dt.timedelta(days=3)

pytestmark = pytest.mark.usefixtures("slots")


@pytest.fixture
def slots(database):
    return slots_of_day()


@pytest.fixture
def tariff(database):
    """The ward's, in which a second child costs half."""
    found = Tariff.objects.get()
    found.relief_rows.create(kind=ReliefKind.SIBLING, percent=50)
    return found


@pytest.fixture
def elder(parent):
    return child_of(parent)


@pytest.fixture
def younger(elder):
    return ChildFactory.create(
        household=elder.household,
        registered=True,
        date_of_birth=elder.date_of_birth + dt.timedelta(days=400),
    )


def book(parent, *children, hours=(10, 12), at=NOW):
    first, last = (clock.at(DAY, dt.time(hour)) for hour in hours)
    wishes = [Wish(child, facility("hikarigaoka"), first, last) for child in children]
    answer = requests.submit(wishes=wishes, by=parent, at=at, key=uuid.uuid4())
    assert not answer.refusals
    return answer.bookings


def walk_in(carer, *children, hours=(10, 12)):
    """Booked at the door one after the other, and there."""
    for child in children:
        first, last = (clock.at(DAY, dt.time(hour)) for hour in hours)
        wish = Wish(child, facility("hikarigaoka"), first, last)
        asked = {"by": carer, "at": first, "key": uuid.uuid4(), "channel": Channel.WALK_IN}
        answer = requests.submit(wishes=[wish], **asked)
        assert not answer.refusals
        arrive(answer.bookings[0], carer)


def arrive(booking, carer):
    attendances.arrive(booking=booking, by=carer, at=booking.starts_at)


def leave(booking, carer, hour):
    attendances.leave(booking=booking, by=carer, at=clock.at(DAY, dt.time(hour)))


def relieve(household):
    """The fees that the worker's job changes."""
    with as_worker(), context.acting("system:reliefs"):
        return fees.relieve(household_id=household.pk, day=DAY)


def amounts():
    """Child: fee for care, what is relieved of it, what is to be paid."""
    return {
        fee.booking.child: (fee.care_amount, fee.relief_amount, fee.amount)
        for fee in Fee.objects.select_related("booking__child")
    }


def test_a_fee_is_made_of_the_prices_in_force(parent, elder):
    book(parent, elder)

    fee = Fee.objects.get()
    assert (fee.booked_minutes, fee.care_amount, fee.relief, fee.amount) == (120, 1000, "", 1000)


def test_a_family_from_elsewhere_pays_what_the_table_says(parent, elder):
    found = Tariff.objects.get()
    found.price_rows.update(domicile=Domicile.RESIDENT)
    PriceFactory.create(tariff=found, unit_amount=400, domicile=Domicile.NON_RESIDENT)
    UseRule.objects.update(residency=Residency.ANYONE)
    Household.objects.filter(pk=elder.household_id).update(city="板橋区")
    elder.refresh_from_db()

    book(parent, elder)

    assert amounts() == {elder: (1600, 0, 1600)}


def test_a_facility_has_prices_of_its_own(parent, elder):
    own = TariffFactory.create(
        facility=facility("hikarigaoka"), valid_from=dt.date(2021, 4, 1), valid_to=None
    )
    PriceFactory.create(tariff=own, unit_minutes=60, unit_amount=700)

    book(parent, elder)

    assert amounts() == {elder: (1400, 0, 1400)}


def test_a_second_child_of_one_request_is_relieved(parent, elder, younger, tariff):
    book(parent, elder, younger)

    assert amounts() == {elder: (1000, 0, 1000), younger: (1000, 500, 500)}


def test_one_after_the_other_is_no_reason_for_relief(parent, elder, younger, tariff):
    book(parent, elder, hours=(10, 12))
    book(parent, younger, hours=(12, 14))

    assert amounts() == {elder: (1000, 0, 1000), younger: (1000, 0, 1000)}


def test_a_child_booked_later_is_relieved_beside_the_first(parent, elder, younger, tariff):
    book(parent, elder)
    book(parent, younger)

    assert amounts() == {elder: (1000, 0, 1000), younger: (1000, 500, 500)}


def test_an_elder_child_booked_later_relieves_the_younger(parent, elder, younger, tariff):
    book(parent, younger)
    book(parent, elder)
    before = amounts()

    changed, again = relieve(elder.household), relieve(elder.household)

    assert before == {elder: (1000, 0, 1000), younger: (1000, 0, 1000)}
    assert [(fee.relief_amount, fee.relief) for fee in changed] == [(500, ReliefKind.SIBLING)]
    assert again == []
    assert amounts() == {elder: (1000, 0, 1000), younger: (1000, 500, 500)}


def test_who_stays_alone_pays_in_full(parent, elder, younger, tariff):
    first, _second = book(parent, elder, younger)
    cancellations.cancel(booking=first, by=parent, at=NOW)

    relieve(elder.household)

    assert amounts() == {elder: (0, 0, 0), younger: (1000, 0, 1000)}


def test_a_late_cancellation_is_charged_on_what_was_to_be_paid(parent, elder, younger, tariff):
    _first, second = book(parent, elder, younger)

    cancellations.cancel(booking=second, by=parent, at=clock.at(DAY, dt.time(8)))

    fee = Fee.objects.get(booking=second)
    assert (fee.care_amount, fee.relief_amount, fee.cancellation_amount) == (0, 0, 500)
    assert fee.relief == ""


def test_what_was_fetched_is_reckoned_already(parent, elder, younger, tariff):
    first, second = book(parent, elder, younger)
    attendances.arrive(booking=second, by=parent, at=second.starts_at)
    attendances.leave(booking=second, by=parent, at=second.ends_at)
    cancellations.cancel(booking=first, by=parent, at=NOW)

    changed = relieve(elder.household)

    assert changed == []
    assert amounts()[younger] == (1000, 500, 500)


def test_a_child_at_the_door_is_relieved_beside_one_that_is_there(
    parent, carer, elder, younger, tariff
):
    (first,) = book(parent, elder)
    arrive(first, carer)

    walk_in(carer, younger)

    assert amounts() == {elder: (1000, 0, 1000), younger: (1000, 500, 500)}


def test_it_makes_no_difference_who_is_taken_in_first(parent, carer, elder, younger, tariff):
    """Nor at which facility: who takes in one there may not see the other."""
    walk_in(carer, younger, elder)
    before = amounts()

    changed = relieve(elder.household)

    assert before == {elder: (1000, 0, 1000), younger: (1000, 0, 1000)}
    assert [fee.booking.child for fee in changed] == [younger]
    assert amounts() == {elder: (1000, 0, 1000), younger: (1000, 500, 500)}


def test_a_brother_who_has_come_still_counts(parent, carer, elder, younger, tariff):
    """Reckoned anew because a third child's booking goes."""
    third = ChildFactory.create(
        household=elder.household,
        registered=True,
        date_of_birth=younger.date_of_birth - dt.timedelta(days=100),
    )
    first, _second, last = book(parent, elder, younger, third)
    arrive(first, carer)
    cancellations.cancel(booking=last, by=parent, at=NOW)

    changed = relieve(elder.household)

    assert changed == []
    assert amounts() == {
        elder: (1000, 0, 1000), younger: (1000, 500, 500), third: (0, 0, 0),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("hours", "relieved"),
    [((10, 12), 500), ((11, 13), 0)],
    ids=["there together until then", "coming when the other had gone"],
)
def test_beside_one_fetched_early_the_time_together_counts(
    parent, carer, elder, younger, tariff, hours, relieved
):
    (first,) = book(parent, elder, hours=(9, 12))
    book(parent, younger, hours=hours)
    promised = amounts()[younger]
    arrive(first, carer)
    leave(first, carer, 11)

    relieve(elder.household)

    assert promised == (1000, 500, 500)
    assert amounts() == {elder: (1500, 0, 1500), younger: (1000, relieved, 1000 - relieved)}


def test_what_was_said_at_the_door_is_not_raised(parent, carer, elder, younger, tariff):
    first, second = book(parent, elder, younger)
    arrive(second, carer)
    cancellations.cancel(booking=first, by=parent, at=NOW)

    changed = relieve(elder.household)

    assert changed == []
    assert amounts()[younger] == (1000, 500, 500)


@pytest.mark.parametrize(("hour", "jobs"), [(11, 1), (12, 0)], ids=["early", "in time"])
def test_a_departure_that_frees_time_is_reckoned_anew(
    parent, carer_elsewhere, elder, tariff, hour, jobs
):
    (booking,) = book(parent, elder)
    arrive(booking, carer_elsewhere)
    asked = ProcrastinateJob.objects.filter(task_name="booking.relieve")
    before = asked.count()

    with on_duty(carer_elsewhere, booking.starts_at):
        leave(booking, carer_elsewhere, hour)

    assert asked.count() - before == jobs


def test_the_feed_of_changes_writes_amounts_as_money(staff_client, manager):
    TariffFactory.create(overrun_amount=1750, overrun_unit_minutes=1440)

    page = staff_client.log_in(manager).get("/changes/?kind=booking.tariff&person=everybody")

    newest = page.context["feed"].changes[0]
    lines = {line.label: line.after for line in newest.lines}
    assert lines["延長料金（単位あたり、円）"] == "1,750円"
    # Minutes are no money.
    assert lines["延長料金の単位（分）"] == "1440"
