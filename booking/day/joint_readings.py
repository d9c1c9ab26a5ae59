"""How far the 読み合わせ of each child of a day's list has come."""

import dataclasses
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping

from django.db.models import Q

from booking.day import risks
from booking.day.models import JointReading
from booking.models import Booking
from records import care_marks
from records.models import Child


@dataclasses.dataclass(frozen=True)
class ReadingState:
    """Whether a child's card is to be read for this stay, and what stands of it.

    `reading` is this stay's own, with one name or two, if it holds all that there is to read now.
    """

    is_due: bool
    reading: JointReading | None = None

    @property
    def lacks_second(self) -> bool:
        return self.is_due and self.reading is not None


def states(
    bookings: Iterable[Booking], children: Mapping[uuid.UUID, Child], facility_id: int
) -> dict[uuid.UUID, ReadingState]:
    """By booking, of the children that may be read. One statement, however many there are.

    A grave one is read at every stay; any other when there is something that was never read at this
    facility, or not in its present weight.
    """
    stays = {each.pk: each for each in bookings if each.child_id in children}
    own: dict[uuid.UUID, list[JointReading]] = defaultdict(list)
    known: dict[uuid.UUID, list[JointReading]] = defaultdict(list)
    for reading in _found(stays, children, facility_id):
        if reading.booking_id in stays:
            own[reading.booking_id].append(reading)
        if reading.is_complete:
            known[reading.booking.child_id].append(reading)
    return {
        number: state_of(children[stay.child_id], stay, own[number], known[stay.child_id])
        for number, stay in stays.items()
    }


def state_of(
    child: Child, booking: Booking, own: list[JointReading], known: list[JointReading]
) -> ReadingState:
    """Pure. `own` are the readings of this stay, `known` the complete ones of the child here."""
    now = risks.risks_of(child)
    covering = [each for each in own if now <= risks.read(each.risks)]
    reading = max(covering, key=lambda each: (each.is_complete, each.first_at), default=None)
    if reading is not None and reading.is_complete:
        return ReadingState(False, reading)
    marks = care_marks.marks_of(child, on=booking.day)
    is_grave = any(mark.is_severe for mark in marks)
    was_read = any(now <= risks.read(each.risks) for each in known)
    return ReadingState(bool(now) and (is_grave or not was_read), reading)


def _found(
    stays: Iterable[uuid.UUID], children: Iterable[uuid.UUID], facility_id: int
) -> list[JointReading]:
    of_children = JointReading.objects.filter(
        facility_id=facility_id, booking__child_id__in=list(children)
    )
    latest = (
        of_children.complete()
        .order_by("booking__child_id", "-second_at")
        .distinct("booking__child_id")
    )
    wanted = of_children.filter(Q(booking_id__in=list(stays)) | Q(pk__in=latest.values("pk")))
    return list(wanted.select_related("booking", "first_by", "second_by"))
