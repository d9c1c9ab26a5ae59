"""The mail server is away for an hour: no mail is lost and none is sent twice."""

import socketserver
import threading

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from procrastinate.contrib.django import app

from azukari.settings.worker import EMAIL_BACKEND  # noqa: F401 - the settings of a worker load
from records.models import OutgoingMail
from records.tasks import PATIENCE, send_mail
from tests.journeys.demonstration import free_port
from tests.records.worker import as_worker

MAILS = 5
HOUR = 3600


class Post(socketserver.StreamRequestHandler):
    """As much of SMTP as it takes to receive a mail."""

    def handle(self):
        self.say("220 post")
        while line := self.rfile.readline().decode().strip():
            if line.upper().startswith("EHLO") or line.upper().startswith("HELO"):
                self.say("250 post")
            elif line.upper() == "DATA":
                self.say("354 go on")
                self.receive()
            elif line.upper() == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def receive(self):
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.server.received.append(b"".join(lines))
        self.say("250 ok")

    def say(self, words):
        self.wfile.write(f"{words}\r\n".encode())


@pytest.fixture
def post():
    """Starts a mail server on a port that nobody listened at before."""
    port = free_port()
    servers = []

    def start():
        server = socketserver.ThreadingTCPServer(("127.0.0.1", port), Post)
        server.received = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return server

    start.port = port
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


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
    numbers = {line for mail in server.received for line in mail.splitlines()
               if line.lower().startswith(b"message-id")}  # fmt: skip
    assert len(numbers) == MAILS


def test_the_worker_has_patience_for_more_than_an_hour():
    waits = [PATIENCE.wait + PATIENCE.linear_wait * n for n in range(PATIENCE.max_attempts)]

    assert sum(waits) > 24 * HOUR
    # And it does not wait for ever once the server is back.
    assert waits[10] < HOUR
