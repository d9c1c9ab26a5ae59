"""日計: what is counted, what it locks, and who puts the name down."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from django.db import IntegrityError, connection, transaction

from booking.actions import attendances, payments
from booking.day.actions import cash_counts
from booking.day.models import CashCount
from booking.day.refusals import (
    AlreadyCounted,
    DifferenceUnexplained,
    NeedsAnother,
    NotThatMuch,
    OpenRowsUnexplained,
    TakingsChanged,
)
from booking.models import Fee, Payment
from booking.refusals import WrongState
from history import clock
from history.walls import STAFF
from records.violations import constraint_of
from tests.database import act_as
from tests.factories.booking import BookingFactory, coming_monday
from tests.factories.day import CashCountFactory
from tests.factories.records import ChildFactory, StaffUserFactory, facility

DAY = coming_monday()
ONE_DAY = dt.timedelta(days=1)
NOON, EVENING = clock.at(DAY, dt.time(12)), clock.at(DAY, dt.time(18, 30))
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def there(database):
    return facility("hikarigaoka")


def paid(by, at=NOON, code="hikarigaoka"):
    """1,500 yen in cash for a child that has been and gone."""
    fee = owed(by, code)
    return payments.take(fee=fee, amount=1500, by=by, at=at)


def owed(by, code="hikarigaoka"):
    child = ChildFactory.create(registered=True)
    booking = BookingFactory.create(child=child, facility=facility(code))
    attendances.arrive(booking=booking, by=by, at=booking.starts_at)
    attendances.leave(booking=booking, by=by, at=booking.ends_at)
    return Fee.objects.get(booking=booking)


def close(there, by, at=EVENING, day=DAY, **changes):
    values = {"pieces": {1000: 5}, "float_amount": 5000, "cash_amount": 0} | changes
    return cash_counts.close(facility=there, day=day, by=by, at=at, **values)


def test_a_count_covers_what_was_paid_since_the_one_before(there, carer_elsewhere):
    paid(carer_elsewhere)
    paid(carer_elsewhere, code="nerima")
    first = close(
        there, carer_elsewhere, pieces={5000: 1, 1000: 1, 500: 1}, cash_amount=1500,
        deposit_amount=1500,
    )  # fmt: skip
    assert (first.found_amount, first.difference, first.kept_amount) == (6500, 0, 5000)

    paid(carer_elsewhere, EVENING + MINUTE)
    second = close(
        there, carer_elsewhere, EVENING + ONE_DAY, DAY + ONE_DAY, pieces={500: 13},
        cash_amount=1500,
    )  # fmt: skip

    assert (second.since_at, second.cash_amount, second.difference) == (EVENING, 1500, 0)


def test_a_forgotten_day_ends_at_its_midnight(there, carer_elsewhere):
    morning = clock.at(DAY + ONE_DAY, dt.time(8))
    paid(carer_elsewhere)
    paid(carer_elsewhere, morning)

    count = close(there, carer_elsewhere, morning + MINUTE, pieces={500: 13}, cash_amount=1500)

    assert count.until_at == clock.at(DAY + ONE_DAY, dt.time.min)
    after = close(
        there, carer_elsewhere, EVENING + ONE_DAY, DAY + ONE_DAY, pieces={500: 16},
        float_amount=6500, cash_amount=1500,
    )  # fmt: skip
    assert after.since_at == count.until_at


def test_a_counted_day_takes_no_payment_and_the_next_does(there, carer_elsewhere):
    fee = owed(carer_elsewhere)
    close(there, carer_elsewhere)

    with pytest.raises(WrongState, match="日計"):
        payments.take(fee=fee, amount=1500, by=carer_elsewhere, at=EVENING - MINUTE)
    assert not Payment.objects.exists()

    payments.take(fee=fee, amount=1500, by=carer_elsewhere, at=EVENING)
    assert Payment.objects.get().received_at == EVENING


def test_what_was_counted_is_not_rewritten_or_moved_out(there, carer_elsewhere):
    payment = paid(carer_elsewhere)
    free = paid(carer_elsewhere, code="nerima")
    close(there, carer_elsewhere, pieces={500: 13}, cash_amount=1500)

    refused = []
    for changes in ({"amount": 1}, {"method": "voucher"}, {"received_at": EVENING + MINUTE}):
        with pytest.raises(IntegrityError) as error, transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(**changes)
        refused.append(constraint_of(error.value))
    Payment.objects.filter(pk=payment.pk).update(receipt_printed_at=EVENING)

    assert refused == [payments.COUNTED] * 3
    assert Payment.objects.filter(pk=free.pk).update(amount=1) == 1


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"pieces": {1000: 4}}, DifferenceUnexplained),
        ({"pieces": {1000: 6}}, DifferenceUnexplained),
        ({"deposit_amount": 5001}, NotThatMuch),
        ({"cash_amount": 1500, "pieces": {500: 13}}, TakingsChanged),
    ],
    ids=["too little", "too much", "more than there was", "not what was taken"],
)
def test_a_count_that_is_not_even_is_refused(there, carer_elsewhere, changes, refusal):
    with pytest.raises(refusal):
        close(there, carer_elsewhere, **changes)

    assert not CashCount.objects.exists()


def test_a_difference_is_kept_with_its_reason_and_evenness_without(there, carer_elsewhere):
    short = close(there, carer_elsewhere, pieces={1000: 4}, difference_reason="数え間違いか不明")
    even = close(
        there, carer_elsewhere, EVENING + ONE_DAY, DAY + ONE_DAY, difference_reason="前の日の分"
    )

    assert (short.difference, short.difference_reason) == (-1000, "数え間違いか不明")
    assert (even.difference, even.difference_reason) == (0, None)


def test_a_day_is_counted_once_and_none_before_it_later(there, carer_elsewhere):
    close(there, carer_elsewhere)

    for day in (DAY, DAY - ONE_DAY):
        with pytest.raises(AlreadyCounted):
            close(there, carer_elsewhere, EVENING + MINUTE, day)
    close(facility("nerima"), carer_elsewhere)


def test_a_day_to_come_is_not_counted(there, carer_elsewhere):
    """Or it would take the payments of the days before it away."""
    with pytest.raises(AlreadyCounted):
        close(there, carer_elsewhere, EVENING, DAY + ONE_DAY)


def test_a_child_that_is_here_is_named_at_the_closing(there, carer_elsewhere):
    """The database counts no open rows, but it knows of this one."""
    child = ChildFactory.create(registered=True)
    booking = BookingFactory.create(child=child, facility=there)
    attendances.arrive(booking=booking, by=carer_elsewhere, at=booking.starts_at)

    with pytest.raises(OpenRowsUnexplained):
        close(there, carer_elsewhere)
    with pytest.raises(OpenRowsUnexplained):
        close(there, carer_elsewhere, open_count=1)
    close(facility("nerima"), carer_elsewhere)
    close(there, carer_elsewhere, open_count=1, open_reason="迎えが遅れると電話")


def test_the_second_name_is_another_and_stays(there, carer_elsewhere):
    count = close(there, carer_elsewhere)
    second, third = StaffUserFactory.create(), StaffUserFactory.create()

    with pytest.raises(NeedsAnother):
        cash_counts.confirm(count=count, by=carer_elsewhere, at=EVENING + MINUTE)
    cash_counts.confirm(count=count, by=second, at=EVENING + MINUTE)
    cash_counts.confirm(count=count, by=third, at=EVENING + ONE_DAY)

    count.refresh_from_db()
    assert (count.second_by, count.second_at) == (second, EVENING + MINUTE)


def test_a_payment_under_way_does_not_slip_between_two_days(real_database, carer_elsewhere):
    """The count waits for it, and then no longer says what the person was shown."""
    fee = owed(carer_elsewhere)

    def count():
        try:
            act_as("system:tests")
            close(fee.facility, carer_elsewhere)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            payments.take(fee=fee, amount=1500, by=carer_elsewhere, at=NOON)
            counting = pool.submit(count)
            _wait_for_lock()
        with pytest.raises(TakingsChanged):
            counting.result(timeout=10)

    assert not CashCount.objects.exists()


def _wait_for_lock():
    waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
    with connection.cursor() as cursor:
        for _try in range(200):
            cursor.execute(waiting)
            if cursor.fetchone() != (0,):
                return
            cursor.execute("SELECT pg_sleep(0.05)")
    raise AssertionError("nobody waits")


# The walls


def at_work(user, code, at):
    return {
        "actor": user.pk, "role": "carer", "facilities": f"{{{facility(code).pk}}}",
        "at": at.isoformat(),
    }  # fmt: skip


@pytest.fixture
def counted(real_database, carer_elsewhere):
    return CashCountFactory.create(closed_by=carer_elsewhere)


def changed(connection, statement, *values):
    """How many rows; nothing where it is refused."""
    try:
        return connection.execute(statement, values).rowcount
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation):
        connection.rollback()
        return 0


SECOND = "UPDATE day_cashcount SET second_by_id = %s, second_at = '2011-01-01' WHERE id = %s"


def test_a_count_is_its_own_facilitys(real_database, counted, carer, carer_elsewhere):
    found = {}
    for person, code in ((carer, "nerima"), (carer_elsewhere, "hikarigaoka")):
        with real_database.connect(STAFF, **at_work(person, code, clock.now())) as staff:
            rows = staff.execute("SELECT id FROM day_cashcount").fetchall()
            old = staff.execute("SELECT id FROM day_historicalcashcount").fetchall()
            found[code] = (rows, old)

    assert found == {"nerima": ([], []), "hikarigaoka": ([(counted.pk,)], [(counted.pk,)])}


def test_only_the_second_name_is_added_once_and_by_its_bearer(
    real_database, counted, carer_elsewhere
):
    other = StaffUserFactory.create()
    as_first = at_work(carer_elsewhere, "hikarigaoka", clock.now())
    as_other = at_work(other, "hikarigaoka", clock.now())

    with real_database.connect(STAFF, **as_first) as staff:
        for_another = changed(staff, SECOND, other.pk, counted.pk)
    with real_database.connect(STAFF, **as_other) as staff:
        sums = changed(staff, "UPDATE day_cashcount SET yen_1 = 1 WHERE id = %s", counted.pk)
    with real_database.connect(STAFF, **as_other) as staff:
        gone = changed(staff, "DELETE FROM day_cashcount WHERE id = %s", counted.pk)
    with real_database.connect(STAFF, **as_other) as staff:
        own = changed(staff, SECOND, other.pk, counted.pk)
        staff.commit()
        again = changed(staff, SECOND, other.pk, counted.pk)

    assert (for_another, sums, gone, own, again) == (0, 0, 0, 1, 0)


ENTERED = """
    INSERT INTO day_cashcount (id, facility_id, day, since_at, until_at, float_amount, cash_amount,
        yen_10000, yen_5000, yen_2000, yen_1000, yen_500, yen_100, yen_50, yen_10, yen_5, yen_1,
        deposit_amount, open_count, slip, closed_by_id, closed_at)
    VALUES (gen_random_uuid(), %s, %s, %s, %s, 0, %s,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, '', %s, %s)
"""


def test_nobody_counts_in_another_name_or_in_the_future(real_database, counted, carer_elsewhere):
    """A count of the year 2999 would refuse every payment."""
    there, now = counted.facility_id, clock.now()
    today, late = clock.local(now).date(), clock.at(dt.date(2999, 1, 1), dt.time(9))
    since, me, other = counted.until_at, carer_elsewhere.pk, StaffUserFactory.create().pk
    tries = {
        "another's name": (there, today, since, now, 0, other, now),
        "the future": (there, late.date(), since, late, 0, me, late),
        "another facility": (facility("nerima").pk, today, None, now, 0, me, now),
        "a made-up sum": (there, today, since, now, 1500, me, now),
        "a gap": (there, today, since + MINUTE, now, 0, me, now),
        "own, of today": (there, today, since, now, 0, me, now),
    }

    entered = {}
    for name, values in tries.items():
        with real_database.connect(STAFF, **at_work(carer_elsewhere, "hikarigaoka", now)) as staff:
            entered[name] = changed(staff, ENTERED, *values)
            staff.rollback()

    assert entered == dict.fromkeys(tries, 0) | {"own, of today": 1}
