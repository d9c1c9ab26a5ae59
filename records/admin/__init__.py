"""The register in the staff tool: one file for each kind of record."""

from records.admin import (
    children,
    consent_texts,
    consents,
    facilities,
    handover_notes,
    households,
    interview_places,
    interviews,
    leases,
    memberships,
    operators,
    registration_rules,
    registrations,
    service_stops,
    staff_notes,
    users,
)

__all__ = [
    "children",
    "consent_texts",
    "consents",
    "facilities",
    "handover_notes",
    "households",
    "interview_places",
    "interviews",
    "leases",
    "memberships",
    "operators",
    "registration_rules",
    "registrations",
    "service_stops",
    "staff_notes",
    "users",
]
