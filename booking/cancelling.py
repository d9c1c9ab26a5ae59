"""What cancelling costs, and until when it costs nothing. Pure: values in, values out."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from booking.enums_rules import CancelReason
from booking.models import CancelStage, UseRule
from history import clock


@dataclasses.dataclass(frozen=True)
class Cost:
    """What cancelling for a reason costs: the stage, None where it is free, and whole yen."""

    reason: CancelReason
    stage: CancelStage | None
    amount: int


def begins_at(stage: CancelStage, day: dt.date) -> dt.datetime:
    """The moment from which a stage counts for a day of use."""
    return clock.at(day - dt.timedelta(days=stage.days_before), stage.at)


def stage(
    rule: UseRule, day: dt.date, at: dt.datetime, reason: CancelReason | None = None
) -> CancelStage | None:
    """The stage in which a booking for a day is cancelled at a moment; None where it is free.

    Where a version has lines for a reason, those alone count for it. A waived reason is free.
    """
    if reason is not None and reason in rule.waived_reasons:
        return None
    begun = [each for each in stages_for(rule, reason) if begins_at(each, day) <= at]
    last = max(begun, key=lambda each: begins_at(each, day), default=None)
    return None if last is None or last.is_free else last


def stages_for(rule: UseRule, reason: CancelReason | None = None) -> list[CancelStage]:
    """The stages that count for a reason, or for none in particular."""
    own = [each for each in rule.stages if reason is not None and each.reason == reason]
    return own or [each for each in rule.stages if not each.reason]


def free_until(rule: UseRule, day: dt.date) -> dt.datetime | None:
    """The moment from which cancelling costs, whatever the reason; None where it never does."""
    moments = [begins_at(each, day) for each in stages_for(rule) if not each.is_free]
    return min(moments, default=None)


def may_undo(rule: UseRule, requested_at: dt.datetime, at: dt.datetime) -> bool:
    """Whether a booking just made can be taken back free of charge, whatever the deadline."""
    return at < requested_at + dt.timedelta(minutes=rule.undo_minutes)


def amount(found: CancelStage | None, care: int) -> int:
    """キャンセル料 in yen for a stage and the fee of the booked time; a share is cut to yen."""
    if found is None:
        return 0
    return care * found.percent // 100 if found.percent is not None else found.amount or 0


def costs(rule: UseRule, day: dt.date, at: dt.datetime, care: int) -> list[Cost]:
    """What cancelling a booking for a day costs at a moment, for each reason that can be given."""
    stages = ((reason, stage(rule, day, at, reason)) for reason in CancelReason)
    return [Cost(reason, found, amount(found, care)) for reason, found in stages]


def free_of_charge() -> list[Cost]:
    """The same while a booking just made can be taken back."""
    return [Cost(reason, None, 0) for reason in CancelReason]


def later_in_a_row(
    day: dt.date, booked: Iterable[dt.date], open_days: Iterable[dt.date]
) -> list[dt.date]:
    """Of the days booked those that follow a day without a gap; days without care are none."""
    wanted, row = set(booked), []
    for each in sorted(other for other in set(open_days) | wanted if other > day):
        if each not in wanted:
            break
        row.append(each)
    return row
