"""Telling families what their facility had to decide: by mail, or by a call where no mail goes.

Run by the worker, which knows addresses and periods and nobody's name.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from django.db import transaction

from booking.actions import calls
from booking.enums_calls import CallKind
from booking.models import Booking, Call, LostBooking
from history import clock
from records import mail

# All that the worker may read of a booking and a closure for this.
USED = (
    "told_at", "call", "facility", "words",
    *(f"booking__{name}" for name in ("household", "facility", "starts_at", "ends_at", "state")),
    *(
        f"closure__{name}"
        for name in ("facility", "day", "kind", "opens_at", "closes_at", "reason", "words", "state")
    ),
    "facility__name", "facility__phone",
)  # fmt: skip


# By when a family knows what has no deadline of its own.
WITHIN = dt.timedelta(days=1)


@transaction.atomic
def tell_or_call(
    household_id: uuid.UUID,
    event: str,
    letter: Mapping[str, object],
    *,
    kind: CallKind,
    facility_id: int,
    due_at: dt.datetime,
    at: dt.datetime,
    booking: Booking | None = None,
) -> bool:
    """Write to a family what it must know; whether a mail went out.

    Where none did, the facility is to telephone it until `due_at`. Runs as the worker.
    """
    if mail.tell(household_id, event, **letter):
        return True
    calls.ask(
        kind=kind,
        household_id=household_id,
        facility_id=facility_id,
        booking=booking,
        due_at=due_at,
        at=at,
    )
    return False


def soon(at: dt.datetime, begins: dt.datetime) -> dt.datetime:
    """Within a day; before a use begins, if that is still ahead and sooner."""
    return min(at + WITHIN, begins) if begins > at else at + WITHIN


@transaction.atomic
def tell_of_losses(*, at: dt.datetime) -> int:
    """Tell every family that lost a booking to its facility and does not know it yet; how many.

    A family is told once of all that it lost to one closure. Where mail came back since, it is to
    be telephoned as well. What lies before today nobody is told of. Safe to repeat.
    """
    today = clock.at(clock.local(at).date(), dt.time.min)
    rows = (
        LostBooking.objects.filter(booking__starts_at__gte=today)
        .select_related("booking", "closure", "facility")
        .only(*USED)
        .order_by("booking__starts_at", "pk")
    )
    untold = list(rows.filter(told_at=None).select_for_update(of=("self",)))
    families = _by_family(untold)
    for lost in families:
        call = None if _written_to(lost) else _ask(lost[0], at)
        values: dict[str, object] = {"told_at": at, **({"call": call} if call else {})}
        LostBooking.objects.filter(pk__in=[each.pk for each in lost]).update(**values)
    _call_those_it_came_back_from(list(rows.exclude(told_at=None).filter(call=None)), at)
    return len(families)


def _written_to(lost: Sequence[LostBooking]) -> bool:
    first = lost[0]
    return mail.tell(
        first.booking.household_id,
        "booking/email/closed" if first.closure else "booking/email/retracted",
        closure=first.closure,
        facility=first.facility,
        words=first.words or "",
        lost=[each.booking for each in lost],
    )


def _call_those_it_came_back_from(told: Sequence[LostBooking], at: dt.datetime) -> None:
    unreached = mail.unreached({each.booking.household_id for each in told})
    for lost in _by_family(each for each in told if each.booking.household_id in unreached):
        LostBooking.objects.filter(pk__in=[each.pk for each in lost]).update(call=_ask(lost[0], at))


def _by_family(rows: Iterable[LostBooking]) -> list[list[LostBooking]]:
    """Together what a family lost to one closure; each by itself what was lost alone."""
    found: defaultdict[tuple[uuid.UUID, uuid.UUID], list[LostBooking]] = defaultdict(list)
    for row in rows:
        found[row.booking.household_id, row.closure_id or row.booking_id].append(row)
    return list(found.values())


def _ask(lost: LostBooking, at: dt.datetime) -> Call:
    """Before the family sets out."""
    return calls.ask(
        kind=CallKind.CLOSURE if lost.closure else CallKind.CHANGE,
        household_id=lost.booking.household_id,
        facility_id=lost.facility_id,
        booking=lost.booking,
        due_at=lost.booking.starts_at,
        at=at,
    )
