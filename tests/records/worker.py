"""Running a job the way the worker does: under its settings and its role."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from history.walls import WORKER
from tests.database import ACTOR, act_as
from tests.entries import settings_of


@contextmanager
def as_worker() -> Iterator[None]:
    act_as("")
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {WORKER}")
    try:
        with settings_of("worker"):
            yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE")
        act_as(ACTOR)
