"""食事・おやつ前の確認: the look with one name, and the second name."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction

from booking.day.actions import two_names
from booking.day.enums import MealKind
from booking.day.models import MealCheck, MealCheckChild
from booking.day.refusals import AlreadyLooked
from booking.models import Booking
from records.models import User
from records.violations import constraint_of


@dataclasses.dataclass(frozen=True, kw_only=True)
class Eater:
    """A child that must not have something: its marks in words, what it eats, its own seat."""

    booking: Booking
    marks: str
    brought: str = ""
    has_own_seat: bool = False


@transaction.atomic
def check(
    *,
    facility_id: int,
    kind: MealKind,
    eaters: Iterable[Eater],
    by: User,
    at: dt.datetime,
    noted_at: dt.datetime | None = None,
) -> MealCheck:
    """Keep who was looked at, with the first name. Each look is a row of its own. `noted_at` is
    when it is entered, where two had signed on paper.

    Raises AlreadyLooked where that look is there.
    """
    made = MealCheck(
        facility_id=facility_id, kind=kind, checked_at=at, noted_at=noted_at or at, first_by=by
    )
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        if constraint_of(error) != "meal_check_once":
            raise
        raise AlreadyLooked from error
    MealCheckChild.objects.bulk_create(
        MealCheckChild(
            check_of=made,
            facility_id=facility_id,
            booking=eater.booking,
            marks=eater.marks,
            brought=eater.brought,
            has_own_seat=eater.has_own_seat,
        )
        for eater in eaters
    )
    return made


@transaction.atomic
def second(*, number: uuid.UUID, facility_id: int, by: User, at: dt.datetime) -> MealCheck:
    """Put the second name below a look. Where one stands already it stays.

    Raises NeedsAnother for the first, MealCheck.DoesNotExist for another facility's.
    """
    found = MealCheck.objects.get(pk=number, facility_id=facility_id)
    return two_names.add(found, first_by_id=found.first_by_id, by=by, at=at)
