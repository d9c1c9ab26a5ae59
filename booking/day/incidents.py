"""The read model of reports: what each still asks for, what is due by when, the overdue on top."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable

from django.db.models import Prefetch, Q, QuerySet

from booking.day import serious_reports
from booking.day.enums import EntryKind, IncidentKind, IncidentState, Seriousness
from booking.day.models import Incident, IncidentChild, IncidentEntry
from booking.day.serious_reports import Report

OPEN_STATES = (IncidentState.DRAFT, IncidentState.SUBMITTED)
# How far the list looks back; what is still open stays on it, and what was judged serious longer.
SHOWN_FOR = dt.timedelta(days=90)
SERIOUS_FOR = dt.timedelta(days=400)


@dataclasses.dataclass(frozen=True, kw_only=True)
class IncidentRow:
    """One report with its log, as it stands at a moment."""

    incident: Incident
    at: dt.datetime
    children: tuple[IncidentChild, ...]
    entries: tuple[IncidentEntry, ...]
    untold: tuple[IncidentChild, ...]
    serious: IncidentEntry | None
    reports: tuple[Report, ...]

    @property
    def child_ids(self) -> list[uuid.UUID]:
        return [child.booking.child_id for child in self.children]

    @property
    def missing(self) -> list[Report]:
        """Reports that nobody has made, the soonest due first."""
        return [report for report in self.reports if report.made_at is None]

    @property
    def is_overdue(self) -> bool:
        return any(report.is_overdue(self.at) for report in self.reports)

    @property
    def next_report(self) -> Report | None:
        return next(iter(self.missing), None)

    @property
    def days_left(self) -> int:
        """Whole days until the next report is due; below 0 that many days late."""
        return self._left // dt.timedelta(days=1)

    @property
    def time_left(self) -> tuple[int, int]:
        """Hours and minutes until the next report is due, or since it was."""
        return divmod(abs(self._left) // dt.timedelta(minutes=1), 60)

    @property
    def urgency(self) -> tuple[int, dt.datetime]:
        """What asks for most stands first; among equals the soonest due, then the latest."""
        if self.next_report is not None:
            return (0 if self.is_overdue else 1, self.next_report.due_at)
        rank = 2 if self.untold else 3 if self.incident.state in OPEN_STATES else 4
        ago = self.at - self.incident.happened_at
        return (rank, self.at + ago)

    @property
    def _left(self) -> dt.timedelta:
        return self.next_report.due_at - self.at if self.next_report else dt.timedelta()


def with_log(found: QuerySet[Incident]) -> QuerySet[Incident]:
    """With people, children and entries: three statements, however many there are."""
    return found.select_related(
        "facility", "started_by", "written_by", "submitted_by", "signed_by"
    ).prefetch_related(
        Prefetch("children", IncidentChild.objects.select_related("booking")),
        Prefetch("entries", IncidentEntry.objects.select_related("written_by", "booking")),
    )


def row(incident: Incident, at: dt.datetime) -> IncidentRow:
    """One report read `with_log`."""
    entries = tuple(incident.entries.all())
    serious = None if incident.is_withdrawn else serious_entry(entries)
    made = [
        (entry.stage, entry.recipient, entry.happened_at)
        for entry in entries
        if entry.kind == EntryKind.REPORT
    ]
    return IncidentRow(
        incident=incident,
        at=at,
        children=tuple(incident.children.all()),
        entries=entries,
        untold=tuple(untold(incident)),
        serious=serious,
        reports=serious_reports.reports(known_at(entries), made) if serious else (),
    )


def rows(*, user: object, facility_id: int, at: dt.datetime) -> list[IncidentRow]:
    """The reports of a facility, what asks for something on top. Three statements."""
    serious = IncidentEntry.objects.filter(
        kind=EntryKind.SERIOUS, facility_id=facility_id, written_at__gte=at - SERIOUS_FOR
    )
    found = Incident.objects.visible_to(user).filter(
        Q(state__in=OPEN_STATES)
        | Q(happened_at__gte=at - SHOWN_FOR)
        | Q(pk__in=serious.values("incident")),
        facility_id=facility_id,
    )
    return sorted((row(each, at) for each in with_log(found)), key=lambda each: each.urgency)


def serious_entry(entries: Iterable[IncidentEntry]) -> IncidentEntry | None:
    """What makes it a serious accident; the last word counts, and may be that it is none."""
    judged = [entry for entry in entries if entry.kind == EntryKind.SERIOUS]
    last = max(judged, key=lambda entry: entry.written_at, default=None)
    return last if last is not None and last.seriousness != Seriousness.NONE else None


def known_at(entries: Iterable[IncidentEntry]) -> dt.datetime:
    """Since when it is known to be serious without a break: worse news moves no deadline."""
    since: dt.datetime | None = None
    judged = [entry for entry in entries if entry.kind == EntryKind.SERIOUS]
    for entry in sorted(judged, key=lambda entry: entry.written_at):
        if entry.seriousness == Seriousness.NONE:
            since = None
        elif since is None or entry.happened_at < since:
            since = entry.happened_at
    if since is None:
        raise ValueError("not known to be serious")
    return since


def untold(incident: Incident) -> list[IncidentChild]:
    """The children of whom no parent was told; of a near miss nobody need be."""
    if incident.kind == IncidentKind.NEAR_MISS or incident.is_withdrawn:
        return []
    told = {entry.booking_id for entry in incident.entries.all() if entry.kind == EntryKind.TOLD}
    return [child for child in incident.children.all() if child.booking_id not in told]
