"""休所: prepared in the evening, confirmed or dropped in one tap, lifted where it was not needed.

Confirming ends the bookings that it meets and locks the half hours then, as everybody does who
changes a booking. What was booked in between is met as well: the lock is let go and all looked at
again, because behind it one would wait for whoever waits for the lock.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q

from booking.actions import bookings, counters, losses, slots, transitions
from booking.enums import BookingState
from booking.enums_closures import ENDS_AS, ClosureKind, ClosureReason, ClosureState
from booking.models import Booking, Closure, LostBooking, Slot
from booking.models.booking import BookingQuerySet
from booking.refusals import BookingRefused, ClosureThere, Reason, WrongState
from records.models import Facility, User
from records.violations import constraint_of

# How often bookings may be made between a look and the lock before a closure gives up.
LOOKS = 5


@transaction.atomic
def prepare(
    *,
    facilities: Iterable[Facility],
    day: dt.date,
    kind: ClosureKind,
    reason: ClosureReason,
    announce_at: dt.datetime,
    by: User,
    at: dt.datetime,
    opens_at: dt.time | None = None,
    closes_at: dt.time | None = None,
    words: str = "",
) -> list[Closure]:
    """Write down that some facilities may have to close; nobody is told and nothing is closed.

    Raises ClosureThere with the name of a facility that has one of this kind on the day already.
    """
    batch, made = uuid.uuid4(), []
    for facility in facilities:
        closure = Closure(
            facility=facility, batch=batch, day=day, kind=kind, opens_at=opens_at,
            closes_at=closes_at, reason=reason, words=words, announce_at=announce_at,
            prepared_by=by, prepared_at=at,
        )  # fmt: skip
        try:
            with transaction.atomic():
                closure.save(force_insert=True)
        except IntegrityError as error:
            if constraint_of(error) != "closure_once":
                raise
            raise ClosureThere(facility.name) from error
        made.append(closure)
    return made


@transaction.atomic
def confirm(*, closures: Iterable[Closure], by: User, at: dt.datetime) -> list[Booking]:
    """Close: nothing more is sold, and every booking that is met ends free of charge.

    The bookings that ended; their families are told by the worker. Children who are there stay
    until they are fetched. A second tap ends nothing more. Raises WrongState where one was dropped
    or lifted meanwhile, BookingRefused (BUSY) while others hold the half hours.
    """
    decided = _decide(closures, ClosureState.CONFIRMED, by=by, at=at)
    if not decided:
        return []
    ended: list[Booking] = []
    for _look in range(LOOKS):
        ended += _end(decided, _met(decided), by=by, at=at)
        if _lock_unless_met(decided):
            break
    else:
        raise BookingRefused(Reason.BUSY)
    counters.give_back_together(
        [counters.Claim(bookings.slots_of(each), each.weight, each.seat) for each in ended]
    )
    _follow(decided)
    losses.defer_telling()
    return ended


@transaction.atomic
def drop(*, closures: Iterable[Closure], by: User, at: dt.datetime) -> list[Closure]:
    """Open as usual after all; nobody was told. Raises WrongState where it is confirmed."""
    return _decide(closures, ClosureState.DROPPED, by=by, at=at)


@transaction.atomic
def lift(*, closures: Iterable[Closure], by: User, at: dt.datetime) -> list[Closure]:
    """Open although it was announced: the half hours can be booked again.

    What ended stays ended; its families are told once more, and book anew if they want to. Raises
    WrongState where it is not confirmed, BookingRefused (BUSY).
    """
    lifted = []
    for closure in _locked(closures):
        if closure.state == ClosureState.LIFTED:
            continue
        if not closure.is_in_force:
            raise WrongState(closure.get_state_display())
        closure.state, closure.lifted_by, closure.lifted_at = ClosureState.LIFTED, by, at
        closure.save(update_fields=["state", "lifted_by", "lifted_at"])
        lifted.append(closure)
    LostBooking.objects.filter(closure__in=lifted).update(told_at=None)
    counters.lock(_slots(lifted))
    _follow(lifted)
    losses.defer_telling()
    return lifted


def met(closures: Iterable[Closure]) -> BookingQuerySet:
    """The bookings that closures would end as things stand: to come, and not under way."""
    meeting = Q(pk__in=[])
    for closure in closures:
        meeting |= Q(
            facility_id=closure.facility_id,
            starts_at__lt=closure.ends_at,
            ends_at__gt=closure.starts_at,
        )
    return Booking.objects.filter(meeting, state__in=ENDS_AS)


def _met(closures: Sequence[Closure]) -> list[Booking]:
    found = met(closures).select_related("use_rule").select_for_update(of=("self",))
    return list(found.order_by("pk"))


def _lock_unless_met(closures: Sequence[Closure]) -> bool:
    """Lock the half hours; where something was booked meanwhile they are let go."""
    try:
        with transaction.atomic():
            counters.lock(_slots(closures))
            if met(closures).exists():
                raise _Met
    except _Met:
        return False
    return True


class _Met(Exception):
    """A booking was made between the look and the lock."""


def _locked(closures: Iterable[Closure]) -> list[Closure]:
    numbers = [closure.pk for closure in closures]
    found = Closure.objects.filter(pk__in=numbers).select_related("facility")
    return list(found.select_for_update(of=("self",)).order_by("pk"))


def _decide(
    closures: Iterable[Closure], state: ClosureState, *, by: User, at: dt.datetime
) -> list[Closure]:
    """Those that were still to be decided."""
    decided = []
    for closure in _locked(closures):
        if closure.state == state:
            continue
        if not closure.is_prepared:
            raise WrongState(closure.get_state_display())
        closure.state, closure.decided_by, closure.decided_at = state, by, at
        closure.save(update_fields=["state", "decided_by", "decided_at"])
        decided.append(closure)
    return decided


def _end(
    closures: Iterable[Closure], found: Iterable[Booking], *, by: User, at: dt.datetime
) -> list[Booking]:
    """End bookings free of charge, and write down to which closure each was lost."""
    ended = []
    for booking in found:
        closure = next(
            each
            for each in closures
            if each.facility_id == booking.facility_id
            and each.covers(booking.starts_at, booking.ends_at)
        )
        was_held = booking.state == BookingState.HELD
        to = ENDS_AS[BookingState(booking.state)]
        transitions.move(booking, to, by=by, at=at, reason=closure.get_reason_display())
        losses.forgive(booking)
        if not was_held:
            # Whoever only held a seat reads at the next step that it is gone.
            losses.write(booking, closure=closure)
        ended.append(booking)
    return ended


def _slots(closures: Iterable[Closure]) -> list[int]:
    """The half hours of their facilities on their days: a reserve may lie beside what is closed."""
    days = Q(pk__in=[])
    for closure in closures:
        days |= Q(pk__in=Slot.objects.filter(facility=closure.facility_id).on_day(closure.day))
    return list(Slot.objects.filter(days).values_list("pk", flat=True))


def _follow(closures: Iterable[Closure]) -> None:
    """Bring the places of the days in line with what is decided."""
    for closure in closures:
        slots.note_fact(facility=closure.facility, days=[closure.day], column="places")
