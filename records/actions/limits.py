"""How often is too often: counted in the database, which all processes share."""

import dataclasses
import datetime as dt

from django.db import connection
from django.utils.crypto import salted_hmac

from records.models import RateCount

# One more of a kind; a stretch of time that is over begins anew.
COUNT = """
    INSERT INTO records_ratecount AS known (key, count, ends_at) VALUES (%(key)s, 1, %(ends_at)s)
    ON CONFLICT (key) DO UPDATE SET
        count = CASE WHEN known.ends_at <= %(at)s THEN 1 ELSE known.count + 1 END,
        ends_at = CASE WHEN known.ends_at <= %(at)s THEN %(ends_at)s ELSE known.ends_at END
    RETURNING count, ends_at
"""


@dataclasses.dataclass(frozen=True)
class Limit:
    """At most `most` in `seconds`, under a name that no other limit has."""

    name: str
    most: int
    seconds: int


def count(limit: Limit, source: str, *, at: dt.datetime) -> int:
    """Count one; for how many more seconds it is too often, 0 while it is not.

    `source` is whoever is counted: an account, an address. Only a keyed hash of it is kept. It is
    a single statement: requests sent at once are counted one by one.
    """
    ends_at = at + dt.timedelta(seconds=limit.seconds)
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": _key(limit, source), "at": at, "ends_at": ends_at})
        number, until = cursor.fetchone()
    return _left(until, at) if number > limit.most else 0


def is_over(limit: Limit, source: str, *, at: dt.datetime) -> int:
    """As `count`, without counting: how long one more would be too often. One query."""
    known = RateCount.objects.filter(
        key=_key(limit, source), count__gte=limit.most, ends_at__gt=at
    ).first()
    return _left(known.ends_at, at) if known else 0


def forget(limit: Limit, source: str) -> None:
    """Begin anew, as after a log-in that was right."""
    RateCount.objects.filter(key=_key(limit, source)).delete()


def forget_ended(*, at: dt.datetime) -> int:
    """Remove what is counted no more; how many rows. Safe to repeat."""
    return RateCount.objects.filter(ends_at__lte=at).delete()[0]


def _key(limit: Limit, source: str) -> str:
    return salted_hmac(f"azukari.limits.{limit.name}", source, algorithm="sha256").hexdigest()


def _left(until: dt.datetime, at: dt.datetime) -> int:
    return max(1, int((until - at).total_seconds()))
