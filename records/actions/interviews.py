"""Interviews: booked by the family, held by the facility."""

import datetime as dt

from django.db import IntegrityError, transaction

from records import beginnings, mail, queries
from records.enums import Begun, InterviewState, Kind, RegistrationState
from records.models import (
    Household,
    Interview,
    InterviewNote,
    InterviewPlace,
    Registration,
    User,
)
from records.refusals import (
    AlreadyDone,
    ConsentMissing,
    NothingToApplyFor,
    PlacePast,
    PlaceTaken,
)
from records.rules import WAITING_STATES
from records.violations import constraint_of


@transaction.atomic
def book(
    *, household: Household, place: InterviewPlace, by: User, at: dt.datetime, note: str = ""
) -> Interview:
    """Hand in the application for every child in draft and book its interview.

    The facility of the place becomes the home facility: from here on its staff see the family.
    Repeating it with the same place finds the same interview. Raises ConsentMissing,
    NothingToApplyFor, PlacePast, NotBegun, PlaceTaken.
    """
    own = household.interviews.filter(place=place, state=InterviewState.BOOKED).first()
    if own is not None:
        return own
    if queries.missing_consents(household):
        raise ConsentMissing
    waiting = list(
        Registration.objects.filter(
            child__household=household, state__in=WAITING_STATES
        ).select_related("child")
    )
    if not waiting:
        raise NothingToApplyFor
    if place.starts_at <= at:
        raise PlacePast
    beginnings.refuse(Begun.INTERVIEW, at=at, facility_id=place.facility_id)
    household.home_facility = place.facility
    household.save(update_fields=["home_facility"])
    try:
        with transaction.atomic():
            interview = Interview.objects.create(place=place, household=household)
    except IntegrityError as error:
        if constraint_of(error) == "interview_place_taken_once":
            raise PlaceTaken from error
        raise
    for registration in waiting:
        registration.state = RegistrationState.INTERVIEW_BOOKED
        registration.applied_at = registration.applied_at or at
        registration.interview = interview
        registration.application_note = note or registration.application_note
        registration.save(update_fields=["state", "applied_at", "interview", "application_note"])
    mail.notify_family(household, "records/email/interview_booked", interview=interview)
    return interview


@transaction.atomic
def hold(*, interview: Interview, by: User, at: dt.datetime, note: str = "") -> Interview:
    """The interview took place. Raises AlreadyDone unless it was booked."""
    interview = _locked(interview)
    if interview.state != InterviewState.BOOKED:
        raise AlreadyDone
    interview.state = InterviewState.HELD
    interview.held_by = by
    interview.held_at = at
    interview.save(update_fields=["state", "held_by", "held_at"])
    _write_down(interview, note, by=by, at=at)
    for registration in interview.registrations.filter(state=RegistrationState.INTERVIEW_BOOKED):
        registration.state = RegistrationState.INTERVIEWED
        registration.save(update_fields=["state"])
    return interview


@transaction.atomic
def miss(*, interview: Interview, by: User, at: dt.datetime, note: str = "") -> Interview:
    """The family did not come; the application stays, and another place can be booked.

    Raises AlreadyDone unless it was booked.
    """
    interview = _locked(interview)
    if interview.state != InterviewState.BOOKED:
        raise AlreadyDone
    interview.state = InterviewState.ABSENT
    interview.save(update_fields=["state"])
    _write_down(interview, note, by=by, at=at)
    _return_to_applied(interview)
    return interview


@transaction.atomic
def cancel(*, interview: Interview, by: User, at: dt.datetime, note: str = "") -> Interview:
    """Call the interview off, by mail to the family; the application stays.

    A family gives its place back to others until it begins; the facility's own calling off keeps
    the place closed. Raises AlreadyDone unless it was booked.
    """
    interview = _locked(interview)
    is_by_facility = by.kind == Kind.STAFF
    is_over = interview.place.starts_at <= at and not is_by_facility
    if interview.state != InterviewState.BOOKED or is_over:
        raise AlreadyDone
    interview.state = InterviewState.WITHDRAWN if is_by_facility else InterviewState.CANCELLED
    interview.save(update_fields=["state"])
    _write_down(interview, note, by=by, at=at)
    _return_to_applied(interview)
    mail.notify_family(
        interview.household,
        "records/email/interview_cancelled",
        interview=interview,
        is_by_facility=is_by_facility,
    )
    return interview


def _locked(interview: Interview) -> Interview:
    """As it stands now. Two taps wait for each other here."""
    return (
        Interview.objects.select_for_update(of=["self"])
        .select_related("place")
        .get(pk=interview.pk)
    )


def _write_down(interview: Interview, note: str, *, by: User, at: dt.datetime) -> None:
    if note:
        InterviewNote.objects.create(interview=interview, text=note, written_by=by, written_at=at)


def _return_to_applied(interview: Interview) -> None:
    for registration in interview.registrations.filter(state=RegistrationState.INTERVIEW_BOOKED):
        registration.state = RegistrationState.APPLIED
        registration.interview = None
        registration.save(update_fields=["state", "interview"])
