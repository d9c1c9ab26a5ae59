"""Fees: promised with the booking, relieved for brothers and sisters, charged for cancelling."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from django.db import transaction
from procrastinate.contrib.django import app

from booking import cancelling, pricing
from booking.enums import BookingState
from booking.models import Booking, CancelStage, Fee, Tariff
from booking.pricing import Quote, Use
from booking.refusals import BookingRefused, Reason
from records import rules
from records.models import User

# What is paid for as it was promised; what was fetched is reckoned already.
COMING = (
    BookingState.AWAITING, BookingState.OFFERED, BookingState.CONFIRMED,
)  # fmt: skip
# All that the worker may read of a booking and a fee for this.
OF_BOOKING = ("starts_at", "ends_at", "age_years", "child__date_of_birth")
OF_FEE = ("booking", "tariff", "care_amount", "relief", "relief_amount")


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
            promised_amount=quote.care_amount,
            care_amount=quote.care_amount,
            relief=quote.relief.kind if quote.relief else "",
            relief_amount=quote.relief_amount,
        )
        for (booking, tariff), quote in zip(made, quotes, strict=True)
    )
    for day in sorted({booking.day for booking, tariff in made if tariff.reliefs}):
        defer_relief(household_id, day)


def quote(wanted: Sequence[tuple[Use, Tariff]], household_id: uuid.UUID) -> list[Quote]:
    """What uses cost that a household wishes or has just booked, each by its tariff.

    A statement for each day where a tariff has reliefs, else none.
    """
    return pricing.quotes(wanted, _beside(wanted, household_id))


def _beside(wanted: Iterable[tuple[Use, Tariff]], household_id: uuid.UUID) -> list[Use]:
    """What the household has to come on those days besides."""
    days = {pricing.day_of(use) for use, tariff in wanted if tariff.reliefs}
    known = {(use.child, use.starts_at) for use, _tariff in wanted}
    found = [use_of(each) for day in days for each in _on_day(household_id, day)]
    return [use for use in found if (use.child, use.starts_at) not in known]


def charge_cancellation(booking: Booking, stage: CancelStage | None) -> None:
    """キャンセル料 in the place of the fee for care; its relief goes with it."""
    fee = Fee.objects.only(*OF_FEE).get(booking=booking.pk)
    fee.cancellation_amount = cancelling.amount(stage, fee.care_amount - fee.relief_amount)
    fee.care_amount, fee.relief, fee.relief_amount = 0, "", 0
    fee.save(update_fields=["care_amount", "cancellation_amount", "relief", "relief_amount"])
    if fee.tariff.reliefs:
        defer_relief(booking.household_id, booking.day)


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
    if fee.tariff.reliefs:
        defer_relief(booking.household_id, booking.day)


@transaction.atomic
def relieve(*, household_id: uuid.UUID, day: dt.date) -> list[Fee]:
    """Relieve what a household has still to come on a day, as its children are there together.

    Returns the fees that changed; repeating it changes nothing. Runs as the worker.
    """
    coming = _on_day(household_id, day)
    kinds = pricing.sibling_reliefs([use_of(each) for each in coming])
    granted = dict(zip((each.pk for each in coming), kinds, strict=True))
    fees = Fee.objects.filter(booking__in=coming).select_related("tariff").only(*OF_FEE)
    return [fee for fee in fees if _relieved(fee, granted[fee.booking_id])]


def defer_relief(household_id: uuid.UUID, day: dt.date) -> None:
    """Have `relieve` done by the worker, in the caller's transaction."""
    job = app.configure_task("booking.relieve", lock=f"relief {household_id}")
    job.defer(household_id=str(household_id), day=day.isoformat())


def _on_day(household_id: uuid.UUID, day: dt.date) -> list[Booking]:
    coming = Booking.objects.filter(household_id=household_id, state__in=COMING).on_day(day)
    return list(coming.select_related("child").only(*OF_BOOKING).order_by("starts_at"))


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


def _relieved(fee: Fee, kind: pricing.ReliefKind | None) -> bool:
    quote = Quote(
        care_amount=fee.care_amount,
        relief=pricing.best_relief([kind] if kind else [], fee.tariff.reliefs),
    )
    now = (quote.relief.kind if quote.relief else "", quote.relief_amount)
    if now == (fee.relief, fee.relief_amount):
        return False
    fee.relief, fee.relief_amount = now
    fee.save(update_fields=["relief", "relief_amount"])
    return True
