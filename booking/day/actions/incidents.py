"""事故・けが・ヒヤリハット: begin, write, hand in, sign, and what is added to a report."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from booking.day import incidents
from booking.day.enums import EntryKind, IncidentKind, IncidentState
from booking.day.models import Incident, IncidentChild, IncidentEntry
from booking.day.refusals import (
    NoLongerDraft,
    NotSerious,
    NotSubmitted,
    NotYetWhole,
    ParentNotTold,
    SignedByWriter,
    WrittenMeanwhile,
)
from booking.models import Booking
from records.models import Facility, User

# What must be there before a report is handed in.
NEEDED = ("place", "what_happened", "what_was_done")


@transaction.atomic
def start(
    *, facility: Facility, booking: Booking | None = None, by: User, at: dt.datetime
) -> Incident:
    """Begin a report: of a booked child as an injury, of none as a near miss.

    A second tap of the same person finds the report of the first, while nothing is written in it.
    """
    begun = Incident.objects.filter(
        facility=facility, started_by=by, state=IncidentState.DRAFT,
        started_at__gt=at - dt.timedelta(minutes=10),
        kind=IncidentKind.INJURY if booking else IncidentKind.NEAR_MISS,
    )  # fmt: skip
    if booking:
        begun = begun.filter(children__booking=booking)
    untouched = next((each for each in begun if each.is_untouched), None)
    if untouched is not None:
        return untouched
    incident = Incident.objects.create(
        facility=facility,
        kind=IncidentKind.INJURY if booking else IncidentKind.NEAR_MISS,
        happened_at=at,
        started_by=by,
        started_at=at,
        written_by=by,
        written_at=at,
    )
    if booking:
        IncidentChild.objects.create(incident=incident, facility=facility, booking=booking)
    # The database has numbered it.
    incident.refresh_from_db(fields=["fiscal_year", "number"])
    return incident


@transaction.atomic
def write(
    *,
    incident: Incident,
    content: Mapping[str, Any],
    bookings: Iterable[Booking],
    seen: dt.datetime,
    by: User,
    at: dt.datetime,
    submits: bool = False,
) -> Incident:
    """Write into a draft, half of it or all; `submits` hands it in to the manager.

    `content` are fields by name, `bookings` the children concerned, `seen` when the draft that the
    person had before the eyes was written. Raises NoLongerDraft, WrittenMeanwhile, NotYetWhole.
    """
    found = _draft(incident)
    if found.written_at != seen:
        raise WrittenMeanwhile
    for name, value in content.items():
        setattr(found, name, value)
    fields = [*content, "written_by", "written_at"]
    found.written_by, found.written_at = by, at
    _put_children(found, list(bookings))
    if submits:
        if any(not getattr(found, name) for name in NEEDED):
            raise NotYetWhole
        found.state = IncidentState.SUBMITTED
        found.submitted_by, found.submitted_at = by, at
        fields += ["state", "submitted_by", "submitted_at"]
    found.save(update_fields=fields)
    return found


@transaction.atomic
def reopen(*, incident: Incident, reason: str, by: User, at: dt.datetime) -> Incident:
    """Take a report that nobody signed yet back to be rewritten. Raises NotSubmitted."""
    found = _locked(incident)
    if not found.awaits_signature:
        raise NotSubmitted
    found.state = IncidentState.DRAFT
    found.submitted_by = found.submitted_at = None
    found.written_by, found.written_at = by, at
    found.save(update_fields=["state", "submitted_by", "submitted_at", "written_by", "written_at"])
    add(incident=found, kind=EntryKind.RETURNED, happened_at=at, by=by, at=at, text=reason)
    return found


@transaction.atomic
def withdraw(*, incident: Incident, reason: str, by: User, at: dt.datetime) -> Incident:
    """Take back what was begun by mistake; number and reason stay. Raises NoLongerDraft."""
    found = _draft(incident)
    found.state = IncidentState.WITHDRAWN
    found.written_by, found.written_at = by, at
    found.save(update_fields=["state", "written_by", "written_at"])
    add(incident=found, kind=EntryKind.WITHDRAWN, happened_at=at, by=by, at=at, text=reason)
    return found


@transaction.atomic
def sign(*, incident: Incident, by: User, at: dt.datetime) -> Incident:
    """The manager's sign-off; where one stands already it stays.

    Raises NotSubmitted, SignedByWriter, and ParentNotTold for a child that something happened to.
    """
    found = _locked(incident)
    if found.state == IncidentState.SIGNED:
        return found
    if not found.awaits_signature:
        raise NotSubmitted
    if found.submitted_by_id == by.pk:
        raise SignedByWriter
    if incidents.untold(found):
        raise ParentNotTold
    found.state = IncidentState.SIGNED
    found.signed_by, found.signed_at = by, at
    found.save(update_fields=["state", "signed_by", "signed_at"])
    return found


@transaction.atomic
def add(
    *,
    incident: Incident,
    kind: EntryKind,
    happened_at: dt.datetime,
    by: User,
    at: dt.datetime,
    **details: Any,
) -> IncidentEntry:
    """Add to a report, whatever its state. Raises NotSerious at a report of what is not serious.

    `details` are fields of the entry by name.
    """
    if kind == EntryKind.REPORT and incidents.serious_entry(incident.entries.all()) is None:
        raise NotSerious
    return IncidentEntry.objects.create(
        incident=incident,
        facility_id=incident.facility_id,
        kind=kind,
        happened_at=happened_at,
        written_by=by,
        written_at=at,
        **details,
    )


def _put_children(incident: Incident, bookings: list[Booking]) -> None:
    """What was told of a child keeps it in the report."""
    told = set(incident.entries.exclude(booking=None).values_list("booking_id", flat=True))
    held = {child.booking_id: child for child in incident.children.all()}
    wanted = {booking.pk for booking in bookings} | (told & held.keys())
    for number, child in held.items():
        if number not in wanted:
            child.delete()
    for number in wanted - held.keys():
        IncidentChild.objects.create(
            incident=incident, facility_id=incident.facility_id, booking_id=number
        )


def _locked(incident: Incident) -> Incident:
    return Incident.objects.select_for_update(of=["self"]).get(pk=incident.pk)


def _draft(incident: Incident) -> Incident:
    found = _locked(incident)
    if not found.is_draft:
        raise NoLongerDraft
    return found
