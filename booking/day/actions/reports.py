"""今日のようす: written by whoever cared, while the day lasts."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from booking.day import reports
from booking.day.models import DayReport
from booking.day.refusals import DayIsOver
from booking.models import Booking
from records.models import User


@transaction.atomic
def write(*, booking: Booking, said: Mapping[str, str], by: User, at: dt.datetime) -> DayReport:
    """What its family reads from the departure on, in place of what stood there before.

    `said` holds the taps and `words`. Raises DayIsOver unless the child is or was there today; the
    database refuses it then as well.
    """
    booking = Booking.objects.select_for_update().get(pk=booking.pk)
    if not reports.may_be_written(booking, at):
        raise DayIsOver
    values = {**said, "words": said["words"] or None, "written_by": by, "written_at": at}
    report, _new = DayReport.objects.update_or_create(
        booking=booking,
        defaults=values,
        create_defaults=values
        | {"household_id": booking.household_id, "facility_id": booking.facility_id},
    )
    return report
