"""Who counts as present at a terminal, and what may be a PIN. Pure functions: no clock, no rows."""

import datetime as dt
import re

from history import clock

# A day's sign-in ends in the small hours, when nobody works.
DAY_ENDS = dt.time(4)
# Going back to one's own screen needs no PIN so soon after.
NO_PIN_WITHIN = dt.timedelta(minutes=3)
# The last act is written down no more often than this, so a lock may come as much too early.
ACT_WRITTEN_EVERY = dt.timedelta(seconds=10)

PIN_DIGITS = 6
_PIN = re.compile(rf"[0-9]{{{PIN_DIGITS}}}")
_UPWARDS, _DOWNWARDS = "01234567890123456789", "98765432109876543210"


def day_ends(at: dt.datetime) -> dt.datetime:
    """When a sign-in of `at` ends: the next 04:00 in Tokyo."""
    local = clock.local(at)
    day = local.date() if local.time() < DAY_ENDS else local.date() + dt.timedelta(days=1)
    return clock.at(day, DAY_ENDS)


def needs_pin(last_act_at: dt.datetime | None, at: dt.datetime) -> bool:
    """Whether somebody who comes back types the PIN; after a lock on purpose they always do."""
    return last_act_at is None or at - last_act_at > NO_PIN_WITHIN


def is_idle(last_act_at: dt.datetime | None, at: dt.datetime, limit: dt.timedelta) -> bool:
    return last_act_at is None or at - last_act_at > limit


def is_pin(pin: str) -> bool:
    return _PIN.fullmatch(pin) is not None


def is_guessable(pin: str, *, staff_id: str = "") -> bool:
    """Whether a PIN is among the first that somebody else would try.

    One digit or a short pattern repeated, digits in a row, mirrored or doubled ones, a day as
    YYMMDD, DDMMYY, MMDDYY or the end of a year with month and day, the digits of the staff ID.
    """
    digits = re.sub(r"\D", "", staff_id)
    return (
        any(pin == pin[:size] * (PIN_DIGITS // size) for size in (1, 2, 3))
        or pin in _UPWARDS
        or pin in _DOWNWARDS
        or pin == pin[::-1]
        or all(pin[at] == pin[at + 1] for at in range(0, PIN_DIGITS, 2))
        or any(_is_day(pin, order) for order in ("%y%m%d", "%d%m%y", "%m%d%y"))
        or _is_year_and_month(pin)
        or (bool(digits) and digits in pin)
    )


def _is_day(pin: str, order: str) -> bool:
    try:
        dt.datetime.strptime(pin, order)  # noqa: DTZ007 - a day, whatever the zone
    except ValueError:
        return False
    return True


def _is_year_and_month(pin: str) -> bool:
    return 1920 <= int(pin[:4]) <= 2050 and 1 <= int(pin[4:]) <= 12
