"""What booking looks through when a child's birth date or need of one-to-one care is corrected."""

from booking.tasks import reweigh
from records import corrections
from records.models import Child


@corrections.join
def look_through(child: Child) -> None:
    """By the worker: staff at home read no other facility's bookings."""
    reweigh.defer(child_id=str(child.pk))
