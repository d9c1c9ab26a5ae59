"""Jobs of the register. Their arguments are ids."""

import contextlib
import email
import email.policy
import smtplib

from django.core.mail import EmailMultiAlternatives, get_connection
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from history import clock, context, cron
from records import account_book
from records.actions import accounts, addresses, limits, memberships, spent
from records.enums import CloseReason, Kind
from records.models import OutgoingMail, User
from records.refusals_accounts import LastOfCenter

# A mail server may be down for an hour: a mail is tried for about two days.
PATIENCE = RetryStrategy(max_attempts=40, wait=30, linear_wait=300)
# The first digit of a reply that says never.
PERMANENT = 5


@app.task(name="records.send_mail", retry=PATIENCE)
def send_mail(*, mail_id: str) -> None:
    """Send one mail of the outbox; a mail already sent is not sent again.

    A recipient whom the server refuses for good is marked and the mail given up; whatever else
    goes wrong is tried again later. So is a mail that another worker has in its hands: that one
    may have stopped for good.
    """
    with context.acting("system:mail"):
        mail = (
            OutgoingMail.objects.select_for_update(nowait=True)
            .filter(pk=mail_id, sent_at__isnull=True, refused_at__isnull=True)
            .first()
        )
        if mail is None:
            return
        try:
            deliver(mail)
        except smtplib.SMTPRecipientsRefused as refusal:
            if not is_refused_for_good(refusal):
                raise
            addresses.bounce(address=mail.recipient, at=clock.now())
            _forget(mail, "refused_at")


@app.periodic(cron=cron.tokyo(5, 0))
@app.task(name="records.follow_memberships", lock="records.follow_memberships")
def follow_memberships(timestamp: int = 0) -> None:
    """Every night: groups follow the memberships that begin or ended. Safe to repeat."""
    with context.acting("system:memberships"):
        for user in User.objects.filter(kind=Kind.STAFF).only("kind"):
            memberships.follow(user, on=clock.today())


@app.periodic(cron=cron.tokyo(20, 5))
@app.task(name="records.forget_counts", lock="records.forget_counts")
def forget_counts(timestamp: int = 0) -> None:
    """Every morning: what is counted no more goes. Safe to repeat."""
    with context.acting("system:limits"):
        limits.forget_ended(at=clock.now())


@app.periodic(cron=cron.tokyo(25, 5))
@app.task(name="records.forget_spent", lock="records.forget_spent")
def forget_spent(timestamp: int = 0) -> None:
    """Every morning: secrets, links, invitations and sessions that are over go. Safe to repeat."""
    now = clock.now()
    with context.acting("system:spent", at=now):
        spent.forget(at=now)


@app.task(name="records.follow_member")
def follow_member(*, user_id: int) -> None:
    """The groups of one person follow the memberships in force. Safe to repeat."""
    with context.acting("system:memberships"):
        memberships.follow(User.objects.only("pk").get(pk=user_id), on=clock.today())


@app.periodic(cron=cron.tokyo(20, 0))
@app.task(name="records.close_unused", lock="records.close_unused")
def close_unused(timestamp: int = 0) -> None:
    """Every night: accounts that nobody has used for 90 days are closed. Safe to repeat."""
    now = clock.now()
    with context.acting("system:unused-accounts", at=now):
        today = clock.local(now).date()
        for user in account_book.open_accounts():
            if account_book.standing_of(user, on=today).is_unused:
                with contextlib.suppress(LastOfCenter):
                    accounts.close(user=user, reason=CloseReason.UNUSED, at=now)


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
        # The same however often it is tried: a mailbox knows a second copy by it.
        headers={"Message-ID": str(parsed["Message-ID"])},
        connection=get_connection(),
    )
    html = parsed.get_body(("html",))
    if html:
        message.attach_alternative(html.get_content(), "text/html")
    message.send()
    _forget(mail, "sent_at")


def is_refused_for_good(refusal: smtplib.SMTPRecipientsRefused) -> bool:
    """Whether every recipient was refused by a 5xx (RFC 5321) that is about the address.

    5.7.x (RFC 3463) is the server's policy against the sender: our own fault, not the family's.
    """
    return all(
        code // 100 == PERMANENT and not _text(words).startswith("5.7.")
        for code, words in refusal.recipients.values()
    )


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words


def _forget(mail: OutgoingMail, moment: str) -> None:
    mail.recipient = mail.message = ""
    setattr(mail, moment, clock.now())
    mail.save(update_fields=["recipient", "message", moment])
