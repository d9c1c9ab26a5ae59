"""日計: count, close, and have a second person look."""

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from booking.day.actions import two_names
from booking.day.cash import is_counted, takings
from booking.day.cash_walls import ADDS_UP, FOLLOWS, STILL_HERE
from booking.day.models import CashCount
from booking.day.models.cash_count import PIECES
from booking.day.refusals import (
    AlreadyCounted,
    DifferenceUnexplained,
    NotThatMuch,
    OpenRowsUnexplained,
    TakingsChanged,
)
from records.models import Facility, User
from records.violations import constraint_of

REFUSALS = {
    "cash_count_once": AlreadyCounted,
    FOLLOWS: AlreadyCounted,
    ADDS_UP: TakingsChanged,
    "cash_count_difference_has_reason": DifferenceUnexplained,
    "cash_count_deposit_was_there": NotThatMuch,
    "cash_count_open_has_reason": OpenRowsUnexplained,
    STILL_HERE: OpenRowsUnexplained,
}


@transaction.atomic
def close(
    *,
    facility: Facility,
    day: dt.date,
    pieces: Mapping[int, int],
    float_amount: int,
    cash_amount: int,
    deposit_amount: int = 0,
    slip: str = "",
    difference_reason: str = "",
    open_count: int = 0,
    open_reason: str = "",
    by: User,
    at: dt.datetime,
) -> CashCount:
    """Close the cash of a day; from then on it takes no payment and does not change.

    `pieces` says how many of each coin and note were found, by its yen; `cash_amount` is what the
    person was shown as taken, `open_count` how many open rows. Raises AlreadyCounted,
    TakingsChanged where a payment came in between, DifferenceUnexplained, NotThatMuch,
    OpenRowsUnexplained.
    """
    if is_counted(facility_id=facility.pk, day=day):
        raise AlreadyCounted
    expected = takings(facility_id=facility.pk, day=day, at=at)
    found = sum(piece * number for piece, number in pieces.items())
    has_difference = found != float_amount + cash_amount
    count = CashCount(
        facility=facility,
        day=day,
        since_at=expected.since_at,
        until_at=expected.until_at,
        float_amount=float_amount,
        cash_amount=cash_amount,
        deposit_amount=deposit_amount,
        slip=slip,
        # A reason for a difference that went away by counting again says nothing any more.
        difference_reason=(difference_reason or None) if has_difference else None,
        open_count=open_count,
        open_reason=(open_reason or None) if open_count else None,
        closed_by=by,
        closed_at=at,
        **{f"yen_{piece}": pieces.get(piece, 0) for piece in PIECES},
    )
    try:
        with transaction.atomic():
            # The database adds the payments up behind its lock, so that none slips in between.
            count.save(force_insert=True)
    except IntegrityError as error:
        refusal = REFUSALS.get(constraint_of(error))
        if refusal is None:
            raise
        raise refusal from error
    count.refresh_from_db()
    return count


@transaction.atomic
def confirm(*, count: CashCount, by: User, at: dt.datetime) -> CashCount:
    """The second name. Where one stands already it stays. Raises NeedsAnother for the first."""
    return two_names.add(count, first_by_id=count.closed_by_id, by=by, at=at)
