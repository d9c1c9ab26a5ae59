"""What jobs must not ask of procrastinate inside the walls, and at what times they run."""

import datetime as dt

import croniter
import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from history import clock, cron
from history.walls import WORKER


def test_no_job_has_a_queueing_lock():
    """Under row-level security PostgreSQL withholds what procrastinate reads of the violation: the
    worker stops. `lock` keeps one from running beside another."""
    locked = [task.name for task in app.tasks.values() if task.queueing_lock]

    assert [name for name in locked if not name.startswith("builtin:")] == []


def test_a_queueing_lock_does_break_inside_the_walls(db):
    job = app.configure_task("azukari.back_up", queueing_lock="one")
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {WORKER}")
    job.defer()

    with pytest.raises(Exception) as raised:  # noqa: PT011 - whatever it is, it is not the right one
        job.defer()

    assert not isinstance(raised.value, AlreadyEnqueued)


@pytest.mark.parametrize(
    ("line", "hour"), [(cron.tokyo(30, 2), 2), (cron.tokyo(30, 14), 14), (cron.tokyo(30, 0), 0)]
)
def test_times_of_jobs_are_those_of_tokyo(line, hour):
    """As procrastinate reads them."""
    moment = croniter.croniter(line)
    moment.set_current(start_time=1_800_000_000.0)

    found = dt.datetime.fromtimestamp(moment.get_next(ret_type=float), clock.TOKYO)

    assert (found.hour, found.minute) == (hour, 30)
