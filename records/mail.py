"""The outbox: mail is written down in the transaction of what it tells; the worker sends it."""

import uuid
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from records.models import Household, OutgoingMail, Parent
from records.tasks import send_mail


class OutboxBackend(BaseEmailBackend):
    """Django's mail back end of both entries. What it holds is encrypted until it is sent."""

    def send_messages(self, email_messages: Iterable[EmailMessage]) -> int:
        count = 0
        for message in email_messages:
            for recipient in message.recipients():
                _write_down(recipient, message)
                count += 1
        return count


def notify_family(household: Household, event: str, **context: object) -> None:
    """Write a mail to every parent of a household that has an address.

    The texts are `<event>_subject.txt` and `<event>_body.txt`. Nothing sensitive goes into a
    mail: a mailbox may be read by others.
    """
    context |= {"origin": settings.PUBLIC_ORIGIN}
    for parent in household.parents.exclude(email=""):
        with translation.override(settings.LANGUAGE_CODE):
            subject = render_to_string(f"{event}_subject.txt", context | {"parent": parent})
            body = render_to_string(f"{event}_body.txt", context | {"parent": parent})
        EmailMessage(subject.strip(), body.strip() + "\n", to=[parent.email]).send()


def tell(household_id: uuid.UUID, event: str, **context: object) -> bool:
    """Write a mail to each working address of a family; whether there was one.

    Where there is none, nobody was written to: no parent has an address, or mail to it came back.
    The family is to be telephoned then. Runs as the worker, who knows addresses and no names; the
    texts are those of `notify_family`.
    """
    addresses = Parent.objects.filter(household_id=household_id).reachable()
    context |= {"origin": settings.PUBLIC_ORIGIN, "parent": None}
    found = list(addresses.order_by("pk").values_list("email", flat=True))
    with translation.override(settings.LANGUAGE_CODE):
        for address in found:
            subject = render_to_string(f"{event}_subject.txt", context)
            body = render_to_string(f"{event}_body.txt", context)
            # Through the outbox: the worker's own back end sends at once, and can't try again.
            EmailMessage(
                subject.strip(), body.strip() + "\n", to=[address], connection=OutboxBackend()
            ).send()
    return bool(found)


def unreached(households: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """Those of some families whom no mail reaches. Runs as the worker; one statement."""
    asked = set(households)
    reached = Parent.objects.filter(household_id__in=asked).reachable().order_by("pk")
    return asked - set(reached.values_list("household_id", flat=True))


def _write_down(recipient: str, message: EmailMessage) -> None:
    mail = OutgoingMail.objects.create(recipient=recipient, message=message.message().as_string())
    send_mail.defer(mail_id=str(mail.pk))
