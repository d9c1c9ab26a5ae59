"""Booking and cancelling. The order of statements is the guard: see `request`."""

import dataclasses
import datetime as dt
import hashlib
import uuid

from django.db import IntegrityError, OperationalError, connection, transaction

from booking import capacity, family, pricing, rules, timetable
from booking.actions import counters, transitions
from booking.capacity import Weight
from booking.enums import BookingState, Channel
from booking.models import Booking, Fee, Slot, Tariff, UseRule
from booking.models.slot import MINUTES
from booking.refusals import BookingRefused, KeyReused, Reason, SlotFull
from history import clock
from records import dates, mail, stops
from records.enums import Function, Kind
from records.models import Child, Facility, User
from records.violations import constraint_of


@dataclasses.dataclass(frozen=True)
class Wish:
    """What a family asks for: a child at a facility in `[starts_at, ends_at)`."""

    child: Child
    facility: Facility
    starts_at: dt.datetime
    ends_at: dt.datetime

    @property
    def day(self) -> dt.date:
        return clock.local(self.starts_at).date()

    @property
    def weight(self) -> Weight:
        return weight_of(self.child, self.day)

    @property
    def digest(self) -> str:
        """Equal for equal wishes: tells a repeated request from another under the same key."""
        period = f"{self.starts_at.timestamp()}|{self.ends_at.timestamp()}"
        content = f"{self.child.pk}|{self.facility.pk}|{period}"
        return hashlib.sha256(content.encode()).hexdigest()


def request(
    *,
    child: Child,
    facility: Facility,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    by: User,
    at: dt.datetime,
    key: uuid.UUID,
    channel: Channel = Channel.WEB,
) -> Booking:
    """Book `[starts_at, ends_at)` at a facility, with fee, transition and mail; it is confirmed.

    `key` stands for one filled-in form: repeated with the same content it returns the booking it
    made, with other content it raises KeyReused; a refusal does not keep it. Rules and a look at
    the slots refuse without a lock; only then is written, and the slots are locked last.

    Raises BookingRefused with an enumerated reason; SlotFull among them.
    """
    wish = Wish(child, facility, starts_at, ends_at)
    if known := _answered(by, key, wish):
        return known
    try:
        rule, slots = check(wish, at=at, by_staff=channel != Channel.WEB)
    except BookingRefused:
        # A second tap may find what the first has just booked.
        if known := _answered(by, key, wish):
            return known
        raise
    booking = _draft(wish, rule, by=by, at=at, key=key, channel=channel)
    try:
        with transaction.atomic():
            _write(booking)
            counters.take(slots, wish.weight)
    except IntegrityError as error:
        return _explained(error, by, key, wish)
    except OperationalError as error:
        if not counters.is_busy(error):
            raise
        raise BookingRefused(Reason.BUSY) from error
    return booking


def check(wish: Wish, *, at: dt.datetime, by_staff: bool = False) -> tuple[UseRule, list[int]]:
    """The rule in force and the slots of a wish that can be met as far as one can see, unlocked.

    Raises BookingRefused, and ServiceStopped while the center has closed what families book here.
    """
    if not by_staff:
        stops.refuse(Function.BOOKING, at=at, facility_id=wish.facility.pk)
    rule = UseRule.objects.valid_on(wish.day).first()
    if rule is None or not Tariff.objects.valid_on(wish.day).exists():
        raise BookingRefused(Reason.CLOSED)
    refusal = rules.refusal(
        family.applicant_of(wish.child, clock.local(at).date()),
        rule,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        at=at,
        by_staff=by_staff,
    )
    if refusal:
        raise BookingRefused(*refusal)
    seated = wish.child.bookings.seated()
    if seated.filter(starts_at__lt=wish.ends_at, ends_at__gt=wish.starts_at).exists():
        raise BookingRefused(Reason.ALREADY_BOOKED)
    return rule, look(wish)


def weight_of(child: Child, day: dt.date) -> Weight:
    """What a child counts as on a day."""
    years, _months = child.age_on(day)
    group = capacity.staffing_group(years, one_to_one=child.needs_one_to_one)
    return Weight(group, years)


def look(wish: Wish) -> list[int]:
    """The slots a wish would take, looked at without a lock.

    Raises BookingRefused (CLOSED), or SlotFull with the first half hour that has no place.
    """
    slots = Slot.objects.filter(facility=wish.facility).between(wish.starts_at, wish.ends_at)
    fitting = set(slots.filter(capacity.fits(wish.weight)).values_list("pk", flat=True))
    found = list(slots.order_by("starts_at"))
    expected = (wish.ends_at - wish.starts_at) / dt.timedelta(minutes=MINUTES)
    if len(found) != expected or not found or found[0].starts_at != wish.starts_at:
        raise BookingRefused(Reason.CLOSED)
    for slot in found:
        if slot.pk not in fitting:
            raise SlotFull(f"{clock.local(slot.starts_at):%H:%M}")
    return [slot.pk for slot in found]


@transaction.atomic
def cancel(*, booking: Booking, by: User, at: dt.datetime, reason: str = "") -> Booking:
    """Cancel a confirmed booking, free of charge until its deadline; the seat is free at once.

    A second call finds it cancelled. Raises BookingRefused once the use has begun, and
    ServiceStopped while the center has closed cancelling by families.
    """
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if booking.state in (BookingState.CANCELLED_FREE, BookingState.CANCELLED_CHARGED):
        return booking
    if by.kind == Kind.PARENT:
        stops.refuse(Function.CANCELLING, at=at, facility_id=booking.facility_id)
    if at >= booking.starts_at:
        raise BookingRefused(Reason.TOO_LATE_TO_CANCEL)
    is_free = at < timetable.free_cancel_until(booking.day, booking.use_rule)
    transitions.move(
        booking,
        BookingState.CANCELLED_FREE if is_free else BookingState.CANCELLED_CHARGED,
        by=by,
        at=at,
        reason=reason,
    )
    _charge_cancellation(booking, 0 if is_free else booking.use_rule.late_cancel_percent)
    mail.notify_family(booking.household, "booking/email/cancelled", booking=booking)
    counters.give_back(slots_of(booking), booking.weight, booking.seat)
    return booking


def _answered(by: User, key: uuid.UUID, wish: Wish) -> Booking | None:
    known = Booking.objects.filter(requested_by=by, request_key=key).first()
    if known is not None and known.request_digest != wish.digest:
        raise KeyReused
    return known


def _draft(
    wish: Wish, rule: UseRule, *, by: User, at: dt.datetime, key: uuid.UUID, channel: Channel
) -> Booking:
    """The booking with what is true now; the facility keeps it when the lease is over."""
    child = wish.child
    payer = child.household.parents.first()
    return Booking(
        child=child,
        household_id=child.household_id,
        facility=wish.facility,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        state=BookingState.CONFIRMED,
        channel=channel,
        child_name=child.full_name,
        child_name_kana=child.full_name_kana,
        child_code=child.code,
        payer_name=payer.full_name if payer else "",
        payer_phone=payer.best_phone if payer else "",
        age_years=wish.weight.years,
        class_age=max(dates.class_age_on(child.date_of_birth, wish.day), 0),
        staffing_group=wish.weight.group,
        use_rule=rule,
        requested_by=by,
        requested_at=at,
        request_key=key,
        request_digest=wish.digest,
    )


def _write(booking: Booking) -> None:
    # A session that broke off may hold the child for a while: nobody waits for it for ever.
    counters.limit_waiting()
    # Two requests for one child would each wait for the other inside the exclusion constraint.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(booking.child_id)]
        )
    booking.save(force_insert=True)
    transitions.begin(booking, by=booking.requested_by, at=booking.requested_at)
    tariff = Tariff.objects.valid_on(booking.day).get()
    Fee.objects.create(
        booking=booking,
        facility_id=booking.facility_id,
        tariff=tariff,
        booked_minutes=booking.minutes,
        care_amount=pricing.care_amount(booking.minutes, tariff),
    )
    mail.notify_family(
        booking.household,
        "booking/email/confirmed",
        booking=booking,
        free_until=timetable.free_cancel_until(booking.day, booking.use_rule),
    )


def _charge_cancellation(booking: Booking, percent: int) -> None:
    fee = booking.fee
    fee.cancellation_amount = pricing.cancellation_amount(fee.care_amount, percent)
    fee.care_amount = 0
    fee.save(update_fields=["care_amount", "cancellation_amount"])


def slots_of(booking: Booking) -> list[int]:
    """The half hours of a booking."""
    slots = Slot.objects.filter(facility_id=booking.facility_id)
    return list(slots.between(booking.starts_at, booking.ends_at).values_list("pk", flat=True))


def _explained(error: IntegrityError, by: User, key: uuid.UUID, wish: Wish) -> Booking:
    """What the database's refusal means to the family; a second tap finds what the first booked."""
    if known := _answered(by, key, wish):
        return known
    match constraint_of(error):
        case "booking_child_in_one_place":
            raise BookingRefused(Reason.ALREADY_BOOKED) from error
        case name if name in counters.CEILINGS:
            raise SlotFull from error
    raise error
