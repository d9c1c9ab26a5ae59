"""Jobs are deferred in the transaction that they follow from, in the worker as well."""

from typing import Any

from django.db import connection
from procrastinate import App, PsycopgConnector
from procrastinate.connector import BaseConnector
from procrastinate.contrib.django import utils
from procrastinate.contrib.django.django_connector import DjangoConnector


class Connector(DjangoConnector):
    """Gives the worker a connector of its own, by which jobs are still deferred through Django."""

    def get_worker_connector(self) -> PsycopgConnector:
        return WorkerConnector(self, kwargs=utils.connector_params(self.alias))


class WorkerConnector(PsycopgConnector):
    """Fetches and ends jobs on a connection of its own; what a job defers is Django's affair.

    Else a job deferred by a job would be there at once: it might run before the rows that it is
    about are committed, find nothing, and count as done.
    """

    def __init__(self, django: DjangoConnector, **options: Any) -> None:
        super().__init__(**options)
        self._django = django

    def get_sync_connector(self) -> BaseConnector:
        return self._django


def use_connector(app: App) -> None:
    """Called by procrastinate once the app is ready (`PROCRASTINATE_ON_APP_READY`)."""
    app.connector = app.job_manager.connector = Connector()


def clear_away(name: str) -> None:
    """Remove the finished ones of a task, before they bury the jobs that people ask about."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM procrastinate_jobs WHERE task_name = %s AND status = 'succeeded'", [name]
        )
