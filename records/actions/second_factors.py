"""Taking the second factors of a parent away who has lost them all."""

import datetime as dt

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from history import alerts
from history.enums import AlertKind
from records.models import User


@transaction.atomic
def take_away(*, user: User, at: dt.datetime) -> int:
    """Remove passkeys, codes of an app and recovery codes; how many rows went.

    For the operator alone, once staff have made sure who asks. Tells the parent by mail and the
    center by an alert. The password stays, and with it the log-in: a short one is lengthened by
    the link of 「パスワードをお忘れの方」. Safe to repeat.
    """
    count, _models = Authenticator.objects.filter(user=user).delete()
    user.devices.update(trusted_until=None)
    if count:
        alerts.raise_alert(kind=AlertKind.SECOND_FACTOR_RESET, at=at, cause=str(user.pk))
        _tell(user)
    return count


def _tell(user: User) -> None:
    words = {"origin": settings.PUBLIC_ORIGIN}
    with translation.override(settings.LANGUAGE_CODE):
        subject = render_to_string("records/email/factors_taken_subject.txt", words)
        body = render_to_string("records/email/factors_taken_body.txt", words)
    EmailMessage(subject.strip(), body.strip() + "\n", to=[user.email]).send()
