"""Jobs that are done every few seconds."""

from django.db import connection


def clear_away(name: str) -> None:
    """Remove the finished ones of a task, before they bury the jobs that people ask about."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = %s AND status = 'succeeded'", [name]
        )
