"""A second parent gets an account of their own: a link by mail, and a code told by mouth."""

import datetime as dt
import secrets
import uuid

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import constant_time_compare, salted_hmac

from history import context
from records.models import Invitation, Parent, User
from records.refusals import (
    AccountElsewhere,
    HasAccount,
    InvitationClosed,
    InvitationOver,
    WrongCode,
)

VALID_FOR = dt.timedelta(days=7)
MOST_FAILURES = 5
SALT = "records.invitation"


@transaction.atomic
def invite(*, parent: Parent, email: str, by: User, at: dt.datetime) -> tuple[Invitation, str]:
    """Mail a link to a parent who has no account; the invitation, and the code to be told.

    An earlier invitation of the same parent ends. The address is not kept: the account that takes
    the invitation brings its own, confirmed one. Raises HasAccount.
    """
    parent = Parent.objects.select_for_update().get(pk=parent.pk)
    if parent.user_id:
        raise HasAccount
    parent.invitations.filter(accepted_at__isnull=True, cancelled_at__isnull=True).update(
        cancelled_at=at
    )
    number, code = uuid.uuid4(), f"{secrets.randbelow(10**6):06}"
    invitation = Invitation.objects.create(
        pk=number, household_id=parent.household_id, parent=parent, invited_by=by,
        code_hash=_hash(number, code), created_at=at, expires_at=at + VALID_FOR,
    )  # fmt: skip
    _send(email, token_of(invitation))
    return invitation, code


def token_of(invitation: Invitation) -> str:
    """What the link carries: which invitation of which household, signed by us."""
    return signing.dumps([str(invitation.pk), str(invitation.household_id)], salt=SALT)


def read(token: str) -> tuple[uuid.UUID, uuid.UUID]:
    """Invitation and household of a link. Raises InvitationOver for one that we did not sign."""
    try:
        invitation, household = signing.loads(token, salt=SALT, max_age=VALID_FOR)
    except signing.BadSignature as error:
        raise InvitationOver from error
    return uuid.UUID(invitation), uuid.UUID(household)


def accept(*, token: str, code: str, by: User, at: dt.datetime) -> Parent:
    """Make the account that of the invited parent; from here on both see and do the same.

    Raises InvitationOver, AccountElsewhere, and WrongCode or InvitationClosed, which are counted:
    the caller's transaction must not be rolled back for them.
    """
    if Parent.objects.filter(user=by).exists():
        raise AccountElsewhere
    number, household = read(token)
    # The signature says that somebody of this household asked for it: its wall opens this far.
    context.state(household=str(household))
    try:
        return _take(number, code, by, at)
    except (InvitationOver, InvitationClosed, WrongCode):
        context.state(household="")
        raise


def _take(number: uuid.UUID, code: str, by: User, at: dt.datetime) -> Parent:
    found = Invitation.objects.select_for_update().filter(pk=number, accepted_at__isnull=True)
    invitation = found.filter(cancelled_at__isnull=True, expires_at__gt=at).first()
    if invitation is None:
        raise InvitationOver
    if invitation.failures >= MOST_FAILURES:
        raise InvitationClosed
    if not constant_time_compare(_hash(number, code), invitation.code_hash):
        invitation.failures += 1
        invitation.save(update_fields=["failures"])
        raise InvitationClosed if invitation.failures >= MOST_FAILURES else WrongCode
    invitation.accepted_at = at
    invitation.save(update_fields=["accepted_at"])
    parent = invitation.parent
    parent.user, parent.email, parent.bounced_at = by, by.email, None
    parent.save(update_fields=["user", "email", "bounced_at"])
    return parent


def _hash(number: uuid.UUID, code: str) -> str:
    return salted_hmac(SALT, f"{number} {code}", algorithm="sha256").hexdigest()


def _send(email: str, token: str) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        words = {"origin": settings.PUBLIC_ORIGIN, "token": token, "days": VALID_FOR.days}
        subject = render_to_string("records/email/invitation_subject.txt", words)
        body = render_to_string("records/email/invitation_body.txt", words)
    EmailMessage(subject.strip(), body.strip() + "\n", to=[email]).send()
