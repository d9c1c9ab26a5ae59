"""A tariff that charges the time in care: what a departure makes of a fee, and what undoes it."""

import datetime as dt

import psycopg
import pytest

from booking import pricing
from booking.actions import attendances, fees, payments
from booking.enums import ChargedTime, Domicile, ReliefKind
from booking.models import Booking, Fee, Tariff
from booking.receipts import receipt_content
from booking.refusals import WrongState
from history import clock
from history.walls import OWNER, PUBLIC, STAFF
from records.models import Household
from tests.booking.staff_at_work import on_duty
from tests.booking.test_fees import relieve
from tests.booking.test_views_requests import follow, send, text_of
from tests.booking.test_walls_refuse import at_work, look_up
from tests.factories.booking import BookingFactory, PriceFactory, coming_monday, slots_of_day
from tests.factories.records import ChildFactory
from tests.people import child_of

DAY = coming_monday()
SENTENCE = {
    ChargedTime.BOOKED: "料金は、ご予約の時間で計算します。",
    ChargedTime.ACTUAL: "料金は、実際にご利用の時間で計算します。",
}


def at(text):
    return clock.at(DAY, dt.time.fromisoformat(text))


@pytest.fixture
def tariff(database):
    """The ward's, 250 yen for half an hour, charging the actual time."""
    Tariff.objects.update(charged_time=ChargedTime.ACTUAL)
    return Tariff.objects.get()


@pytest.fixture
def booking(tariff, parent):
    """From ten to one: 1500 yen."""
    return BookingFactory.create(child=child_of(parent))


def stay(booking, by, arrived, left):
    """As the facility's own staff record it, inside the walls."""
    with on_duty(by, at(arrived)):
        attendances.arrive(booking=booking, by=by, at=at(arrived))
    with on_duty(by, at(left)):
        attendances.leave(booking=booking, by=by, at=at(left))


def undo(booking, by, moment, reason=""):
    with on_duty(by, at(moment)):
        attendances.undo_departure(booking=booking, by=by, at=at(moment), reason=reason)


def reckoned(booking):
    """The minutes that are charged of those booked, the price of care, overrun, what is due."""
    fee = Fee.objects.get(booking=booking)
    return (fee.used_minutes, fee.care_amount, fee.overrun_amount, fee.amount)


@pytest.mark.parametrize(
    ("rule", "arrived", "left", "expected"),
    [
        (ChargedTime.ACTUAL, "10:00", "11:10", (70, 750, 0, 750)),
        (ChargedTime.BOOKED, "10:00", "11:10", (None, 1500, 0, 1500)),
        (ChargedTime.ACTUAL, "10:40", "13:00", (140, 1250, 0, 1250)),
        (ChargedTime.ACTUAL, "09:50", "13:05", (180, 1500, 0, 1500)),
        (ChargedTime.ACTUAL, "10:40", "13:31", (140, 1250, 500, 1750)),
        (ChargedTime.BOOKED, "10:40", "13:31", (None, 1500, 500, 2000)),
        (ChargedTime.ACTUAL, "13:05", "13:40", (0, 0, 500, 500)),
        (ChargedTime.ACTUAL, "10:00:40", "11:01:10", (61, 750, 0, 750)),
    ],
    ids=[
        "early", "early by the other rule", "late", "all of it", "late and overrun",
        "overrun by the other rule", "only after it", "as the clock shows it",
    ],
)  # fmt: skip
def test_a_departure_charges_what_the_tariff_says(
    booking, tariff, carer_elsewhere, rule, arrived, left, expected
):
    Fee.objects.all().delete()
    Tariff.objects.update(charged_time=rule)
    tariff.refresh_from_db()
    fees.promise([(booking, tariff)], [0])

    stay(booking, carer_elsewhere, arrived, left)

    assert reckoned(booking) == expected


def test_a_departure_taken_back_gives_back_the_price(booking, carer_elsewhere):
    stay(booking, carer_elsewhere, "10:00", "11:10")
    early = reckoned(booking)

    undo(booking, carer_elsewhere, "11:12")

    assert (early, reckoned(booking)) == ((70, 750, 0, 750), (None, 1500, 0, 1500))


def test_corrected_times_are_reckoned_anew(booking, carer_elsewhere):
    """After ten minutes with a reason, and the arrival with it."""
    carer = carer_elsewhere
    stay(booking, carer, "10:00", "11:10")
    undo(booking, carer, "11:30", "別の児童でした")
    with on_duty(carer, at("11:31")):
        attendances.undo_arrival(booking=booking, by=carer, at=at("11:31"), reason="時刻の誤り")

    stay(booking, carer, "10:35", "12:30")

    assert reckoned(booking) == (115, 1000, 0, 1000)


def test_what_was_waived_of_an_overrun_falls_away_with_it(booking, carer_elsewhere, manager):
    """The manager's exception was from a departure that was none."""
    stay(booking, carer_elsewhere, "10:00", "13:31")
    Fee.objects.update(waived_amount=500, waived_reason="電車の遅れ")

    undo(booking, carer_elsewhere, "13:32")

    fee = Fee.objects.get()
    assert (fee.amount, fee.waived_amount, fee.waived_reason) == (1500, 0, None)


def test_what_is_paid_for_stays(booking, carer_elsewhere):
    stay(booking, carer_elsewhere, "10:00", "11:10")
    with on_duty(carer_elsewhere, at("11:11")):
        payments.take(fee=booking.fee, amount=750, by=carer_elsewhere, at=at("11:11"))

    with pytest.raises(WrongState, match="料金を収納したあとは"):
        undo(booking, carer_elsewhere, "11:12")

    assert reckoned(booking) == (70, 750, 0, 750)


def test_who_has_moved_pays_what_was_promised(tariff, parent, carer_elsewhere):
    """What was corrected since, or used of a limit, neither."""
    tariff.price_rows.update(domicile=Domicile.RESIDENT, from_age=3)
    PriceFactory.create(tariff=tariff, unit_amount=900, domicile=Domicile.NON_RESIDENT)
    PriceFactory.create(tariff=tariff, unit_amount=700, to_age=2, domicile=Domicile.RESIDENT)
    PriceFactory.create(
        tariff=tariff, unit_amount=100, is_beyond_limit=True, domicile=Domicile.RESIDENT
    )
    booking = BookingFactory.create(child=child_of(parent))
    Fee.objects.all().delete()
    booking.age_years = 3
    fees.promise([(booking, tariff)], [60])
    promised = reckoned(booking)
    Household.objects.update(city="板橋区")

    stay(booking, carer_elsewhere, "10:00", "12:20")

    # Two hours at 250 yen, and of the hour beyond the limit twenty minutes.
    assert Booking.objects.get().age_years < 3
    assert (promised, reckoned(booking)) == ((None, 1200, 0, 1200), (140, 1100, 0, 1100))


def test_brothers_and_sisters_are_relieved_of_what_is_left(tariff, parent, carer_elsewhere):
    """By the time that was booked: who is fetched early takes no relief from the other."""
    tariff.relief_rows.create(kind=ReliefKind.SIBLING, percent=50)
    elder = child_of(parent)
    younger = ChildFactory.create(
        household=elder.household,
        registered=True,
        date_of_birth=elder.date_of_birth + dt.timedelta(days=400),
    )
    first = BookingFactory.create(child=elder)
    second = BookingFactory.create(child=younger)
    promised = Fee.objects.get(booking=second).amount
    stay(first, carer_elsewhere, "10:00", "11:10")
    stay(second, carer_elsewhere, "10:00", "12:30")

    changed = relieve(elder.household)

    assert (promised, changed) == (750, [])
    assert reckoned(first) == (70, 750, 0, 750)
    assert reckoned(second) == (150, 1250, 0, 625)


def test_a_departure_meanwhile_is_not_relieved_by_what_was_before(
    real_database, tariff, parent, carer_elsewhere, monkeypatch
):
    """The worker has read the promised price, when the child is fetched."""
    tariff.relief_rows.create(kind=ReliefKind.SIBLING, percent=50)
    elder = child_of(parent)
    younger = ChildFactory.create(
        household=elder.household,
        registered=True,
        date_of_birth=elder.date_of_birth + dt.timedelta(days=400),
    )
    booking = BookingFactory.create(child=younger)
    attendances.arrive(booking=booking, by=carer_elsewhere, at=at("10:00"))
    BookingFactory.create(child=elder)
    best_relief = pricing.best_relief

    def after_a_departure(*reliefs):
        monkeypatch.undo()
        with real_database.connect(OWNER, actor="system:tests") as owner:
            owner.execute(f"UPDATE booking_fee SET {DEPARTED} WHERE booking_id = %s", [booking.pk])
            owner.commit()
        return best_relief(*reliefs)

    monkeypatch.setattr(pricing, "best_relief", after_a_departure)
    changed = relieve(elder.household)

    assert changed == []
    assert reckoned(booking) == (70, 750, 0, 750)
    assert [fee.amount for fee in relieve(elder.household)] == [375]


# Who reads it


@pytest.mark.parametrize("rule", ChargedTime)
def test_before_it_is_booked_the_time_is_said(public_client, parent, tariff, rule):
    """Beside the price, that the ward has confirmed."""
    Tariff.objects.update(charged_time=rule, is_provisional=False)
    slots_of_day()
    family = public_client.log_in(parent)

    page = text_of(follow(family, send(family, child_of(parent))))

    assert f"1,500円{SENTENCE[rule]}" in page


@pytest.mark.parametrize("rule", ChargedTime)
@pytest.mark.parametrize("is_provisional", [True, False], ids=["not confirmed", "confirmed"])
def test_a_family_reads_which_time_is_charged(public_client, parent, tariff, rule, is_provisional):
    Tariff.objects.update(charged_time=rule, is_provisional=is_provisional)
    booking = BookingFactory.create(child=child_of(parent))
    family = public_client.log_in(parent)

    page = text_of(family.get(booking.get_absolute_url()))

    shown = {each: page.count(words) for each, words in SENTENCE.items()}
    assert shown == {each: int(each == rule and not is_provisional) for each in ChargedTime}


def test_the_bill_says_what_was_charged(
    public_client, staff_client, parent, carer_elsewhere, booking
):
    stay(booking, carer_elsewhere, "10:00", "11:10")
    family, staff = public_client.log_in(parent), staff_client.log_in(carer_elsewhere)

    page = text_of(family.get(booking.get_absolute_url()))
    bill = text_of(staff.get(f"/today/{booking.pk}/payment/"))
    with on_duty(carer_elsewhere, at("11:11")):
        payment = payments.take(fee=booking.fee, amount=750, by=carer_elsewhere, at=at("11:11"))

    assert "750円" in page
    assert "実際にご利用の70分で計算しました。" in page
    assert "実際の利用 70分（予約 180分 1,500円）" in bill
    assert receipt_content(payment)["use"].endswith("10:00～13:00（実際のご利用 70分）")


# What the database refuses


REFUSED = (psycopg.errors.CheckViolation, psycopg.errors.InsufficientPrivilege)
DEPARTED = "used_minutes = 70, care_amount = 750"


def changes(real_database, entry, booking, change, **values):
    """Whether a change of the fee goes through; the row is seen by whoever tries."""
    statement = f"UPDATE booking_fee SET {change} WHERE booking_id = %s"
    with real_database.connect(entry, **values) as found:
        look = found.execute("SELECT id FROM booking_fee WHERE booking_id = %s", [booking.pk])
        assert look.rowcount == 1
        try:
            return found.execute(statement, [booking.pk]).rowcount == 1
        except REFUSED:
            return False


def _until(moment, booking, by):
    if moment == "booked":
        return
    attendances.arrive(booking=booking, by=by, at=at("10:00"))
    if moment == "there":
        return
    attendances.leave(booking=booking, by=by, at=at("11:10"))
    if moment != "reckoned":
        # As the owner, who is asked for no reason.
        Fee.objects.update(used_minutes=None, care_amount=1500)
    if moment == "paid":
        payments.take(fee=booking.fee, amount=100, by=by, at=at("11:11"))


@pytest.mark.parametrize(
    ("moment", "change", "passes"),
    [
        ("booked", DEPARTED, False),
        ("booked", "care_amount = 750", False),
        ("booked", "used_minutes = 180", False),
        # As for a cancellation.
        ("booked", "care_amount = 0", True),
        ("there", DEPARTED, False),
        ("there", "care_amount = 0", False),
        ("fetched", DEPARTED, True),
        ("fetched", "used_minutes = 60, care_amount = 500", False),
        ("fetched", "used_minutes = 70, care_amount = 1750", False),
        ("fetched", "care_amount = 750", False),
        ("fetched", "care_amount = 0", False),
        ("reckoned", "care_amount = 500", False),
        ("reckoned", "used_minutes = 60, care_amount = 500", False),
        ("reckoned", "used_minutes = NULL, care_amount = 1500", False),
        ("paid", DEPARTED, False),
    ],
)
def test_a_price_falls_with_a_departure_alone(
    real_database, tariff, parent, carer_elsewhere, moment, change, passes
):
    booking = BookingFactory.create(child=child_of(parent))
    _until(moment, booking, carer_elsewhere)

    found = changes(
        real_database, STAFF, booking, change, **at_work(carer_elsewhere, "hikarigaoka")
    )

    assert found is passes


def test_by_the_other_rule_a_departure_lowers_nothing(real_database, parent, carer_elsewhere):
    booking = BookingFactory.create(child=child_of(parent))
    _until("fetched", booking, carer_elsewhere)
    here = at_work(carer_elsewhere, "hikarigaoka")

    assert not changes(real_database, STAFF, booking, DEPARTED, **here)


def test_no_other_facility_and_no_family_lowers_it(
    real_database, tariff, parent, carer, carer_elsewhere
):
    """What the facility's own staff may write."""
    booking = BookingFactory.create(child=child_of(parent))
    _until("fetched", booking, carer_elsewhere)
    here = at_work(carer_elsewhere, "hikarigaoka")
    family = {
        "actor": parent.pk, "role": "parent", "household": booking.household_id,
        "at": clock.now().isoformat(),
    }  # fmt: skip

    with real_database.connect(STAFF, **at_work(carer, "nerima")) as caller:
        look_up(caller, booking)
        seen = caller.execute("SELECT FROM booking_fee WHERE booking_id = %s", [booking.pk])
        assert seen.rowcount == 1
        with pytest.raises(REFUSED):
            caller.execute(f"UPDATE booking_fee SET {DEPARTED}")
    assert not changes(real_database, PUBLIC, booking, DEPARTED, **family)
    assert changes(real_database, STAFF, booking, DEPARTED, **here)
