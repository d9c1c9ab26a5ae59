"""What is promised beyond a ceiling (要対応), and what to do for each booking and family."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking import capacity
from booking.enums import MISFIT_WAYS, OPEN_STATES, BookingState, Misfit, Rounding
from booking.models import Booking, Call, Slot
from history import clock


class Ceiling(models.TextChoices):
    """What more is promised than; the values name the column that says how much more."""

    STAFFING = "staff_short", gettext_lazy("配置不足")
    PLACES = "places_over", gettext_lazy("定員の超過")
    INFANTS = "infants_over", gettext_lazy("0歳の上限の超過")
    UNDER_TWOS = "under_twos_over", gettext_lazy("2歳未満の上限の超過")
    TWO_UPS = "two_ups_over", gettext_lazy("2歳以上の上限の超過")


WAYS: dict[str, str | Promise] = {
    BookingState.PRESENT: gettext_lazy(
        "お預かり中です。職員の応援を頼み、お預かりを続けてください。"
    ),
    BookingState.AWAITING: gettext_lazy(
        "まだ確定していません。受け入れられるかを先に決め、ご家庭に知らせてください。"
    ),
}
USUAL_WAY = gettext_lazy(
    "体制が整わないときは、ご家庭にお電話で、時間や施設の変更、または取り消し"
    "（施設の都合のため無料）をご相談ください。"
)


@dataclasses.dataclass(frozen=True)
class Lack:
    """One ceiling, by how much it is passed, and in words what there is and what is needed."""

    ceiling: Ceiling
    number: int
    words: str


@dataclasses.dataclass(frozen=True)
class Concerned:
    """A booking in a red half hour. `is_enough`: without it alone nothing would be lacking."""

    booking: Booking
    is_enough: bool

    @property
    def way(self) -> str | Promise:
        return WAYS.get(self.booking.state, USUAL_WAY)

    @property
    def last_call(self) -> Call | None:
        """The newest of what staff were asked to tell this family about it."""
        return max(self.booking.calls.all(), key=lambda call: call.asked_at, default=None)


@dataclasses.dataclass(frozen=True)
class Breach:
    """Half hours in a row of one facility in which the same is lacking."""

    facility_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    lacks: tuple[Lack, ...]
    bookings: tuple[Concerned, ...] = ()

    @property
    def day(self) -> dt.date:
        return clock.local(self.starts_at).date()


@dataclasses.dataclass(frozen=True)
class Settled:
    """A booking that no longer fits its child, and what to do."""

    booking: Booking
    way: str | Promise

    @property
    def last_call(self) -> Call | None:
        return max(self.booking.calls.all(), key=lambda call: call.asked_at, default=None)


def may_be_settled(booking: Booking) -> bool:
    """Whether there is something left to agree on with the family: the child has not come yet."""
    return booking.state in (BookingState.AWAITING, BookingState.CONFIRMED)


def breaches_in(slots: Iterable[Slot]) -> list[Breach]:
    """The red half hours among those of a day, without the bookings. No statement."""
    return [_breach(run) for run in _runs(slot for slot in slots if _lacks(slot))]


def breaches(*, user: object, facilities: Iterable[int], at: dt.datetime) -> list[Breach]:
    """The red half hours to come or under way, with the bookings concerned. Three statements."""
    coming = Slot.objects.filter(facility__in=list(facilities), ends_at__gt=at)
    runs = _runs(coming.red())
    if not runs:
        return []
    seated = Booking.objects.visible_to(user).seated().select_related("facility")
    within = seated.prefetch_related("calls").filter(
        facility__in={run[0].facility_id for run in runs},
        starts_at__lt=max(run[-1].ends_at for run in runs),
        ends_at__gt=min(run[0].starts_at for run in runs),
    )  # fmt: skip
    found = list(within)
    return [_breach(run, found) for run in runs]


def misfits(*, user: object, facilities: Iterable[int], at: dt.datetime) -> list[Settled]:
    """The bookings to come that no longer fit since a birth date or need was corrected."""
    coming = Booking.objects.visible_to(user).select_related("facility").exclude(misfit="")
    found = coming.prefetch_related("calls").filter(
        facility__in=list(facilities), state__in=OPEN_STATES, ends_at__gt=at
    )
    return [Settled(each, MISFIT_WAYS[Misfit(each.misfit)]) for each in found]


def children_of(found: Iterable[Breach], others: Iterable[Settled]) -> list[uuid.UUID]:
    """Whose names the page shows."""
    shown = [each.booking for breach in found for each in breach.bookings]
    return list(dict.fromkeys(b.child_id for b in (*shown, *(each.booking for each in others))))


def _runs(red: Iterable[Slot]) -> list[list[Slot]]:
    """Neighbours that lack the same, of one facility."""
    runs: list[list[Slot]] = []
    for slot in sorted(red, key=lambda slot: (slot.facility_id, slot.starts_at)):
        last = runs[-1][-1] if runs else None
        if last and _follows(last, slot) and _lacks(last) == _lacks(slot):
            runs[-1].append(slot)
        else:
            runs.append([slot])
    return sorted(runs, key=lambda run: (run[0].starts_at, run[0].facility_id))


def _follows(last: Slot, slot: Slot) -> bool:
    return (last.facility_id, last.ends_at) == (slot.facility_id, slot.starts_at)


def _breach(run: list[Slot], bookings: Iterable[Booking] = ()) -> Breach:
    first, last = run[0], run[-1]
    concerned = [
        Concerned(each, all(_fits_without(slot, each) for slot in run))
        for each in bookings
        if each.facility_id == first.facility_id
        and each.starts_at < last.ends_at
        and each.seat_until > first.starts_at
    ]
    return Breach(
        facility_id=first.facility_id,
        starts_at=first.starts_at,
        ends_at=last.ends_at,
        lacks=_lacks(first),
        bookings=tuple(concerned),
    )


def _lacks(slot: Slot) -> tuple[Lack, ...]:
    lacks = []
    for ceiling in Ceiling:
        number = getattr(slot, ceiling.value)
        if ceiling == Ceiling.PLACES:
            # Reserves are no promise.
            number = max(slot.taken + slot.held_back - slot.places, 0)
        if number:
            lacks.append(Lack(ceiling, number, _words(slot, ceiling, number)))
    return tuple(lacks)


def _words(slot: Slot, ceiling: Ceiling, number: int) -> str:
    words = {"number": number}
    if ceiling == Ceiling.STAFFING:
        words |= {"needed": slot.staff + number, "staff": slot.staff}
        return _("職員があと%(number)d人必要です（必要 %(needed)d人・配置 %(staff)d人）。") % words
    return _("上限より%(number)d人多く受けています。") % words


def _fits_without(slot: Slot, booking: Booking) -> bool:
    """Whether the half hour would be in order without a booking that lies in it."""
    if not booking.starts_at <= slot.starts_at < booking.seat_until:
        return False
    weight = booking.weight
    counts = slot.counts()
    counts[weight.group] -= 1
    left = slot.taken - 1
    under_twos = slot.under_twos - weight.is_under_two
    ratios = {group: getattr(slot, column) for group, column in capacity.RATIOS.items()}
    staff = capacity.staff_needed(counts, ratios, Rounding(slot.rounding)) if left else 0
    return (
        left + slot.held_back <= slot.places
        and slot.under_ones - weight.is_under_one <= slot.infant_limit
        and under_twos <= slot.under_two_limit
        and left - under_twos <= slot.two_up_limit
        and staff <= slot.staff
    )
