"""読み合わせ: when a card is to be read by two, what makes it due again, and whose names count."""

import datetime as dt

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from booking.actions import attendances
from booking.day.actions import joint_readings
from booking.day.models import JointReading
from history import clock
from records.enums import Allergen, Answer, CareNeedKind, Confirmation, Role, Severity
from records.models import CareNeed, Parent, SignIn
from tests.booking.day.test_day_sheet import DAY, TEN, allergic, booked, sheet
from tests.booking.staff_at_work import on_duty
from tests.factories.booking import BookingFactory
from tests.factories.records import (
    FacilityMembershipFactory,
    StaffUserFactory,
    facility,
)
from tests.factories.terminals import PIN, SignInFactory, choose_credential

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def colleague(database):
    user = StaffUserFactory.create(username="H5003", name="光が丘 二人目")
    FacilityMembershipFactory.create(user=user, facility=facility("hikarigaoka"), role=Role.CARER)
    choose_credential(user)
    return user


@pytest.fixture
def grave(database):
    booking = booked("桃")
    allergic(booking, Severity.ANAPHYLAXIS)
    return booking


def read(booking, *people, at=TEN):
    for each in people:
        with on_duty(each, at):
            joint_readings.read(booking=booking, child=booking.child, by=each, at=at)


def awaits(user, at=TEN, day=DAY):
    return [row.awaits_reading for row in sheet(user, at=at, day=day).rows]


def test_two_names_read_the_card_of_a_grave_allergy(grave, carer_elsewhere, colleague):
    assert awaits(carer_elsewhere) == [True]

    read(grave, carer_elsewhere)
    assert awaits(carer_elsewhere) == [True]

    read(grave, colleague, at=TEN + MINUTE)
    assert awaits(carer_elsewhere) == [False]
    reading = JointReading.objects.get()
    assert (reading.first_by, reading.second_by) == (carer_elsewhere, colleague)
    assert reading.second_at == TEN + MINUTE


def test_one_person_is_not_two(grave, carer_elsewhere):
    read(grave, carer_elsewhere, carer_elsewhere)

    assert awaits(carer_elsewhere) == [True]
    with pytest.raises(IntegrityError, match="joint_reading_takes_two"), transaction.atomic():
        JointReading.objects.update(second_by=carer_elsewhere, second_at=TEN)


def test_an_arrival_is_never_blocked(grave, carer_elsewhere):
    with on_duty(carer_elsewhere, TEN):
        attendances.arrive(booking=grave, by=carer_elsewhere, at=TEN)

    (row,) = sheet(carer_elsewhere).rows
    assert (row.can_leave, row.awaits_reading) == (True, True)


def test_a_grave_one_is_read_at_every_stay(grave, carer_elsewhere, colleague):
    read(grave, carer_elsewhere, colleague)
    tomorrow = dt.timedelta(days=1)
    BookingFactory.create(
        child=grave.child, facility=grave.facility, starts_at=grave.starts_at + tomorrow,
        by=Parent.objects.get(household=grave.household).user,
    )  # fmt: skip

    assert awaits(carer_elsewhere) == [False]
    assert awaits(carer_elsewhere, day=DAY + tomorrow, at=TEN) == [True]


def test_a_lighter_one_is_read_once_at_a_facility(carer_elsewhere, colleague):
    booking = booked()
    allergic(booking, Severity.EXCLUSION)
    read(booking, carer_elsewhere, colleague)
    tomorrow = dt.timedelta(days=1)
    BookingFactory.create(
        child=booking.child, facility=booking.facility, starts_at=booking.starts_at + tomorrow,
        by=Parent.objects.get(household=booking.household).user,
    )  # fmt: skip

    assert awaits(carer_elsewhere, day=DAY + tomorrow, at=TEN) == [False]


def test_a_child_without_needs_is_not_read(carer_elsewhere):
    booked()

    assert awaits(carer_elsewhere) == [False]


def worsen(allergy):
    allergy.severity = Severity.ANAPHYLAXIS
    allergy.save()


def add(allergy):
    allergic_to = allergy.care_need.allergies.create(
        allergen=Allergen.MILK, severity=Severity.CAUTION
    )
    assert allergic_to.allergen != allergy.allergen


def lessen(allergy):
    allergy.severity = Severity.CAUTION
    allergy.save()


def withdraw(allergy):
    allergy.is_withdrawn = True
    allergy.save()


def telephone(allergy):
    Parent.objects.update(mobile_phone="09000000009")


def unsettle(allergy):
    CareNeed.objects.filter(kind=CareNeedKind.ILLNESS).update(confirmation=Confirmation.UNCONFIRMED)


def illness(allergy):
    CareNeed.objects.filter(kind=CareNeedKind.ILLNESS).update(answer=Answer.YES)
    need = CareNeed.objects.get(kind=CareNeedKind.ILLNESS)
    need.content = "熱性けいれん"
    need.save()


@pytest.mark.parametrize(
    ("change", "is_due"),
    [
        (worsen, True), (add, True), (unsettle, True), (illness, True),
        (lessen, False), (withdraw, False), (telephone, False),
    ],
)  # fmt: skip
def test_what_adds_or_worsens_a_risk_is_read_again(change, is_due, carer_elsewhere, colleague):
    booking = booked()
    allergic(booking, Severity.EXCLUSION)
    read(booking, carer_elsewhere, colleague)
    assert awaits(carer_elsewhere) == [False]

    change(booking.child.care_needs.get(kind=CareNeedKind.ALLERGY).allergies.get())

    assert awaits(carer_elsewhere) == [is_due]


def test_a_change_between_the_two_names_begins_anew(grave, carer_elsewhere, colleague):
    read(grave, carer_elsewhere)
    add(grave.child.care_needs.get(kind=CareNeedKind.ALLERGY).allergies.get())

    read(grave, colleague)

    assert JointReading.objects.complete().count() == 0
    assert awaits(carer_elsewhere) == [True]
    read(grave, carer_elsewhere)
    assert awaits(carer_elsewhere) == [False]


def test_another_facilitys_reading_does_not_count_here(grave, carer, carer_elsewhere, colleague):
    read(grave, carer_elsewhere, colleague)

    with on_duty(carer, TEN):
        assert JointReading.objects.count() == 0
    with on_duty(carer_elsewhere, TEN):
        assert JointReading.objects.count() == 1


def test_a_name_is_put_down_by_who_bears_it(grave, carer_elsewhere, colleague):
    read(grave, carer_elsewhere)

    with on_duty(carer_elsewhere, TEN), connection.cursor() as cursor:
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute(
                "UPDATE day_jointreading SET second_by_id = %s, second_at = %s",
                [colleague.pk, TEN],
            )
        with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
            cursor.execute("DELETE FROM day_jointreading")


# On the screen


@pytest.fixture
def screen(grave, staff_client, carer_elsewhere, colleague):
    """The carer's open screen at 光が丘, where the colleague has signed in today as well."""
    staff_client.log_in(carer_elsewhere)
    terminal = SignIn.objects.get(user=carer_elsewhere).terminal
    now = clock.now()
    theirs = SignInFactory.create(
        terminal=terminal, user=colleague, signed_in_at=now, ends_at=now + dt.timedelta(hours=9)
    )
    return staff_client, theirs


def card(grave):
    return f"/today/{grave.pk}/card/"


def witness(screen, grave, pin):
    client, theirs = screen
    asked = {"colleague": theirs.pk, "pin": pin}
    return client.post(f"/today/{grave.pk}/read/", asked, follow=True).content.decode()


def test_the_colleague_adds_the_name_by_pin(screen, grave, carer_elsewhere, colleague):
    client, _theirs = screen
    assert "読み合わせ未了" in client.get(card(grave)).content.decode()

    page = client.post(f"/today/{grave.pk}/read/", follow=True).content.decode()
    assert "光が丘 二人目 さんと一緒に確かめました" in page

    page = witness(screen, grave, PIN)
    assert "二人で読み合わせました。" in page
    assert "読み合わせ未了" not in page
    reading = JointReading.objects.get()
    assert (reading.first_by, reading.second_by) == (carer_elsewhere, colleague)
    history = JointReading.history.order_by("history_date", "history_id")
    assert [row.history_user_id for row in history] == [carer_elsewhere.pk, colleague.pk]


def test_a_wrong_pin_adds_no_name_and_the_screen_stays_the_carers(screen, grave, carer_elsewhere):
    client, _theirs = screen
    client.post(f"/today/{grave.pk}/read/")

    page = witness(screen, grave, "000000")

    assert "PINが違います。" in page
    assert "読み合わせ未了" in page
    assert JointReading.objects.get().second_by is None
    client.post(f"/today/{grave.pk}/read/")
    assert JointReading.objects.get().first_by == carer_elsewhere


def test_wrong_pins_lock_the_colleague_and_not_the_screen(screen, grave):
    client, _theirs = screen
    client.post(f"/today/{grave.pk}/read/")

    for _ in range(5):
        page = witness(screen, grave, "000000")

    assert "この職員IDを止めています。" in page
    assert client.get(card(grave)).status_code == 200
    assert JointReading.objects.get().second_by is None


def test_nobody_signs_for_the_own_first_name(screen, grave, carer_elsewhere):
    client, _theirs = screen
    own = SignIn.objects.get(user=carer_elsewhere)
    client.post(f"/today/{grave.pk}/read/")

    page = client.post(
        f"/today/{grave.pk}/read/", {"colleague": own.pk, "pin": PIN}, follow=True
    ).content.decode()

    assert "一緒に確かめた職員を選び" in page
    assert JointReading.objects.get().second_by is None
