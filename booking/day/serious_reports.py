"""Which report of a serious accident is due by when. Pure: moments in, moments out.

The stages are those of the national notice as domain.md 3.2 remembers it; the ward has not
confirmed them, so each version says whether it is provisional (仮設定).
"""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from booking.day.enums import Recipient, ReportStage
from history import clock
from records import dates


@dataclasses.dataclass(frozen=True, kw_only=True)
class ReportRule:
    """In force from a day on. The first report is due at the end of the day so many days after
    the accident was known to be serious, the second so many months after that day.
    """

    valid_from: dt.date
    first_days: int
    second_months: int
    is_provisional: bool = True


# The newest first.
RULES = (ReportRule(valid_from=dt.date(2015, 4, 1), first_days=0, second_months=1),)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Report:
    """One stage to one recipient: due by when, and when it was made."""

    stage: ReportStage
    recipient: Recipient
    due_at: dt.datetime
    made_at: dt.datetime | None = None

    def is_overdue(self, at: dt.datetime) -> bool:
        return self.made_at is None and at >= self.due_at


def rule_on(day: dt.date) -> ReportRule:
    """The rule in force on a day; before the first, the first."""
    return next((rule for rule in RULES if rule.valid_from <= day), RULES[-1])


def due_at(stage: ReportStage, known_at: dt.datetime) -> dt.datetime:
    """The end of the last day for a stage, of an accident known to be serious at a moment."""
    day = clock.local(known_at).date()
    rule = rule_on(day)
    if stage == ReportStage.FIRST:
        last = day + dt.timedelta(days=rule.first_days)
    else:
        last = dates.add_months(day, rule.second_months)
    return clock.at(last + dt.timedelta(days=1), dt.time.min)


def reports(
    known_at: dt.datetime, made: Iterable[tuple[str, str, dt.datetime]]
) -> tuple[Report, ...]:
    """All that is due, in its order; `made` are stage, recipient and moment, the first counts."""
    first: dict[tuple[str, str], dt.datetime] = {}
    for stage, recipient, at in made:
        first[stage, recipient] = min(at, first.get((stage, recipient), at))
    return tuple(
        Report(
            stage=stage,
            recipient=recipient,
            due_at=due_at(stage, known_at),
            made_at=first.get((stage, recipient)),
        )
        for stage in ReportStage
        for recipient in Recipient
    )
