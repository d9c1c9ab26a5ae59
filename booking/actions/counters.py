"""The one door to the counters of slots. Every writer locks the slots in id order, last.

Ceilings that fall are facts: what lies beyond them the database writes down itself (`facts`).
"""

import dataclasses
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from django.db import IntegrityError, OperationalError, connection, transaction
from django.db.models import F, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Least
from procrastinate.contrib.django import app

from booking import capacity, facts
from booking.capacity import Weight
from booking.enums import SEAT_STATES, Misfit, SeatKind, StaffingGroup
from booking.models import Slot
from booking.refusals import BookingRefused, Reason, SlotFull
from history import clock
from records.violations import constraint_of

LOCK_TIMEOUT = "3s"
# lock_not_available and deadlock_detected: others were quicker. All else is a fault.
BUSY = ("55P03", "40P01")

# The constraints that refuse one child more.
CEILINGS = (
    "slot_places", "slot_infant_limit", "slot_under_two_limit", "slot_two_up_limit",
    "slot_staffing",
)  # fmt: skip
# What leaves no place for some children though there is room.
LIMITS = ("infant_limit", "under_two_limit", "two_up_limit", "staff")
# What a child breaks that counts as something else than before: the first of these.
BEYOND = {
    "infants_over": Misfit.INFANTS,
    "under_twos_over": Misfit.UNDER_TWOS,
    "two_ups_over": Misfit.TWO_UPS,
    "staff_short": Misfit.STAFFING,
}

_COUNTED = {group.value: f"b.staffing_group = '{group.value}'" for group in StaffingGroup} | {
    "under_ones": "b.age_years < 1",
    "under_twos": "b.age_years < 2",
}
_SUMS = ", ".join(f"count(b.id) FILTER (WHERE {condition})" for condition in _COUNTED.values())
_COUNTERS = ", ".join(f"s.{name}" for name in _COUNTED)
# Counts in one pass over slots and bookings; SQL, because no queryset joins by a period.
RECOUNT = f"""
SELECT s.id, s.taken, ARRAY[{_COUNTERS}]::bigint[], count(b.id), ARRAY[{_SUMS}]
FROM booking_slot s
LEFT JOIN booking_booking b
    ON b.facility_id = s.facility_id AND b.state = ANY (%s)
    AND b.starts_at <= s.starts_at AND s.starts_at < COALESCE(b.freed_from, b.ends_at)
GROUP BY s.id
HAVING s.taken <> count(b.id) OR ARRAY[{_COUNTERS}]::bigint[] <> ARRAY[{_SUMS}]
ORDER BY s.id
"""


@dataclasses.dataclass(frozen=True)
class Claim:
    """A place in each of some slots, for a child that weighs so much.

    With a `seat` it comes from that reserve where it still has one, else from those free to all;
    `is_offered` by the waiting list, from what is held back for it, else from those free to all.
    """

    slots: Collection[int]
    weight: Weight
    seat: SeatKind | None = None
    is_offered: bool = False


def lock(slots: Collection[int]) -> None:
    """Lock slots that are given back and taken in one transaction, before the first of them."""
    _locked(slots)


def take_together(claims: Sequence[Claim]) -> None:
    """Take what is claimed, all of it or nothing. Call it last in the transaction.

    Raises SlotFull with the number of the first claim that has no place any more, BookingRefused
    (BUSY) when the slots stay locked for longer than three seconds; the caller's transaction rolls
    back.
    """
    exchange([], claims)


def fit_together(claims: Sequence[Claim]) -> bool:
    """Whether all that is claimed could be taken at this moment; nothing is.

    Locks the slots as `take_together` does, and lets them go. Raises BookingRefused (BUSY).
    """
    try:
        with transaction.atomic():
            take_together(claims)
            transaction.set_rollback(True)
    except SlotFull:
        return False
    return True


def give_back_together(claims: Sequence[Claim]) -> None:
    """Give back what was claimed. Call it last in the transaction.

    The reserve that was used has it again, unless it was released meanwhile. A place that a family
    waits for is held back for it, and the worker offers it at once.
    """
    exchange(claims, [])


def exchange(given: Sequence[Claim], taken: Sequence[Claim]) -> None:
    """Give back and take in one, with the promises of both; what is in both stays where it is."""
    # All of them at once: one claim after the other would lock out of order.
    _locked({slot for claim in (*given, *taken) for slot in claim.slots})
    kept = _places(given) & _places(taken)
    for claim in _without(kept, given):
        freed: dict[str, Combinable] = _counted(claim.weight, -1)
        if claim.seat:
            freed[claim.seat.places] = Least(F(claim.seat.places) + Value(1), F(claim.seat.total))
        Slot.objects.filter(pk__in=claim.slots).update(**freed)
    for number, claim in enumerate(_without(kept, taken)):
        _take(claim, number)
    _hold_back([claim for claim in _without(kept, given) if claim.slots])


def _hold_back(given: Sequence[Claim]) -> None:
    """Keep places that are free again for the families that wait for them."""
    waited_for = _waited_for({slot for claim in given for slot in claim.slots})
    for claim in given if waited_for else ():
        slots = Slot.objects.filter(capacity.has_room(), pk__in=waited_for & set(claim.slots))
        if claim.seat:
            # It is in its reserve again.
            slots = slots.filter(**{claim.seat.total: 0})
        slots.update(held_back=F("held_back") + 1)
    if waited_for:
        defer_offers(waited_for)


def _waited_for(slots: Collection[int]) -> set[int]:
    """Those of the slots for which a family waits (`line_walls`)."""
    if not slots:
        return set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT booking_waited_for(%s)", [sorted(slots)])
        return {number for (number,) in cursor.fetchall()}


def defer_offers(slots: Collection[int]) -> None:
    """Have the worker offer what is free in some slots to the families that wait, in order.

    In the caller's transaction: it begins as soon as that is committed.
    """
    found = Slot.objects.filter(pk__in=slots).values_list("facility_id", "starts_at")
    for facility_id, day in sorted({(place, clock.local(at).date()) for place, at in found}):
        job = app.configure_task("booking.offer", lock=f"offers {facility_id} {day}", priority=10)
        job.defer(facility_id=facility_id, day=day.isoformat())


def release(slots: Collection[int]) -> None:
    """Give places to everybody that were held back for the waiting list. Call it last."""
    Slot.objects.filter(pk__in=_locked(slots)).update(held_back=0)


def _take(claim: Claim, number: int) -> None:
    used = [f"{name} = {name} + 1" for name in claim.weight.counters]
    if claim.seat:
        used.append(f"{claim.seat.places} = greatest({claim.seat.places}, 1) - 1")
    if claim.is_offered:
        used.append("held_back = greatest(held_back, 1) - 1")
    fitting = capacity.fits(claim.weight, claim.seat, is_offered=claim.is_offered)
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                f"UPDATE booking_slot SET {', '.join(used)} WHERE id = ANY (%s) AND {fitting.sql}",
                [list(claim.slots), *fitting.params],
            )
            updated = cursor.rowcount
    except IntegrityError as error:
        # Never while the condition says the same as the constraints.
        if constraint_of(error) not in CEILINGS:
            raise
        raise SlotFull(number=number) from error
    if updated < len(claim.slots):
        raise SlotFull(number=number)


def _places(claims: Iterable[Claim]) -> Counter[tuple[int, Weight]]:
    """How often each half hour is claimed for a child of a weight, without a reserve."""
    return Counter(
        (slot, claim.weight)
        for claim in claims
        if not (claim.seat or claim.is_offered)
        for slot in claim.slots
    )


def _without(kept: Counter[tuple[int, Weight]], claims: Iterable[Claim]) -> Iterator[Claim]:
    left = kept.copy()
    for claim in claims:
        slots = []
        for slot in claim.slots:
            place = (slot, claim.weight)
            if claim.seat or claim.is_offered or not left[place]:
                slots.append(slot)
            else:
                left[place] -= 1
        yield dataclasses.replace(claim, slots=slots)


def take(slots: Collection[int], weight: Weight, seat: SeatKind | None = None) -> None:
    """Take a single claim, or nothing; see `take_together`."""
    take_together([Claim(slots, weight, seat)])


def give_back(slots: Collection[int], weight: Weight, seat: SeatKind | None = None) -> None:
    """Give a single claim back; see `give_back_together`."""
    give_back_together([Claim(slots, weight, seat)])


@dataclasses.dataclass(frozen=True)
class Change:
    """A child that counts as something else than before, in some slots."""

    slots: list[int]
    before: Weight
    after: Weight


def reweigh(changes: Iterable[Change]) -> list[Misfit | None]:
    """Count each child anew, beyond a ceiling too; which one each change breaks.

    What lies beyond is written down beside the ceiling, which itself stays, so that nothing more is
    sold there. Call it last in the transaction. Raises BookingRefused (BUSY) as `take` does.
    """
    changes = list(changes)
    # All of them at once: one after the other would lock out of order.
    _locked({number for change in changes for number in change.slots})
    return [_reweighed(change) for change in changes]


def _reweighed(change: Change) -> Misfit | None:
    slots = Slot.objects.filter(pk__in=change.slots)
    before, after = set(change.before.counters), set(change.after.counters)
    if before != after:
        slots.update(
            **{name: F(name) - 1 for name in before - after},
            **{name: F(name) + 1 for name in after - before},
            # As much as it may be: the database keeps what is true of it.
            **dict.fromkeys(BEYOND, facts.MOST),
        )
    for column, misfit in BEYOND.items():
        if _counts_towards(change.after, column) and slots.filter(**{f"{column}__gt": 0}).exists():
            return misfit
    return None


def _counts_towards(weight: Weight, column: str) -> bool:
    """Whether a child is one of those who lie beyond a ceiling."""
    return {
        "infants_over": weight.is_under_one,
        "under_twos_over": weight.is_under_two,
        "two_ups_over": not weight.is_under_two,
    }.get(column, True)


def _counted(weight: Weight, number: int) -> dict[str, Combinable]:
    return {name: F(name) + Value(number) for name in weight.counters}


def refit(changes: Mapping[int, Mapping[str, object]], *, unsold: bool = False) -> int:
    """Change ceilings of slots by their numbers, whatever is sold; how many slots that were.

    Where one rises, what it frees is held back for the families that wait, and offered to them.
    With `unsold` those are left out of which something was sold meanwhile. Call it last in the
    transaction. Raises BookingRefused (BUSY) as `take` does.
    """
    found = Slot.objects.filter(pk__in=_locked(changes)).order_by("pk")
    slots = list(found.filter(taken=0, held_back=0) if unsold else found)
    columns = sorted({column for slot in slots for column in changes[slot.pk]})
    risen: Counter[int] = Counter()
    for slot in slots:
        before = slot.room, [getattr(slot, name) for name in LIMITS]
        for column, value in changes[slot.pk].items():
            setattr(slot, column, value)
        risen[slot.pk] = _risen(slot, *before)
    if columns:
        Slot.objects.bulk_update(slots, columns)
        _hold_back_risen(+risen)
    return len(slots)


def _risen(slot: Slot, room: int, limits: Sequence[int]) -> int:
    """How many of the places that are free now may not have been before.

    All of them where a limit rose: for whom it left no place, the numbers alone don't say.
    """
    if any(getattr(slot, name) > limit for name, limit in zip(LIMITS, limits, strict=True)):
        return slot.room
    return slot.room - room


def _hold_back_risen(risen: Mapping[int, int]) -> None:
    """Keep places that nobody has given back for the families that wait for them.

    A statement of its own: a ceiling that changes alone is a fact (`facts`).
    """
    waited_for = _waited_for(risen)
    for number in sorted({risen[slot] for slot in waited_for}):
        slots = [slot for slot in waited_for if risen[slot] == number]
        Slot.objects.filter(pk__in=slots).update(held_back=F("held_back") + number)
    if waited_for:
        defer_offers(waited_for)


def mismatches() -> list[tuple[object, ...]]:
    """The slots whose counters differ from the bookings that hold a seat, summed anew.

    Each with its number, what it says (taken, then by group), and what it should be.
    """
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, [[state.value for state in SEAT_STATES]])
        return cursor.fetchall()


def limit_waiting() -> None:
    """From here on nothing in the transaction waits for a lock for longer than three seconds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])


@contextmanager
def waiting_briefly() -> Iterator[None]:
    """Nothing inside waits for a lock for longer than three seconds; raises BookingRefused (BUSY)
    then."""
    limit_waiting()
    try:
        yield
    except OperationalError as error:
        if not is_busy(error):
            raise
        raise BookingRefused(Reason.BUSY) from error


def is_busy(error: OperationalError) -> bool:
    """Whether others held what was asked for; all else is a fault."""
    return getattr(error.__cause__, "sqlstate", None) in BUSY


def _locked(slots: Iterable[int]) -> list[int]:
    numbers = sorted(slots)
    with waiting_briefly(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM booking_slot WHERE id = ANY (%s) ORDER BY id FOR UPDATE", [numbers]
        )
        return [number for (number,) in cursor.fetchall()]
