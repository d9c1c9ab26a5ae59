"""Families, a facility and its manager: made once, whatever becomes of the morning."""

import dataclasses
import datetime as dt
import uuid

from booking.models import Slot
from history import clock
from records.enums import Role
from records.models import Child, Facility, User
from tests.factories.booking import SlotFactory, coming_monday
from tests.factories.records import (
    ChildFactory,
    FacilityMembershipFactory,
    ParentFactory,
    facility,
)

DAY = coming_monday()
FIRST = clock.at(DAY, dt.time(9))
HALF_HOUR, HOUR = dt.timedelta(minutes=30), dt.timedelta(hours=1)
HALF_HOURS = [FIRST + number * HALF_HOUR for number in range(8)]
BEGIN = FIRST - dt.timedelta(days=3)
PLACES, INFANTS, STAFF = 4, 2, 3
# In days; two of one family, one who needs a member of staff of its own.
AGES = ((250, 300), (700,), (900,), (1500,), (280,))
ALONE = 2


@dataclasses.dataclass
class Town:
    children: list[Child]
    users: dict[uuid.UUID, User]
    place: Facility
    manager: User


def town() -> Town:
    children, users = [], {}
    for number, ages in enumerate(AGES):
        parent = ParentFactory.create(with_account=True)
        users[parent.household_id] = parent.user
        children += [
            ChildFactory.create(
                household=parent.household, registered=True, needs_one_to_one=number == ALONE,
                date_of_birth=DAY - dt.timedelta(days=days),
            )
            for days in ages
        ]  # fmt: skip
    place = facility("hikarigaoka")
    post = FacilityMembershipFactory.create(facility=place, role=Role.MANAGER)
    return Town(children, users, place, post.user)


def open_the_morning(place: Facility) -> None:
    """Its half hours, of which nothing is sold."""
    Slot.objects.bulk_create(
        SlotFactory.build(
            facility=place, starts_at=start, places=PLACES, infant_limit=INFANTS, staff=STAFF
        )
        for start in HALF_HOURS
    )
