"""Handing in the application: consents and interview together, or neither."""

import datetime as dt

import pytest

from records.actions import applications, interviews
from records.enums import RegistrationState
from records.models import Consent, ConsentText, Interview, OutgoingMail, Registration
from records.queries import missing_consents
from records.refusals import HomeElsewhere, PlacePast
from tests.factories.records import ChildFactory, RegistrationFactory, facility
from tests.records.families import NOW, account_of, family, place


def hand_in(household, where, at=NOW, note=""):
    return applications.hand_in(
        household=household, texts=missing_consents(household), place=where, note=note,
        by=account_of(household), at=at,
    )  # fmt: skip


def given(household):
    """Consents by text: who gave them, and when."""
    found = Consent.objects.filter(household=household, withdrawn_at=None)
    return {consent.text: (consent.given_by, consent.given_at) for consent in found}


@pytest.fixture
def household(database):
    return family(consents=False)


@pytest.fixture
def with_sibling(database):
    """A child at 練馬 already, and a second one in draft."""
    household = family(consents=False)
    household.home_facility = facility("nerima")
    household.save()
    RegistrationFactory.create(child=ChildFactory.create(household=household), active=True)
    return household


def test_handing_in_gives_every_consent_and_books(household):
    where = place()

    interview = hand_in(household, where, note="夕方に電話をください")

    me = account_of(household)
    assert given(household) == dict.fromkeys(ConsentText.objects.newest(), (me, NOW))
    assert (interview.place, interview.household) == (where, household)
    row = Registration.objects.get(child__household=household)
    assert (row.state, row.application_note) == (
        RegistrationState.INTERVIEW_BOOKED, "夕方に電話をください",
    )  # fmt: skip


def test_handing_in_twice_is_one_application(household):
    where = place()
    first = hand_in(household, where)
    consents = given(household)

    second = hand_in(household, where, at=NOW + dt.timedelta(minutes=1))

    assert second == first
    assert given(household) == consents
    assert Consent.objects.filter(household=household).count() == len(consents)
    assert (Interview.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_a_refused_application_keeps_no_consent(household):
    where = place()

    with pytest.raises(PlacePast):
        hand_in(household, where, at=where.starts_at)

    assert given(household) == {}
    assert OutgoingMail.objects.count() == 0


def test_a_consent_already_given_stands(household):
    first = ConsentText.objects.newest()[0]
    long_ago = NOW - dt.timedelta(days=400)
    me = account_of(household)
    Consent.objects.create(household=household, text=first, given_by=me, given_at=long_ago)

    applications.hand_in(
        household=household, texts=ConsentText.objects.newest(), place=place(), note="", by=me,
        at=NOW,
    )  # fmt: skip

    assert given(household)[first] == (me, long_ago)


def test_a_withdrawn_consent_is_given_anew(household):
    text = ConsentText.objects.newest()[0]
    Consent.objects.create(
        household=household, text=text, given_by=account_of(household), withdrawn_at=NOW
    )

    hand_in(household, place())

    assert given(household)[text] == (account_of(household), NOW)
    assert Consent.objects.filter(household=household, text=text).count() == 2


def test_siblings_go_where_the_first_child_is_known(with_sibling):
    with pytest.raises(HomeElsewhere):
        hand_in(with_sibling, place(facility=facility("hikarigaoka")))

    with_sibling.refresh_from_db()
    assert with_sibling.home_facility == facility("nerima")
    assert given(with_sibling) == {}


def test_siblings_may_apply_at_the_home_facility(with_sibling):
    interview = hand_in(with_sibling, place(facility=facility("nerima")))

    interview.refresh_from_db()
    assert interview.home_facility == facility("nerima")
    found = Registration.objects.filter(child__household=with_sibling)
    assert sorted(found.values_list("state", flat=True)) == ["active", "interview_booked"]


def test_who_gave_the_interview_back_may_choose_elsewhere(household):
    first = hand_in(household, place(3, facility=facility("nerima")))
    interviews.cancel(interview=first, by=account_of(household), at=NOW)

    hand_in(household, place(4, facility=facility("hikarigaoka")))

    household.refresh_from_db()
    assert household.home_facility == facility("hikarigaoka")
