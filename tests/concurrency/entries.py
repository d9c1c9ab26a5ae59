"""A transaction as each entry opens it, on the thread's own connection and inside the walls."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from history import context
from history.context import Context
from history.walls import PUBLIC, STAFF, WORKER
from records.models import Facility, Household, User


@contextmanager
def as_parent(user: User, household: Household, at: dt.datetime) -> Iterator[None]:
    acting = Context(
        actor=str(user.pk), role="parent", household=household.pk, entry="public", at=at
    )
    with _as(PUBLIC, acting):
        yield


@contextmanager
def as_staff(user: User, role: str, facility: Facility, at: dt.datetime) -> Iterator[None]:
    acting = Context(actor=str(user.pk), role=role, facilities=(facility.pk,), entry="staff", at=at)
    with _as(STAFF, acting):
        yield


@contextmanager
def as_worker(at: dt.datetime) -> Iterator[None]:
    with _as(WORKER, Context(actor="system:tests", entry="worker", at=at)):
        yield


@contextmanager
def _as(role: str, acting: Context) -> Iterator[None]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {role}")
        context.enter(acting)
        yield
