"""Mail to the officers (記録の管理者) who hold what nobody with the database can change."""

import datetime as dt

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from history.enums import AlertKind
from history.models import Root


def tell_of_alert(kind: AlertKind, *, at: dt.datetime, detail: str) -> None:
    _tell("history/email/alert", kind=kind, at=at, detail=detail)


def tell_of_root(root: Root) -> None:
    """The day's root, which only counts outside of the machines it speaks about."""
    _tell("history/email/root", root=root)


def tell_of_erasure(*, order: object, count: int, digest: str, at: dt.datetime) -> None:
    """Who had how much erased by which law, and the digest of the certificate; never what."""
    _tell("history/email/erasure", order=order, count=count, digest=digest, at=at)


def _tell(event: str, **values: object) -> None:
    """Write a mail to every officer into the outbox; without officers there is nobody to tell.

    The texts are `<event>_subject.txt` and `<event>_body.txt`.
    """
    values["origin"] = settings.STAFF_ORIGIN
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string(f"{event}_subject.txt", values)
        body = render_to_string(f"{event}_body.txt", values)
    # Not the process's own back end: the worker's sends at once, and then there is no second try.
    outbox = get_connection(settings.OUTBOX_BACKEND)
    for address in settings.OFFICERS:
        EmailMessage(subject.strip(), body.strip() + "\n", to=[address], connection=outbox).send()
