"""What has no use any more, and how long it is kept all the same (ADR 0036)."""

import datetime as dt

from django.db import connection, transaction

# An old value of a terminal's cookie is a copy's: that can be told only while it is known.
SECRETS = dt.timedelta(days=90)
# Links to register a terminal, with their codes; invitations with theirs. Used, called off or late.
LINKS = dt.timedelta(days=30)
# A form that was sent too late still asks whose log-in it was.
SESSIONS = dt.timedelta(days=1)

REMOVALS = (
    ("DELETE FROM records_terminalsecret WHERE superseded_at < %s", SECRETS),
    ("DELETE FROM records_terminallink WHERE LEAST(expires_at, used_at, revoked_at) < %s", LINKS),
    (
        "DELETE FROM records_invitation WHERE LEAST(expires_at, accepted_at, cancelled_at) < %s",
        LINKS,
    ),
    ("DELETE FROM records_publicsession WHERE expire_date < %s", SESSIONS),
    ("DELETE FROM records_staffsession WHERE expire_date < %s", SESSIONS),
)


@transaction.atomic
def forget(*, at: dt.datetime) -> int:
    """Remove what is over for longer than it is kept; how many rows. Safe to repeat.

    Whole rows by one statement each: the worker reads nothing of them but when they ended.
    """
    count = 0
    with connection.cursor() as cursor:
        for statement, kept in REMOVALS:
            cursor.execute(statement, [at - kept])
            count += cursor.rowcount
    return count
