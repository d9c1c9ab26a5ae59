"""Interviews: booked, held, missed, given back; and one place for two families."""

import datetime as dt
import email
import email.policy
from threading import Barrier

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from records import queries
from records.actions import interviews
from records.enums import ConsentKind, InterviewState, RegistrationState
from records.models import Interview, InterviewPlace, OutgoingMail, Registration
from records.refusals import (
    AlreadyDone,
    ConsentMissing,
    NothingToApplyFor,
    PlacePast,
    PlaceTaken,
)
from tests.concurrency.parents import together
from tests.factories.records import ConsentTextFactory, facility
from tests.records.families import NOW, account_of, as_parent, family, place


def book(household, where, at=NOW, note=""):
    return interviews.book(
        household=household, place=where, by=account_of(household), at=at, note=note
    )


def states(household):
    found = Registration.objects.filter(child__household=household)
    return sorted(found.values_list("state", flat=True))


def left_behind(household):
    """What a refused booking must not leave: home, states, interviews, mails."""
    household.refresh_from_db()
    return (
        household.home_facility, set(states(household)), Interview.objects.count(),
        OutgoingMail.objects.count(),
    )  # fmt: skip


NOTHING = (None, {RegistrationState.DRAFT}, 0, 0)


def test_booking_makes_the_place_the_home(database):
    household = family(children=2)

    book(household, place(facility=facility("hikarigaoka")))

    household.refresh_from_db()
    there = facility("hikarigaoka")
    children = list(household.children.all())
    assert household.home_facility == there
    assert [child.home_facility for child in children] == [there, there]
    assert [child.registration.home_facility for child in children] == [there, there]


def test_siblings_share_one_interview(database):
    household = family(children=2)

    interview = book(household, place(), note="双子です")

    kept = Registration.objects.filter(child__household=household)
    assert {(r.state, r.interview, r.applied_at, r.application_note) for r in kept} == {
        (RegistrationState.INTERVIEW_BOOKED, interview, NOW, "双子です")
    }
    assert interview.state == InterviewState.BOOKED


def test_booking_marks_the_place_as_taken(database):
    mine, other = place(3), place(4)

    book(family(), mine)

    assert dict(InterviewPlace.objects.values_list("pk", "is_taken")) == {
        mine.pk: True, other.pk: False,
    }  # fmt: skip


def test_booking_defers_one_mail(database):
    household = family()

    book(household, place())

    mail = OutgoingMail.objects.get()
    job = ProcrastinateJob.objects.get(task_name="records.send_mail")
    assert mail.recipient == account_of(household).email
    assert job.args == {"mail_id": str(mail.pk)}


def test_repeating_finds_the_same_interview(database):
    household, where = family(), place()
    first = book(household, where)

    assert book(household, where) == first
    assert book(household, where, at=where.starts_at + dt.timedelta(days=1)) == first
    assert (Interview.objects.count(), OutgoingMail.objects.count()) == (1, 1)


def test_booking_without_consent_is_refused(database):
    household = family(consents=False)

    with pytest.raises(ConsentMissing):
        book(household, place())

    assert left_behind(household) == NOTHING


def test_consent_to_an_older_version_is_not_enough(database):
    household, where = family(), place()
    ConsentTextFactory.create(kind=ConsentKind.HEALTH)

    with pytest.raises(ConsentMissing):
        book(household, where)


@pytest.mark.parametrize("ahead", [0, 1], ids=["at its start", "a second later"])
def test_a_past_place_is_refused(database, ahead):
    household, where = family(), place()

    with pytest.raises(PlacePast):
        book(household, where, at=where.starts_at + dt.timedelta(seconds=ahead))

    assert left_behind(household) == NOTHING


def test_a_place_can_be_booked_until_its_start(database):
    household, where = family(), place()

    assert book(household, where, at=where.starts_at - dt.timedelta(seconds=1)).place == where


def test_a_family_without_a_child_in_draft_is_refused(database):
    with pytest.raises(NothingToApplyFor):
        book(family(children=0), place())


def test_a_taken_place_is_refused_and_leaves_nothing(database):
    where, late = place(), family()
    book(family(), where)
    OutgoingMail.objects.all().delete()

    with pytest.raises(PlaceTaken):
        book(late, where)

    assert left_behind(late) == (None, {RegistrationState.DRAFT}, 1, 0)


# Two families, one place


def race(monkeypatch, where):
    """Both have seen the free place before either reaches for it."""
    households = [family(), family()]
    barrier = Barrier(2, timeout=20)
    missing = interviews.queries.missing_consents

    def look_and_wait(household):
        found = missing(household)
        barrier.wait()
        return found

    monkeypatch.setattr(interviews.queries, "missing_consents", look_and_wait)

    def run(household):
        with as_parent(account_of(household), household):
            return book(household, where)

    return households, together(run, households)


def test_one_place_is_given_to_one_family(real_database, monkeypatch):
    where = place()

    households, found = race(monkeypatch, where)

    assert sorted(type(each).__name__ for each in found) == ["Interview", "PlaceTaken"]
    assert Interview.objects.filter(place=where).count() == 1
    assert sorted(states(each)[0] for each in households) == ["draft", "interview_booked"]
    assert OutgoingMail.objects.count() == 1


def test_without_the_constraint_the_place_is_given_twice(real_database, monkeypatch):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX interview_place_taken_once")
    where = place()

    _households, found = race(monkeypatch, where)

    assert [type(each) for each in found] == [Interview, Interview]
    assert Interview.objects.filter(place=where, state="booked").count() == 2


# Afterwards


@pytest.fixture
def booked(database):
    return book(family(children=2), place())


def test_holding_opens_the_next_step(booked, carer):
    at = booked.place.starts_at

    interviews.hold(interview=booked, by=carer, at=at, note="元気です")

    booked.refresh_from_db()
    assert (booked.state, booked.held_by, booked.held_at) == (InterviewState.HELD, carer, at)
    note = booked.note
    assert (note.text, note.written_by, note.written_at) == ("元気です", carer, at)
    assert states(booked.household) == [RegistrationState.INTERVIEWED] * 2


def test_missing_keeps_the_application_and_frees_the_place(booked, carer):
    interviews.miss(interview=booked, by=carer, at=booked.place.starts_at, note="連絡なし")

    booked.refresh_from_db()
    assert (booked.state, booked.note.text, booked.held_by) == (
        InterviewState.ABSENT, "連絡なし", None,
    )  # fmt: skip
    kept = Registration.objects.filter(child__household=booked.household)
    assert {(r.state, r.interview, r.applied_at) for r in kept} == {
        (RegistrationState.APPLIED, None, NOW)
    }
    assert not InterviewPlace.objects.get().is_taken


def test_who_missed_it_can_book_another(booked, carer):
    interviews.miss(interview=booked, by=carer, at=booked.place.starts_at)

    second = book(booked.household, place(9))

    assert states(booked.household) == [RegistrationState.INTERVIEW_BOOKED] * 2
    assert second != booked


def test_cancelling_frees_the_place_for_others(booked):
    where, other = booked.place, family()

    interviews.cancel(interview=booked, by=account_of(booked.household), at=NOW)

    assert states(booked.household) == [RegistrationState.APPLIED] * 2
    assert book(other, where).household == other
    assert dict(Interview.objects.values_list("household", "state")) == {
        booked.household_id: InterviewState.CANCELLED, other.pk: InterviewState.BOOKED,
    }  # fmt: skip


def test_an_interview_that_has_begun_is_not_cancelled_by_the_family(booked):
    me = account_of(booked.household)
    with pytest.raises(AlreadyDone):
        interviews.cancel(interview=booked, by=me, at=booked.place.starts_at)

    booked.refresh_from_db()
    assert booked.state == InterviewState.BOOKED


def test_the_facility_calls_off_and_keeps_the_place_closed(booked, carer):
    where, late = booked.place, family()

    interviews.cancel(interview=booked, by=carer, at=where.starts_at, note="担当者が急病")

    booked.refresh_from_db()
    where.refresh_from_db()
    assert (booked.state, booked.note.text) == (InterviewState.WITHDRAWN, "担当者が急病")
    assert states(booked.household) == [RegistrationState.APPLIED] * 2
    assert where.is_taken
    with pytest.raises(PlaceTaken):
        book(late, where)


def test_my_page_tells_what_the_facility_called_off_until_another_is_booked(booked, carer):
    household = booked.household
    interviews.cancel(interview=booked, by=carer, at=NOW)
    off = queries.family_of(household, NOW.date()).called_off

    book(household, place(9))

    assert off == booked
    assert queries.family_of(household, NOW.date()).called_off is None


def test_what_the_family_cancelled_itself_needs_no_telling(booked):
    interviews.cancel(interview=booked, by=account_of(booked.household), at=NOW)

    assert queries.family_of(booked.household, NOW.date()).called_off is None


@pytest.mark.parametrize("who", ["family", "facility"])
def test_calling_off_is_told_by_mail(booked, carer, who):
    OutgoingMail.objects.all().delete()
    by = carer if who == "facility" else account_of(booked.household)

    interviews.cancel(interview=booked, by=by, at=NOW, note="担当者が急病")

    mail = OutgoingMail.objects.get()
    assert mail.recipient == account_of(booked.household).email
    parsed = email.message_from_bytes(mail.message.encode(), policy=email.policy.default)
    body = parsed.get_content()
    assert ("施設の都合により" in body) == (who == "facility")
    told = [child.given_name for child in booked.household.children.all()] + ["担当者が急病"]
    assert [word for word in told if word in body + parsed["Subject"]] == []


@pytest.mark.parametrize("first", [interviews.hold, interviews.miss, interviews.cancel])
@pytest.mark.parametrize("second", [interviews.hold, interviews.miss, interviews.cancel])
def test_an_outcome_is_written_once(booked, carer, first, second):
    """Also by a page that was opened before the first outcome."""
    opened_before = Interview.objects.get(pk=booked.pk)
    first(interview=booked, by=carer, at=NOW)
    outcome = Interview.objects.get(pk=booked.pk).state

    with pytest.raises(AlreadyDone):
        second(interview=opened_before, by=carer, at=NOW)

    assert Interview.objects.get(pk=booked.pk).state == outcome
