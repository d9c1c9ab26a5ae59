"""Jobs of the whole site: backups, their drill, and what a killed worker left."""

from django.conf import settings
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from azukari.backups import erasures, runs, schedule
from azukari.watch import detection
from history import clock, context, cron
from history.enums import RunCause
from history.models import BackupRun

# A database that is just starting again, a second place that is mounted late.
AGAIN = RetryStrategy(max_attempts=3, wait=600)
# One at a time, whichever it is: each reads the whole database.
LOCK = "backups"


@app.periodic(cron=cron.tokyo(30, 2, 14))
@app.task(name="azukari.back_up", lock=LOCK, retry=AGAIN)
def back_up(timestamp: int = 0, *, cause: str = RunCause.SCHEDULE, asked_by: str = "") -> None:
    """Twice a day, and when somebody asks for it."""
    runs.back_up(cause=RunCause(cause), asked_by=asked_by)


@app.periodic(cron=cron.tokyo(30, 3))
@app.task(name="azukari.drill", lock=LOCK)
def drill(timestamp: int = 0) -> None:
    """Every night: the newest backup is restored and looked through."""
    runs.drill(cause=RunCause.SCHEDULE)


@app.periodic(cron="15,45 * * * *")
@app.task(name="azukari.watch_backups")
def watch_backups(timestamp: int = 0) -> None:
    """A backup that should be there and is not is told of, and made up for at once."""
    at = clock.now()
    with context.acting(runs.ACTOR, at=at):
        if not runs.is_missing(at):
            return
        if BackupRun.objects.backups().exists():
            # Not on the first day, when there can be none.
            runs.alert(at, cause=f"missed {schedule.last_due(at):%Y-%m-%d %H:%M}")
        if not is_waiting():
            back_up.defer()


@app.periodic(cron="*/5 * * * *")
@app.task(name="azukari.note_erasures", lock="azukari.note_erasures")
def note_erasures(timestamp: int = 0) -> None:
    """What must not come back with a backup is written down beside them."""
    erasures.write(erasures.collect(settings.BACKUP_DATABASE_URL))


@app.periodic(cron="*/5 * * * *")
@app.task(name="azukari.watch", lock="azukari.watch")
def watch(timestamp: int = 0) -> None:
    """Log-ins that fail in a row, readings that the day does not explain."""
    at = clock.now()
    with context.acting("system:watch", at=at):
        detection.watch(at=at)


@app.periodic(cron="* * * * *")
@app.task(name="azukari.rescue", pass_context=True)
async def rescue(context: JobContext, timestamp: int = 0) -> None:
    """What a killed worker had begun is done again; until then its locks would stand for ever."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs():
        await manager.retry_job(job)


def is_waiting() -> bool:
    """Whether a backup is about to be made or being made."""
    return ProcrastinateJob.objects.filter(
        task_name=back_up.name, status__in=("todo", "doing")
    ).exists()
