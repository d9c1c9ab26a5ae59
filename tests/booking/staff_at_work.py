"""Reading as a member of staff does: inside the walls, with a duty, at a moment."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from history import context
from history.context import Context
from records.models import User
from records.queries import duty_of
from tests.entries import as_entry, settings_of


@contextmanager
def on_duty(user: User, at: dt.datetime, *, walls: bool = True) -> Iterator[None]:
    """A transaction of the staff entry, as its middleware opens it.

    Without the walls of the database what the code filters must be enough.
    """
    user.duty = duty_of(user, at=at)
    with as_entry("staff") if walls else settings_of("staff"), transaction.atomic():
        context.enter(
            Context(
                actor=str(user.pk),
                role=user.duty.role,
                facilities=user.duty.facilities,
                entry="staff",
                at=at,
            )
        )
        yield
