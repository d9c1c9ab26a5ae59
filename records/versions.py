"""Dated versions of a rule or a right: `valid_from` to `valid_to`, both days included."""

import datetime as dt
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Expression, Func, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import formats
from django.utils.translation import gettext_lazy as _

# Versions of one facility form a line, those of the whole ward (no facility) another.
LINE = Coalesce("facility", 0, output_field=models.IntegerField())

VERSIONS_OVERLAP = _(
    "同じ期間に適用される版がすでにあります。先に、前の版に適用終了日を入れてください。"
)


def valid_on(day: dt.date, *, start: str = "valid_from", end: str = "valid_to") -> Q:
    """Rows in force on a day; an empty end means until further notice."""
    return Q(**{f"{start}__lte": day}) & (Q(**{f"{end}__isnull": True}) | Q(**{f"{end}__gte": day}))


def versions_apart(
    name: str,
    *same: str | Combinable,
    start: str = "valid_from",
    end: str = "valid_to",
    also: Expression | None = None,
    condition: Q | None = None,
    message: Any = VERSIONS_OVERLAP,
) -> ExclusionConstraint:
    """No two rows that are equal in `same` may be in force on one day.

    Of two rows that overlap `also`, a range, as well; others are no versions of one another. Where
    a `condition` is given, only rows that meet it are compared.
    """
    days = Func(
        start, end, RangeBoundary(inclusive_upper=True),
        function="daterange", output_field=DateRangeField(),
    )  # fmt: skip
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((column, RangeOperators.EQUAL) for column in same),
            (days, RangeOperators.OVERLAPS),
            *([(also, RangeOperators.OVERLAPS)] if also else []),
        ],
        condition=condition,
        violation_error_message=message,
    )


def check_order(row: models.Model, *, start: str = "valid_from", end: str = "valid_to") -> None:
    """Raise ValidationError at `end` where it lies before `start`: no range could hold that."""
    first, last = getattr(row, start), getattr(row, end)
    if first and last and last < first:
        raise ValidationError({end: _("終了日は開始日以後にしてください。")})


def written_term(version: Any) -> str:
    """2026年4月1日から, and up to which day where that is known."""
    first, last = version.valid_from, version.valid_to
    words = {"first": formats.date_format(first), "last": last and formats.date_format(last)}
    return (_("%(first)sから%(last)sまで") if last else _("%(first)sから")) % words


class VersionQuerySet(models.QuerySet):  # type: ignore[type-arg]
    def valid_on(self, day: dt.date) -> "VersionQuerySet":
        return self.filter(valid_on(day))
