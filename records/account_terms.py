"""Terms of a staff account: unused, trained, reviewed. Pure: days in, days out."""

import datetime as dt

from records import dates

# Whoever has not signed in for so long needs no account.
UNUSED_AFTER = dt.timedelta(days=90)
WARNED_BEFORE = dt.timedelta(days=14)
# 研修: the protection of personal data (domain.md 5.3, O-10).
TRAINING_MONTHS = 12
# 定期点検: every account is looked through (domain.md 5.2, N-05).
REVIEW_MONTHS = 6
# A review that falls due so soon stands on the list already.
REVIEW_AHEAD = dt.timedelta(days=30)


def closes_on(last_used: dt.date) -> dt.date:
    """The day from which an account counts as unused, and is closed."""
    return last_used + UNUSED_AFTER


def is_unused(last_used: dt.date, on: dt.date) -> bool:
    return on >= closes_on(last_used)


def is_warned(last_used: dt.date, on: dt.date) -> bool:
    """Whether its holder, the manager and the center are told that it will be closed."""
    return on >= closes_on(last_used) - WARNED_BEFORE


def is_trained(trained_on: dt.date | None, on: dt.date) -> bool:
    """Whether the yearly training lies within a year, the day a year later included."""
    return trained_on is not None and on <= dates.add_months(trained_on, TRAINING_MONTHS)


def review_due_on(looked_through: dt.date) -> dt.date:
    """Half a year after the last review, or after the account was made."""
    return dates.add_months(looked_through, REVIEW_MONTHS)


def is_review_due(looked_through: dt.date, on: dt.date) -> bool:
    return on >= review_due_on(looked_through) - REVIEW_AHEAD
