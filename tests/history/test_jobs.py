"""What a job of the worker defers belongs to the job's own transaction."""

from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from procrastinate import SyncPsycopgConnector
from procrastinate.contrib.django import app, utils

from history.jobs import WorkerConnector
from records.tasks import forget_counts
from tests.database import connect


@contextmanager
def in_the_worker(connector):
    """As procrastinate's own command does it while its worker runs."""
    with app.replace_connector(connector):
        yield


def seen_by_others():
    with connect(connection.settings_dict["NAME"]) as other:
        return other.execute("SELECT count(*) FROM procrastinate_jobs").fetchone()[0]


@pytest.fixture
def worker():
    connector = app.connector.get_worker_connector()
    assert isinstance(connector, WorkerConnector)
    return connector


def test_nobody_sees_a_job_before_its_rows(real_database, worker):
    with in_the_worker(worker):
        with transaction.atomic():
            forget_counts.defer()
            assert seen_by_others() == 0
        assert seen_by_others() == 1


def test_a_job_that_fails_leaves_no_other(real_database, worker):
    with in_the_worker(worker), transaction.atomic():
        forget_counts.defer()
        transaction.set_rollback(True)

    assert seen_by_others() == 0


def test_by_a_connection_of_its_own_it_is_seen_at_once(real_database):
    """The control: so it was with procrastinate's own connector for workers."""
    connector = SyncPsycopgConnector(kwargs=utils.connector_params("default"))
    connector.open()
    with in_the_worker(connector), transaction.atomic():
        forget_counts.defer()
        assert seen_by_others() == 1
    connector.close()
