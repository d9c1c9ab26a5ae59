"""The mail server is away for an hour: no mail is lost and none is sent twice."""

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from procrastinate.contrib.django import app

from azukari.settings.worker import EMAIL_BACKEND  # noqa: F401 - the settings of a worker load
from records.models import OutgoingMail
from records.tasks import PATIENCE, send_mail
from tests.faults.post import PostOffice
from tests.journeys.demonstration import free_port
from tests.records.worker import as_worker

MAILS = 5
HOUR = 3600


@pytest.fixture
def post():
    """Starts a mail server on a port that nobody listened at before."""
    port = free_port()
    servers = []

    def start():
        servers.append(PostOffice(port))
        return servers[-1]

    start.port = port
    yield start
    for server in servers:
        server.close()


def jobs(state):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s AND status = %s",
            [send_mail.name, state],
        )
        return cursor.fetchone()[0]


def an_hour_later():
    """Jobs are due by the database's clock: instead of waiting, what waits becomes due."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() WHERE status = 'todo'")


def work():
    """A worker that does what is due, and goes."""
    with app.replace_connector(app.connector.get_worker_connector()) as working:
        working.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


@pytest.fixture
def smtp(settings, post):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", post.port


def test_every_mail_arrives_once(real_database, smtp, post, settings):
    for number in range(MAILS):
        EmailMessage(f"お知らせ {number}", "本文", to=[f"p{number}@example.jp"]).send()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    work()

    assert (jobs("todo"), jobs("failed")) == (MAILS, 0)
    assert OutgoingMail.objects.filter(sent_at=None).count() == MAILS

    an_hour_later()
    server = post()
    work()
    # Asked for a second time by mistake: they are gone already.
    for mail in OutgoingMail.objects.all():
        with as_worker():
            settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
            send_mail(mail_id=str(mail.pk))

    assert len(server.received) == MAILS
    assert OutgoingMail.objects.filter(sent_at=None).count() == 0
    assert jobs("todo") == 0
    assert len(set(server.numbers())) == MAILS


def test_a_mail_held_by_a_frozen_worker_is_not_given_up(real_database, smtp, post, settings):
    """Its job was taken up by another, and then it died with the mail unsent."""
    EmailMessage("お知らせ", "本文", to=["p@example.jp"]).send()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    server = post()

    with real_database.connect("azukari_worker") as frozen:
        frozen.execute("SELECT FROM records_outgoingmail FOR UPDATE")
        work()
        assert (jobs("todo"), jobs("succeeded"), server.received) == (1, 0, [])
    an_hour_later()
    work()

    assert len(server.received) == 1
    assert OutgoingMail.objects.filter(sent_at=None).count() == 0


def test_the_worker_has_patience_for_more_than_an_hour():
    waits = [PATIENCE.wait + PATIENCE.linear_wait * n for n in range(PATIENCE.max_attempts)]

    assert sum(waits) > 24 * HOUR
    # And it does not wait for ever once the server is back.
    assert waits[10] < HOUR
