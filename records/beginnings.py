"""When registration, interviews, viewing and booking begin: asked at the step, as a stop is."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from history import clock
from records.enums import Begun
from records.models import Facility, Opening
from records.refusals import Refused


class NotBegun(Refused):
    """Too early; `opens_at` is None where no moment is set yet."""

    reason = _("受付は、まだ始まっていません。")
    way_on = _("受付が始まってから、もう一度お申し込みください。")

    def __init__(self, opens_at: dt.datetime | None) -> None:
        super().__init__(opens_at)
        self.opens_at = opens_at
        self.detail = opens_from(opens_at)

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.reason, self.detail, self.way_on) if part)


def opens_from(moment: dt.datetime | None) -> str:
    """From when something is open, as a refusal says it; nothing where no moment is set yet."""
    if moment is None:
        return ""
    return gettext("%(moment)sから受け付けます。") % {"moment": clock.written(moment)}


def refuse(
    function: Begun, *, at: dt.datetime, facility_id: int | None, day: dt.date | None = None
) -> None:
    """Raise NotBegun before a function begins at a facility, for a day of use if one is named.

    One statement.
    """
    refuse_by(Opening.objects.of(function, facility_id), at, day)


def refuse_by(openings: Iterable[Opening], at: dt.datetime, day: dt.date | None) -> None:
    """The same by what is written for a function and a facility. Pure."""
    rows = list(openings)
    if not has_begun(rows, at, day):
        covering = [row.opens_at for row in in_place(rows) if row.covers(day)]
        raise NotBegun(min(covering, default=None))


def has_begun(rows: Iterable[Opening], at: dt.datetime, day: dt.date | None) -> bool:
    """Whether a day is open at a moment. Pure. Where rows exist, one must cover the day."""
    held = in_place(rows)
    return not held or any(row.opens_at <= at and row.covers(day) for row in held)


def in_place(rows: Iterable[Opening]) -> list[Opening]:
    """A facility's own rows stand in the place of the ward's."""
    known = list(rows)
    return [row for row in known if row.facility_id is not None] or known


def ahead(at: dt.datetime, facility: Facility | None = None) -> list[Opening]:
    """What begins after a moment, the soonest first; at a facility by its own rows or the ward's.

    One statement.
    """
    rows = Opening.objects.filter(opens_at__gt=at).select_related("facility").order_by("opens_at")
    if facility is None:
        return list(rows)
    known = list(rows.filter(Q(facility=None) | Q(facility=facility)))
    own = {row.function for row in known if row.facility_id is not None}
    return [row for row in known if row.facility_id is not None or row.function not in own]
