"""電話連絡: asking staff to telephone a family, and what came of it.

Whether a family is to be telephoned at all says `mail.tell`: where nobody was written to.
"""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from booking.enums_calls import OPEN_RESULTS, TRUE_IN, CallKind, CallResult
from booking.models import Booking, Call
from booking.refusals import CallEnded
from records.models import User


@transaction.atomic
def ask(
    *,
    kind: CallKind,
    household_id: uuid.UUID,
    facility_id: int,
    due_at: dt.datetime,
    at: dt.datetime,
    booking: Booking | None = None,
) -> Call:
    """Ask the staff of a facility to telephone a family until `due_at`.

    While such a call is open a second asking finds it. A moment that is over means at once.
    """
    wanted = Call(
        kind=kind,
        household_id=household_id,
        facility_id=facility_id,
        booking=booking,
        asked_at=at,
        due_at=max(due_at, at),
    )
    Call.objects.bulk_create([wanted], ignore_conflicts=True)
    return Call.objects.open().get(
        kind=kind, household_id=household_id, facility_id=facility_id, booking=booking
    )


@transaction.atomic
def note(*, call: Call, result: CallResult, by: User, at: dt.datetime) -> Call:
    """Write down how a try to reach the family went; whoever was not there is called again.

    A second tap finds the first. Raises CallEnded where a colleague has settled it otherwise.
    """
    call = Call.objects.select_for_update().get(pk=call.pk)
    if not call.is_open:
        if call.result == result:
            return call
        raise CallEnded(call.get_result_display())
    call.result, call.called_by, call.called_at = result, by, at
    call.tries += 1
    call.save(update_fields=["result", "called_by", "called_at", "tries"])
    return call


@transaction.atomic
def rang(*, booking: Booking, result: CallResult, by: User, at: dt.datetime) -> Call:
    """Write down that somebody rang the family of a booking about a change, unasked.

    Whoever was not there stands in the list until the use begins.
    """
    call = ask(
        kind=CallKind.CHANGE,
        household_id=booking.household_id,
        facility_id=booking.facility_id,
        booking=booking,
        due_at=booking.starts_at,
        at=at,
    )
    return note(call=call, result=result, by=by, at=at)


@transaction.atomic
def reopen(*, call: Call, by: User, at: dt.datetime) -> Call:
    """Take back a result that was tapped by mistake: the family is to be called (again)."""
    call = Call.objects.select_for_update().get(pk=call.pk)
    if not call.is_open:
        call.result, call.called_by, call.called_at = CallResult.WAITING, by, at
        call.save(update_fields=["result", "called_by", "called_at"])
    return call


@transaction.atomic
def withdraw(*, calls: Iterable[uuid.UUID], at: dt.datetime) -> int:
    """End calls that are not needed any more; how many were still open."""
    still_open = Call.objects.filter(pk__in=list(calls), result__in=OPEN_RESULTS)
    return still_open.update(result=CallResult.NOT_NEEDED, called_at=at, called_by=None)


def end_outdated(*, at: dt.datetime) -> int:
    """End calls that would not be true any more: answered, cancelled, taken back; how many.

    A call about no booking, as about what all were asked at once, ends with its own time.
    """
    outdated = Q()
    for kind, state in TRUE_IN.items():
        outdated |= Q(kind=kind) & ~Q(booking__state=state)
    found = Call.objects.open().filter(outdated, booking__isnull=False)
    return withdraw(calls=list(found.values_list("pk", flat=True)), at=at)
