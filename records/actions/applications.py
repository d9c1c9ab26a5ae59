"""The application: consents and the interview place, handed in together or not at all."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from records import beginnings, rules, stops
from records.actions import consents, interviews
from records.enums import Begun, Function
from records.models import ConsentText, Household, Interview, InterviewPlace, User
from records.refusals import HomeElsewhere


@transaction.atomic
def hand_in(
    *,
    household: Household,
    texts: Iterable[ConsentText],
    place: InterviewPlace,
    note: str,
    by: User,
    at: dt.datetime,
) -> Interview:
    """Agree to `texts` and book the interview at `place` for every child in draft.

    Repeating it finds the same interview. Raises ServiceStopped, NotBegun, HomeElsewhere, and what
    `interviews.book` raises; then nothing is kept, the consents included.
    """
    stops.refuse(Function.APPLICATION, at=at, facility_id=place.facility_id)
    beginnings.refuse(Begun.REGISTRATION, at=at, facility_id=place.facility_id)
    # Two taps wait for each other here.
    household = Household.objects.select_for_update().get(pk=household.pk)
    states = household.children.values_list("registration__state", flat=True)
    if rules.is_home_settled(states) and place.facility_id != household.home_facility_id:
        raise HomeElsewhere
    consents.give(household=household, texts=texts, by=by, at=at)
    return interviews.book(household=household, place=place, by=by, at=at, note=note)
