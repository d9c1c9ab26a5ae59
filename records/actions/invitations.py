"""A second parent gets an account of their own: a link by mail, and a code told by mouth."""

import datetime as dt
import secrets
import uuid

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac

from records import joining
from records.models import Invitation, Parent, User
from records.refusals import (
    AccountElsewhere,
    HasAccount,
    InvitationClosed,
    InvitationOver,
    WrongCode,
)

VALID_FOR = dt.timedelta(days=7)
SALT = "records.invitation"
REFUSALS = {
    joining.OVER: InvitationOver,
    joining.ELSEWHERE: AccountElsewhere,
    joining.WRONG: WrongCode,
    joining.CLOSED: InvitationClosed,
}


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
    """What the link carries: which invitation, signed by us."""
    return signing.dumps(str(invitation.pk), salt=SALT)


def read(token: str) -> uuid.UUID:
    """The invitation of a link. Raises InvitationOver for one that we did not sign."""
    try:
        return uuid.UUID(signing.loads(token, salt=SALT, max_age=VALID_FOR))
    except signing.BadSignature as error:
        raise InvitationOver from error


def accept(*, token: str, code: str, by: User) -> Parent:
    """Make the account that of the invited parent; from here on both see and do the same.

    The database looks at the code (`records_take_invitation`) under the context in force: nothing
    of the family is in sight before. Raises InvitationOver, AccountElsewhere, and WrongCode or
    InvitationClosed, which are counted: the caller's transaction must not be rolled back for them.
    """
    number = read(token)
    with connection.cursor() as cursor:
        cursor.execute("SELECT records_take_invitation(%s, %s)", [number, _hash(number, code)])
        (answer,) = cursor.fetchone()
    if answer in REFUSALS:
        raise REFUSALS[answer]
    return Parent.objects.get(user=by)


def _hash(number: uuid.UUID, code: str) -> str:
    return salted_hmac(SALT, f"{number} {code}", algorithm="sha256").hexdigest()


def _send(email: str, token: str) -> None:
    with translation.override(settings.LANGUAGE_CODE):
        words = {"origin": settings.PUBLIC_ORIGIN, "token": token, "days": VALID_FOR.days}
        subject = render_to_string("records/email/invitation_subject.txt", words)
        body = render_to_string("records/email/invitation_body.txt", words)
    EmailMessage(subject.strip(), body.strip() + "\n", to=[email]).send()
