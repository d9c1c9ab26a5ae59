"""The worker makes backups by itself, makes up for what was missed, and says so."""

import datetime as dt

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from azukari import tasks
from azukari.backups import archive, runs
from history import clock
from history.enums import AlertKind, RunCause, RunKind, RunResult
from history.models import Alert, BackupRun
from records.models import OutgoingMail
from tests.records.worker import as_worker

DAY = dt.timedelta(days=1)


def good_one(ago):
    at = clock.now() - ago
    BackupRun.objects.create(
        kind=RunKind.BACKUP, cause=RunCause.SCHEDULE, result=RunResult.OK, started_at=at,
        finished_at=at,
    )  # fmt: skip


def deferred():
    return ProcrastinateJob.objects.filter(task_name="azukari.back_up").count()


@pytest.fixture
def officers(settings):
    settings.OFFICERS = ["officer@example.jp"]


def test_the_worker_makes_backup_and_drill(backed_up, settings):
    with as_worker():
        tasks.back_up()
        tasks.drill()

    assert [(run.kind, run.result) for run in BackupRun.objects.order_by("started_at")] == [
        (RunKind.BACKUP, RunResult.OK),
        (RunKind.DRILL, RunResult.OK),
    ]
    assert len(archive.archives(settings.BACKUP_FOLDER)) == 1
    assert not Alert.objects.exists()


def test_a_missed_one_is_made_up_for_and_told_of_once(db, officers):
    good_one(DAY * 2)

    for _ in range(2):
        with as_worker():
            tasks.watch_backups()

    assert deferred() == 1
    assert Alert.objects.get().kind == AlertKind.BACKUP_MISSED
    assert OutgoingMail.objects.count() == 1


def test_the_first_day_misses_nothing(db, officers):
    with as_worker():
        tasks.watch_backups()

    assert deferred() == 1
    assert not Alert.objects.exists()


def test_one_that_is_there_is_not_made_again(db):
    good_one(dt.timedelta(minutes=1))

    with as_worker():
        tasks.watch_backups()

    assert deferred() == 0
    assert not Alert.objects.exists()


def test_a_failed_run_is_told_of(backed_up, officers, settings):
    settings.BACKUP_FOLDER = "/proc/nowhere"

    with as_worker(), pytest.raises(OSError, match="nowhere"):
        runs.back_up(cause=RunCause.SCHEDULE)

    assert Alert.objects.get().cause == "backup failed"
    assert OutgoingMail.objects.count() == 1
