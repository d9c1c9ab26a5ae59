"""来所前チェック."""

import datetime as dt

from django.db import transaction

from booking.day import family_rules
from booking.day.models import ArrivalCheck
from booking.day.refusals import TooLateToSay
from booking.models import Booking
from records.models import User


@transaction.atomic
def check(*, booking: Booking, said: dict[str, str], by: User, at: dt.datetime) -> ArrivalCheck:
    """`said` are the answers by their column, in place of those given before.

    Raises TooLateToSay before the day, and once the child is here.
    """
    if not family_rules.may_check(booking, at):
        raise TooLateToSay
    values = said | {"is_well": False, "sent_by": by, "sent_at": at}
    found, _new = ArrivalCheck.objects.update_or_create(
        booking=booking, defaults=values, create_defaults=values | _of(booking)
    )
    return found


@transaction.atomic
def all_well(*, bookings: list[Booking], by: User, at: dt.datetime) -> int:
    """変わりありません, for each of these bookings that nothing was said of yet; for how many.

    What a family has said of a child stands: one tap takes no fever away. Repeating it changes
    nothing. Raises TooLateToSay where there is none that may be checked now.
    """
    checked = [each for each in bookings if family_rules.may_check(each, at)]
    if not checked:
        raise TooLateToSay
    made = [
        ArrivalCheck.objects.get_or_create(
            booking=each,
            defaults={"is_well": True, "sent_by": by, "sent_at": at} | _of(each),
        )[1]
        for each in checked
    ]
    return sum(made)


def _of(booking: Booking) -> dict[str, object]:
    return {"household_id": booking.household_id, "facility_id": booking.facility_id}
