"""The second name, put down once and never changed."""

import datetime as dt
from typing import TypeVar

from booking.day.models.two_names import SecondName
from booking.day.refusals import NeedsAnother
from records.models import User

Seen = TypeVar("Seen", bound=SecondName)


def add(seen: Seen, *, first_by_id: int, by: User, at: dt.datetime) -> Seen:
    """In the caller's transaction. Where a second name stands already it stays.

    Raises NeedsAnother for whoever put the first name down.
    """
    found: Seen = type(seen)._default_manager.select_for_update(of=["self"]).get(pk=seen.pk)
    if found.is_complete:
        return found
    if first_by_id == by.pk:
        raise NeedsAnother
    found.second_by, found.second_at = by, at
    found.save(update_fields=["second_by", "second_at"])
    return found
