"""Fees: promised with the booking, relieved for brothers and sisters, charged for cancelling."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction
from procrastinate.contrib.django import app

from booking import cancelling, pricing
from booking.enums import BookingState, ChargedTime, ReliefKind
from booking.models import Booking, CancelStage, Fee, Tariff
from booking.pricing import Quote, Use
from booking.refusals import BookingRefused, Reason
from records import rules
from records.models import User

# Not reckoned yet: what is to come follows who comes with it.
COMING = (
    BookingState.AWAITING, BookingState.OFFERED, BookingState.CONFIRMED,
)  # fmt: skip
# Whom brothers and sisters are in care beside; what was fetched is reckoned and stays as it is.
IN_CARE = (*COMING, BookingState.PRESENT, BookingState.FETCHED, BookingState.SETTLED)
# All that the worker may read of a booking and a fee for this.
OF_BOOKING = ("starts_at", "ends_at", "freed_from", "state", "age_years", "child__date_of_birth")
OF_FEE = ("booking", "tariff", "care_amount", "relief", "relief_amount")
OF_DEPARTURE = (
    "overrun_minutes", "overrun_amount", "used_minutes", "care_amount", "relief_amount",
)  # fmt: skip


def promise(made: Sequence[tuple[Booking, Tariff]], beyond: Sequence[int]) -> None:
    """Write the fees of bookings that one household has just made.

    `beyond` are the minutes of each that lie above a limit at which the price jumps.

    Where a tariff has reliefs, what the household has booked already is relieved anew by the
    worker.
    """
    household_id = made[0][0].household_id
    is_resident = rules.is_resident(made[0][0].household.city)
    wanted = [
        (
            dataclasses.replace(use_of(booking, is_resident=is_resident), minutes_beyond=above),
            tariff,
        )
        for (booking, tariff), above in zip(made, beyond, strict=True)
    ]
    quotes = quote(wanted, household_id)
    Fee.objects.bulk_create(
        Fee(
            booking=booking,
            facility_id=booking.facility_id,
            tariff=tariff,
            booked_minutes=booking.minutes,
            age_years=booking.age_years,
            is_resident=is_resident,
            minutes_beyond=above,
            promised_amount=quote.care_amount,
            care_amount=quote.care_amount,
            relief=quote.relief.kind if quote.relief else "",
            relief_amount=quote.relief_amount,
        )
        for (booking, tariff), quote, above in zip(made, quotes, beyond, strict=True)
    )
    for day in sorted({booking.day for booking, tariff in made if tariff.reliefs}):
        defer_relief(household_id, day)


def quote(wanted: Sequence[tuple[Use, Tariff]], household_id: uuid.UUID) -> list[Quote]:
    """What uses cost that a household wishes or has just booked, each by its tariff.

    A statement for each day where a tariff has reliefs, else none.
    """
    return pricing.quotes(wanted, _beside(wanted, household_id))


def _beside(wanted: Iterable[tuple[Use, Tariff]], household_id: uuid.UUID) -> list[Use]:
    """What the household has in care or to come on those days besides."""
    days = {pricing.day_of(use) for use, tariff in wanted if tariff.reliefs}
    known = {(use.child, use.starts_at) for use, _tariff in wanted}
    found = [_care_of(each) for day in days for each in _on_day(household_id, day)]
    return [use for use in found if (use.child, use.starts_at) not in known]


def reckon_departure(booking: Booking, *, arrived_at: dt.datetime, left_at: dt.datetime) -> None:
    """What a departure makes of the fee: the overrun, and the price of the time in care where the
    tariff charges that. A relief for brothers and sisters stays, of what is left.

    By the age, residence and minutes beyond a limit that were kept with the promise.
    """
    fee = _locked(booking)
    late = max(int((left_at - booking.ends_at).total_seconds() // 60), 0)
    fee.overrun_minutes = pricing.overrun_minutes(late, fee.tariff)
    fee.overrun_amount = pricing.overrun_amount(late, fee.tariff)
    if fee.tariff.charged_time == ChargedTime.ACTUAL:
        use = dataclasses.replace(
            use_of(booking, is_resident=fee.is_resident),
            age_years=fee.age_years,
            minutes_beyond=fee.minutes_beyond,
        )
        charge = pricing.charge(use, fee.tariff, arrived_at=arrived_at, left_at=left_at)
        _charge_care(fee, charge.care_amount, used_minutes=charge.minutes)
    fee.save(update_fields=OF_DEPARTURE)


def forget_departure(booking: Booking) -> None:
    """The fee as it was promised, without overrun and what was waived of it: a departure was
    recorded wrongly."""
    fee = _locked(booking)
    fee.overrun_minutes = fee.overrun_amount = 0
    fee.waived_amount, fee.waived_reason = 0, None
    _charge_care(fee, fee.promised_amount, used_minutes=None)
    fee.save(update_fields=[*OF_DEPARTURE, "waived_amount", "waived_reason"])


def _locked(booking: Booking) -> Fee:
    """The fee, which the worker may be about to relieve."""
    found = Fee.objects.select_for_update(of=["self"]).select_related("tariff")
    return found.get(booking=booking.pk)


def _charge_care(fee: Fee, amount: int, *, used_minutes: int | None) -> None:
    fee.care_amount, fee.used_minutes = amount, used_minutes
    if fee.relief:
        relief = pricing.best_relief([ReliefKind(fee.relief)], fee.tariff.reliefs)
        fee.relief_amount = pricing.relief_amount(amount, relief)


def charge_cancellation(booking: Booking, stage: CancelStage | None) -> None:
    """キャンセル料 in the place of the fee for care; its relief goes with it."""
    fee = Fee.objects.only(*OF_FEE).get(booking=booking.pk)
    fee.cancellation_amount = cancelling.amount(stage, fee.care_amount - fee.relief_amount)
    fee.care_amount, fee.relief, fee.relief_amount = 0, "", 0
    fee.save(update_fields=["care_amount", "cancellation_amount", "relief", "relief_amount"])
    relieve_anew(booking, fee.tariff)


@transaction.atomic
def waive(*, fee: Fee, by: User, at: dt.datetime, reason: str) -> Fee:
    """Let a family off its cancellation fee and overrun (免除), for a reason that it reads.

    Raises BookingRefused unless a manager or the center asks, and where there is nothing of it to
    be paid any more. The database refuses everybody else, too.
    """
    if not rules.manages(by):
        raise BookingRefused(Reason.MANAGERS_ONLY)
    fee = Fee.objects.select_for_update().get(pk=fee.pk)
    if fee.waived_amount:
        return fee
    waived = min(fee.overrun_amount + fee.cancellation_amount, fee.due)
    if waived <= 0:
        raise BookingRefused(Reason.NOTHING_TO_WAIVE)
    fee.waived_amount, fee.waived_reason = waived, reason or None
    fee.save(update_fields=["waived_amount", "waived_reason"])
    return fee


def restore(booking: Booking) -> None:
    """The fee for care again, as it was promised: what ended the booking was recorded wrongly."""
    fee = booking.fee
    fee.care_amount, fee.cancellation_amount = fee.promised_amount, 0
    fee.waived_amount, fee.waived_reason = 0, None
    fee.save(update_fields=["care_amount", "cancellation_amount", "waived_amount", "waived_reason"])
    relieve_anew(booking, fee.tariff)


@transaction.atomic
def relieve(*, household_id: uuid.UUID, day: dt.date) -> list[Fee]:
    """Relieve what a household has still to pay for a day, as its children are there together.

    Whoever is or was in care that day counts for the others. What is to come may gain a relief or
    lose it; a child that is there already only gains: what was said at the door isn't raised.
    Returns the fees that changed; repeating it changes nothing. Runs as the worker.
    """
    there = _on_day(household_id, day)
    kinds = pricing.sibling_reliefs([_care_of(each) for each in there])
    granted = {each.pk: (each, kind) for each, kind in zip(there, kinds, strict=True)}
    unpaid = [each for each in there if each.state in (*COMING, BookingState.PRESENT)]
    fees = Fee.objects.filter(booking__in=unpaid).select_related("tariff").only(*OF_FEE)
    return [fee for fee in fees if _relieved(fee, *granted[fee.booking_id])]


def relieve_anew(booking: Booking, tariff: Tariff) -> None:
    """Have `relieve` done: when this child is in care that day has changed."""
    if tariff.reliefs:
        defer_relief(booking.household_id, booking.day)


def defer_relief(household_id: uuid.UUID, day: dt.date) -> None:
    """Have `relieve` done by the worker, in the caller's transaction."""
    job = app.configure_task("booking.relieve", lock=f"relief {household_id}")
    job.defer(household_id=str(household_id), day=day.isoformat())


def _on_day(household_id: uuid.UUID, day: dt.date) -> list[Booking]:
    there = Booking.objects.filter(household_id=household_id, state__in=IN_CARE).on_day(day)
    return list(there.select_related("child").only(*OF_BOOKING).order_by("starts_at"))


def _care_of(booking: Booking) -> Use:
    # Who was fetched early is there no longer, though what was booked is paid for.
    return dataclasses.replace(use_of(booking), ends_at=booking.freed_from or booking.ends_at)


def use_of(booking: Booking, *, is_resident: bool = True) -> Use:
    """What prices ask of a booking; reliefs for brothers and sisters don't ask where they live."""
    return Use(
        child=booking.child_id,
        born=booking.child.date_of_birth,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        age_years=booking.age_years,
        is_resident=is_resident,
    )


def _relieved(fee: Fee, booking: Booking, kind: pricing.ReliefKind | None) -> bool:
    quote = Quote(
        care_amount=fee.care_amount,
        relief=pricing.best_relief([kind] if kind else [], fee.tariff.reliefs),
    )
    now = (quote.relief.kind if quote.relief else "", quote.relief_amount)
    if now == (fee.relief, fee.relief_amount):
        return False
    if booking.state == BookingState.PRESENT and quote.relief_amount < fee.relief_amount:
        return False
    fee.relief, fee.relief_amount = now
    # Not where a departure or a cancellation has changed meanwhile what it is relieved of.
    same = Fee.objects.filter(pk=fee.pk, care_amount=fee.care_amount)
    return same.update(relief=fee.relief, relief_amount=fee.relief_amount) > 0
