"""Opening the scheme to a child: its term, and what must be true before."""

import datetime as dt

import pytest

from records.actions import registrations
from records.enums import CareNeedKind, Confirmation, RegistrationState
from records.models import OutgoingMail, Registration, RegistrationRule
from records.refusals import AlreadyDone, NotConfirmed, NotInterviewed
from tests.factories.records import CareNeedFactory, ChildFactory, ParentFactory

DAY = dt.date(2026, 10, 20)
BORN = dt.date(2024, 5, 5)


@pytest.fixture
def interviewed(database):
    """A registration after the interview, with everything confirmed."""
    return applied()


def applied(born=BORN, state=RegistrationState.INTERVIEWED, **fields):
    child = ChildFactory.create(date_of_birth=born)
    ParentFactory.create(household=child.household, email="hayashi@example.jp")
    for kind in CareNeedKind:
        CareNeedFactory.create(child=child, kind=kind, confirmed=True)
    return Registration.objects.create(child=child, state=state, **fields)


def activate(registration, by, on=DAY):
    registrations.activate(registration=registration, by=by, on=on)
    return Registration.objects.get(pk=registration.pk)


def term(row):
    return (row.activated_on, row.renewal_opens_on, row.renewal_closes_on, row.expires_on)


def test_the_term_follows_the_rule(interviewed, carer):
    row = activate(interviewed, carer)

    assert row.state == RegistrationState.ACTIVE
    assert term(row) == (
        DAY, dt.date(2027, 7, 19), dt.date(2027, 10, 19), dt.date(2027, 10, 19),
    )  # fmt: skip


def test_the_term_follows_the_version_in_force(interviewed, carer):
    RegistrationRule.objects.update(valid_to=DAY - dt.timedelta(days=1))
    RegistrationRule.objects.create(valid_from=DAY, months=6, renewal_opens_months_before=1)

    assert activate(interviewed, carer).expires_on == dt.date(2027, 4, 19)


@pytest.mark.parametrize(
    ("born", "on", "expires"),
    [
        (dt.date(2020, 4, 2), DAY, dt.date(2027, 3, 31)),
        (dt.date(2020, 4, 1), dt.date(2025, 10, 20), dt.date(2026, 3, 31)),
        (BORN, dt.date(2028, 2, 29), dt.date(2029, 2, 28)),
        (BORN, dt.date(2026, 4, 1), dt.date(2027, 3, 31)),
    ],
    ids=["goes to school at six", "born on 1 April", "29 February", "first day of the year"],
)
def test_the_end_of_the_term(database, carer, born, on, expires):
    assert activate(applied(born), carer, on=on).expires_on == expires


def test_the_first_day_of_registration_never_changes(interviewed, carer):
    first = activate(interviewed, carer)
    first.state = RegistrationState.INTERVIEWED
    first.save()

    again = activate(first, carer, on=dt.date(2028, 1, 10))

    assert again.first_registered_on == DAY
    assert term(again)[0] == dt.date(2028, 1, 10)
    assert again.expires_on == dt.date(2029, 1, 9)


@pytest.mark.parametrize(
    "state",
    [
        RegistrationState.DRAFT, RegistrationState.APPLIED, RegistrationState.INTERVIEW_BOOKED,
        RegistrationState.SUSPENDED, RegistrationState.ENDED,
    ],
)  # fmt: skip
def test_without_an_interview_nothing_opens(database, carer, state):
    row = applied(state=state)

    with pytest.raises(NotInterviewed):
        activate(row, carer)

    row.refresh_from_db()
    assert (row.state, *term(row)) == (state, None, None, None, None)
    assert OutgoingMail.objects.count() == 0


@pytest.mark.parametrize("kind", CareNeedKind.values)
def test_one_unconfirmed_need_is_enough_to_refuse(interviewed, carer, kind):
    interviewed.child.care_needs.filter(kind=kind).update(confirmation=Confirmation.UNCONFIRMED)

    with pytest.raises(NotConfirmed):
        activate(interviewed, carer)

    interviewed.refresh_from_db()
    assert interviewed.state == RegistrationState.INTERVIEWED
    assert OutgoingMail.objects.count() == 0


def test_a_need_that_nobody_asked_about_is_not_confirmed(interviewed, carer):
    interviewed.child.care_needs.get(kind=CareNeedKind.ALLERGY).delete()

    with pytest.raises(NotConfirmed):
        activate(interviewed, carer)


def test_a_second_tap_is_told_that_it_is_done(interviewed, carer):
    """Also one whose page was opened before the first."""
    opened_before = Registration.objects.get(pk=interviewed.pk)
    first = activate(interviewed, carer)

    with pytest.raises(AlreadyDone):
        activate(opened_before, carer, on=DAY + dt.timedelta(days=1))

    first.refresh_from_db()
    assert first.activated_on == DAY
    assert OutgoingMail.objects.count() == 1


def test_every_parent_with_an_address_is_told(interviewed, carer):
    household = interviewed.child.household
    ParentFactory.create(household=household, is_first_contact=False, email="second@example.jp")
    ParentFactory.create(household=household, is_first_contact=False, email="")

    activate(interviewed, carer)

    assert sorted(mail.recipient for mail in OutgoingMail.objects.all()) == [
        "hayashi@example.jp", "second@example.jp",
    ]  # fmt: skip
