"""What staff read while a caller waits: the places of every facility for this child."""

import dataclasses
import datetime as dt
from collections.abc import Sequence

from django.db.models.functions import TruncDate

from booking import availability, cancelling, family
from booking.actions import bookings, fees
from booking.actions.bookings import Terms, Wish
from booking.alternatives import is_curable
from booking.availability import Cell
from booking.callers import Caller
from booking.enums import VACANCY_SIGNS, Channel, Vacancy
from booking.models import Slot
from booking.pricing import Quote
from booking.refusals import BookingRefused
from history import clock
from records import rules
from records.models import Facility, User

# The ways in which a family reaches staff who book for it; and what it had asked for on paper.
CHANNELS = (Channel.PHONE, Channel.COUNTER)
WITH_PAPER = (*CHANNELS, Channel.PAPER)
Hours = list[tuple[dt.time, dt.time]]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Place:
    """A facility for a wish: how many more such children fit all the time, and why it can't be
    booked, if so. `cells` are the hours of its day."""

    facility: Facility
    left: int
    vacancy: Vacancy
    refusal: BookingRefused | None
    cells: Sequence[Cell]

    @property
    def sign(self) -> str:
        return VACANCY_SIGNS[self.vacancy]

    @property
    def is_curable(self) -> bool:
        """Whether another time may be had."""
        return self.refusal is not None and is_curable(self.refusal)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Offer:
    """What is read aloud before a wish is booked. `quote` is None while the tariff is
    provisional; `free_until` where cancelling is always free."""

    wish: Wish
    terms: Terms
    quote: Quote | None
    free_until: dt.datetime | None


def days(at: dt.datetime) -> list[dt.date]:
    """The days from now on which a facility is open. One statement."""
    ahead = Slot.objects.filter(ends_at__gt=at, facility__in=Facility.objects.bookable())
    found = ahead.annotate(day=TruncDate("starts_at", tzinfo=clock.TOKYO))
    return list(found.order_by("day").values_list("day", flat=True).distinct())


def hours(day: dt.date) -> Hours:
    """Start and end of the half hours in which any facility is open on a day, on Tokyo's clock."""
    found = Slot.objects.filter(facility__in=Facility.objects.bookable()).on_day(day)
    pairs = found.order_by("starts_at").values_list("starts_at", "ends_at").distinct()
    return [(clock.local(start).time(), clock.local(end).time()) for start, end in pairs]


def facilities(by: User, channel: Channel) -> list[Facility]:
    """Where staff book for a caller: everywhere; from paper, which each has for itself, where they
    answer for it. One statement."""
    found = family.facilities()
    if channel != Channel.PAPER:
        return found
    return [each for each in found if rules.manages_facility(by, each.pk)]


def places(
    caller: Caller,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    *,
    at: dt.datetime,
    channel: Channel,
    by: User,
) -> list[Place]:
    """Every facility for a caller's wish, asked as booking itself asks (`bookings.check`)."""
    day = clock.local(starts_at).date()
    weight = bookings.weight_of(caller.child, day)
    slots: dict[int, list[Slot]] = {}
    for slot in Slot.objects.on_day(day):
        slots.setdefault(slot.facility_id, []).append(slot)
    found = []
    for facility in facilities(by, channel):
        wish = Wish(caller.child, facility, starts_at, ends_at, caller=caller)
        own = slots.get(facility.pk, [])
        asked = [slot for slot in own if starts_at <= slot.starts_at < ends_at]
        left = min((availability.places_left(slot, weight) for slot in asked), default=0)
        most = min((slot.places for slot in asked), default=0)
        found.append(
            Place(
                facility=facility,
                left=left,
                vacancy=availability.vacancy_of(left, most) if asked else Vacancy.CLOSED,
                refusal=_refusal(wish, at=at, channel=channel, by_center=rules.is_center(by)),
                cells=list(availability.hours_of(own, weight.group, at)),
            )
        )
    return found


def offer(wish: Wish, *, at: dt.datetime, channel: Channel, by_center: bool) -> Offer:
    """The terms of a wish with its price. Raises BookingRefused."""
    terms = bookings.check(wish, at=at, channel=channel, by_center=by_center)
    use = dataclasses.replace(wish.use, minutes_beyond=terms.minutes_beyond)
    (quote,) = fees.quote([(use, terms.tariff)], wish.child.household_id)
    return Offer(
        wish=wish,
        terms=terms,
        quote=None if terms.tariff.is_provisional else quote,
        free_until=cancelling.free_until(terms.rule, wish.day),
    )


def _refusal(
    wish: Wish, *, at: dt.datetime, channel: Channel, by_center: bool
) -> BookingRefused | None:
    try:
        bookings.check(wish, at=at, channel=channel, by_center=by_center)
    except BookingRefused as refused:
        return refused
    return None
