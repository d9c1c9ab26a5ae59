"""Jobs of the register. Their arguments are ids."""

import email
import email.policy

from django.core.mail import EmailMultiAlternatives, get_connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from history import clock, context
from records.actions import memberships
from records.enums import Kind
from records.models import OutgoingMail, User

# A mail server may be down for an hour: a mail is tried for about two days.
PATIENCE = RetryStrategy(max_attempts=40, wait=30, linear_wait=300)


@app.task(name="records.send_mail", retry=PATIENCE)
def send_mail(*, mail_id: str) -> None:
    """Send one mail of the outbox; a mail already sent is not sent again."""
    with context.acting("system:mail"):
        mail = (
            OutgoingMail.objects.select_for_update(skip_locked=True)
            .filter(pk=mail_id, sent_at__isnull=True)
            .first()
        )
        if mail is not None:
            deliver(mail)


@app.periodic(cron="5 0 * * *")
@app.task(name="records.follow_memberships", queueing_lock="records.follow_memberships")
def follow_memberships(timestamp: int = 0) -> None:
    """Every night: groups follow the memberships that begin or ended. Safe to repeat."""
    with context.acting("system:memberships"):
        for user in User.objects.filter(kind=Kind.STAFF):
            memberships.follow(user, on=clock.today())


def deliver(mail: OutgoingMail) -> None:
    """Send a mail with the worker's back end and forget its content."""
    parsed = email.message_from_bytes(mail.message.encode(), policy=email.policy.default)
    body = parsed.get_body(("plain",))
    message = EmailMultiAlternatives(
        # A long one was folded before its first word, which leaves a space there.
        subject=str(parsed["Subject"]).strip(),
        body=body.get_content() if body else "",
        from_email=str(parsed["From"]),
        to=[mail.recipient],
        connection=get_connection(),
    )
    html = parsed.get_body(("html",))
    if html:
        message.attach_alternative(html.get_content(), "text/html")
    message.send()
    mail.recipient = mail.message = ""
    mail.sent_at = clock.now()
    mail.save(update_fields=["recipient", "message", "sent_at"])
