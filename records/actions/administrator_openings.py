"""緊急管理者操作: an administrator keeps accounts and terminals for an hour."""

import uuid

from django.db import connection, transaction

from history import actions as history
from history import officers
from history.context import Context
from history.enums import Act, AlertKind
from records import keys, office
from records.actions import factors
from records.models import AdministratorOpening, SignIn, User
from records.refusals_accounts import AlreadyClosed, AlreadyOpen, OpenedTooOften


def open_hour(*, sign_in: SignIn, reason: str, code: str, context: Context) -> uuid.UUID:
    """Open the power for an hour, at this screen; the number of the opening.

    The database looks the person up, writes opening, entry and alert and counts
    (`records/office.py`); the officers get a mail besides. Not atomic in itself: a wrong code and
    an asking that is refused stay written down, so the caller must commit. Raises WrongFactor,
    AccountLocked, TerminalLocked; AlreadyOpen, OpenedTooOften.
    """
    factors.check(user=sign_in.user, code=code, terminal=sign_in.terminal, context=context)
    factors.note(sign_in=sign_in, at=context.at)
    place = AdministratorOpening._meta.get_field("reason").place  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT outcome, number, told FROM records_open_administration(%s)",
            [keys.encrypt(reason, place)],
        )
        outcome, number, told = cursor.fetchone()
    if outcome == office.OPENED:
        officers.tell_of_alert(AlertKind.EMERGENCY_OPENING, at=context.at, detail=told)
        return number
    raise {office.IS_OPEN: AlreadyOpen, office.LIMITED: OpenedTooOften}[outcome]


@transaction.atomic
def close(*, opening: AdministratorOpening, by: User, context: Context) -> None:
    """End it before its time: the next request has the power no more. Raises AlreadyClosed."""
    history.record(
        Act.ADMINISTRATION, context=context, purpose="closed",
        model="records.administratoropening", object_ids=[opening.pk],
    )  # fmt: skip
    still_open = AdministratorOpening.objects.open_at(context.at).filter(pk=opening.pk)
    if not still_open.update(closed_at=context.at, closed_by=by):
        raise AlreadyClosed
