"""What a killed worker had begun is done again."""

import asyncio

from django.db import connection
from procrastinate.contrib.django import app

from azukari import tasks
from records.tasks import send_mail


class Context:
    """What a task is told of the worker it runs in."""

    def __init__(self, working):
        self.app = working


def states():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT status FROM procrastinate_jobs WHERE task_name = %s ORDER BY id",
            [send_mail.name],
        )
        return [state for (state,) in cursor.fetchall()]


def test_a_job_of_a_dead_worker_waits_again_and_that_of_a_living_one_goes_on(real_database):
    dead, living = (send_mail.defer(mail_id=name) for name in ("dead", "living"))
    with connection.cursor() as cursor:
        for job, age in ((dead, "1 hour"), (living, "1 second")):
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval)"
                " RETURNING id",
                [age],
            )
            (worker,) = cursor.fetchone()
            cursor.execute(
                "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s WHERE id = %s",
                [worker, job],
            )

    async def rescue():
        with app.replace_connector(app.connector.get_worker_connector()) as working:
            async with working.open_async():
                await tasks.rescue(Context(working))

    asyncio.run(rescue())

    assert states() == ["todo", "doing"]
