"""What the worker knows of the children in a draw, while it places them: what the rules ask."""

import uuid

from django.db import connection

from booking.models import Ticket
from booking.rules import Applicant
from records.models import Child, Household
from records.rules import is_resident


def children_of(ticket: Ticket) -> dict[uuid.UUID, tuple[Child, Applicant]]:
    """The children of a ticket by their numbers. Of child and household nothing but what stands
    here is loaded; a name is not among it. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT child_id, household_id, home, born, one_to_one, city, enrolment, visits_until,"
            " needs_confirmed, expires_on, only_facility, usable_from, bookable_from"
            " FROM booking_drawn_children(%s)",
            [ticket.pk],
        )
        return {row[0]: _known(*row) for row in cursor.fetchall()}


def _known(
    number: uuid.UUID,
    household: uuid.UUID,
    home: int,
    born: object,
    one_to_one: bool,
    city: str,
    *facts: object,
) -> tuple[Child, Applicant]:
    child = Child.from_db(
        None,
        ["id", "household_id", "date_of_birth", "needs_one_to_one"],
        [number, household, born, one_to_one],
    )
    child.household = Household.from_db(
        None, ["id", "home_facility_id", "city"], [household, home, city]
    )
    names = (
        "enrolment", "visits_until", "needs_confirmed", "expires_on", "only_facility",
        "usable_from", "bookable_from",
    )  # fmt: skip
    values = dict(zip(names, facts, strict=True))
    return child, Applicant(date_of_birth=born, is_resident=is_resident(city), **values)  # type: ignore[arg-type]
