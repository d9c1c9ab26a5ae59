"""Jobs of the ledger."""

from django.db import close_old_connections, connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from history import clock, jobs, sealing

SECONDS = 2


@app.periodic(cron="* * * * *")
@app.task(name="history.seal_entries", lock="history.seal_entries", priority=10)
def seal_entries(timestamp: int = 0) -> None:
    """Seal what waits, and have this done again in some seconds.

    The job asks for the next one first, so a failure ends nothing; every minute the clock asks
    as well, should the worker have been killed in between. One job waits at a time.
    """
    if not connection.in_atomic_block:
        # The thread keeps its connection, and the database may have been restarted since.
        close_old_connections()
    _again()
    # Thousands a day would bury the jobs that people ask about.
    jobs.clear_away(seal_entries.name)
    while sealing.seal(at=clock.now()).count == sealing.BATCH:
        pass


def _again() -> None:
    waiting = ProcrastinateJob.objects.filter(task_name=seal_entries.name, status="todo")
    if not waiting.exists():
        seal_entries.configure(schedule_in={"seconds": SECONDS}).defer()
