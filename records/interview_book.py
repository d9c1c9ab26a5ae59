"""The interviews of a facility: what is to come, and the sheet for one of them."""

import dataclasses
import datetime as dt

from django.db.models import Q

from history import clock
from records import care_marks
from records.care_marks import Mark, NeedOnDay
from records.enums import Confirmation, InterviewState, ProposalState, RegistrationState
from records.models import Child, Interview, Proposal, Registration
from records.rules import duty

# States in which the interview still decides about the child's registration.
UNDER_WAY = (RegistrationState.INTERVIEW_BOOKED, RegistrationState.INTERVIEWED)


@dataclasses.dataclass(frozen=True)
class Applicant:
    """A child on the interview sheet."""

    child: Child
    registration: Registration | None
    day: dt.date

    @property
    def age(self) -> tuple[int, int]:
        return self.child.age_on(self.day)

    @property
    def marks(self) -> tuple[Mark, ...]:
        return care_marks.marks_of(self.child, on=self.day)

    @property
    def needs(self) -> list[NeedOnDay]:
        return care_marks.needs_on(self.child, self.day)

    @property
    def is_under_way(self) -> bool:
        return self.registration is not None and self.registration.state in UNDER_WAY

    @property
    def needs_review(self) -> bool:
        """Whether the family changed what was confirmed, or nothing is confirmed yet."""
        return self.is_under_way or (
            self.is_active and any(not need.is_confirmed for need in self.child.care_needs.all())
        )

    @property
    def can_be_activated(self) -> bool:
        return (
            self.registration is not None
            and self.registration.state == RegistrationState.INTERVIEWED
        )

    @property
    def is_active(self) -> bool:
        return self.registration is not None and self.registration.state == RegistrationState.ACTIVE


def coming(user: object, *, at: dt.datetime) -> list[Interview]:
    """Those of today and later, and earlier ones whose outcome nobody has written down."""
    start = clock.at(clock.local(at).date(), dt.time.min)
    states = (InterviewState.BOOKED, InterviewState.HELD, InterviewState.ABSENT)
    found = Interview.objects.visible_to(user).filter(
        Q(place__starts_at__gte=start) | Q(state=InterviewState.BOOKED), state__in=states
    )
    return list(
        found.select_related("place__facility")
        .prefetch_related("household__parents", "household__children")
        .order_by("place__starts_at", "pk")
    )


def changed_since(user: object) -> list[Child]:
    """Children at home here whose family changed what was confirmed, each with its interview."""
    found = duty(user)
    return list(
        Child.objects.filter(
            home_facility_id__in=found.facilities if found else (),
            registration__state=RegistrationState.ACTIVE,
            registration__interview__isnull=False,
            care_needs__confirmation=Confirmation.UNCONFIRMED,
        )
        .select_related("registration")
        .distinct()
    )


def proposed(user: object) -> list[Proposal]:
    """What families at home here say has changed, and nobody has decided yet; oldest first."""
    waiting = Proposal.objects.visible_to(user).filter(state=ProposalState.WAITING)
    return list(waiting.select_related("child", "parent").prefetch_related("household__children"))


def applicants(interview: Interview, *, on: dt.date) -> list[Applicant]:
    """The family's children, with what stands of them on a day."""
    children = interview.household.children.select_related("registration")
    return [
        Applicant(
            child=child,
            registration=getattr(child, "registration", None),
            day=on,
        )
        for child in children.prefetch_related("care_needs__allergies")
    ]
