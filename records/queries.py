"""Reading across the register."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable
from itertools import groupby

from django.db import connection
from django.db.models import QuerySet

from history import clock
from history.prepared import Later, prepared
from records import rules, steps
from records.enums import (
    CARE_ROLES,
    ConsentKind,
    InterviewState,
    Kind,
    RegistrationState,
    Role,
)
from records.models import (
    AdministratorOpening,
    Child,
    Consent,
    ConsentText,
    Facility,
    FacilityMembership,
    Household,
    Interview,
    InterviewPlace,
    Parent,
    Proposal,
    Registration,
    SignIn,
    User,
)
from records.models.interview import InterviewPlaceQuerySet
from records.rules import Duty, Opened, is_home_settled, may_apply
from records.steps import Step

BOOKABLE_STATES = (RegistrationState.ACTIVE, RegistrationState.RENEWABLE)
# How far ahead parents choose an interview.
INTERVIEW_DAYS = 21


def duty_of(user: User, *, at: dt.datetime, chosen: int | None = None) -> Duty | None:
    """What the user works as at a moment, at the facility they chose or the first of theirs.

    None without a membership that counts. The center works for all facilities; an auditor, an
    editor, an administrator and a contractor open no children's records, so their list is empty.
    """
    memberships = list(
        FacilityMembership.objects.counting_at(at)
        .filter(user_id=user.pk)
        .select_related("facility")
        .order_by("facility__number")
    )
    if not memberships:
        return None
    current = next((m for m in memberships if m.facility_id == chosen), memberships[0])
    role = Role(current.role)
    facilities: tuple[int, ...] = ()
    if role == Role.CENTER:
        facilities = tuple(Facility.objects.values_list("pk", flat=True).order_by("pk"))
    elif role in CARE_ROLES:
        facilities = (current.facility_id,)
    return Duty(
        role=role,
        facility=current.facility_id,
        facilities=facilities,
        choices=tuple((m.facility_id, m.facility.name) for m in memberships),
    )


def opened_at(sign_in: SignIn, *, at: dt.datetime) -> Opened | None:
    """The operation (緊急管理者操作) that is open at this screen."""
    found = AdministratorOpening.objects.open_at(at).filter(
        sign_in=sign_in, opened_by_id=sign_in.user_id
    )
    opening = found.first()
    return Opened(opening.pk, opening.ends_at) if opening else None


def roles_of(user: User, *, on: dt.date) -> set[str]:
    """Every role that somebody holds on a day, wherever they hold it."""
    in_force = FacilityMembership.objects.in_force(on).filter(user_id=user.pk)
    return set(in_force.values_list("role", flat=True))


def household_of(user: User) -> uuid.UUID | None:
    """The household of a parent's account; None before they entered it."""
    return Parent.objects.filter(user_id=user.pk).values_list("household_id", flat=True).first()


def enter_household(user: User) -> uuid.UUID | None:
    """The same, and the database is told so for the rest of the transaction. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT household_id, set_config('app.household', household_id::text, true)"
            " FROM records_parent WHERE user_id = %s",
            [user.pk],
        )
        row = cursor.fetchone()
    return row[0] if row else None


def household_for(user: User) -> Household | None:
    """A family's own household, with its home facility; None before they entered it."""
    if user.kind != Kind.PARENT:
        return None
    found = _household_of(user=user)
    return found[0] if found else None


@prepared
def _household_of(user: Later) -> QuerySet[Household]:
    return Household.objects.filter(parents__user=user).select_related("home_facility")


def are_names_settled(household: Household) -> bool:
    """Whether the names of the parents are the facility's to change. One statement."""
    states = household.children.values_list("registration__state", flat=True)
    return rules.are_names_settled(states)


def open_proposal(subject: Child | Parent) -> Proposal | None:
    """The newest proposal about somebody, while it waits or was declined: what came true, or was
    taken back, needs no words any more."""
    newest = subject.proposals.order_by("proposed_at").last()
    return newest if newest and (newest.is_waiting or newest.is_declined) else None


def missing_consents(household: Household) -> list[ConsentText]:
    """The newest texts that the household has not agreed to. One statement."""
    given = Consent.objects.filter(household=household, withdrawn_at=None)
    newest = ConsentText.objects.newest().values("pk")
    missing = ConsentText.objects.filter(pk__in=newest).exclude(pk__in=given.values("text"))
    return sorted(missing, key=lambda text: list(ConsentKind).index(ConsentKind(text.kind)))


@dataclasses.dataclass(frozen=True, kw_only=True)
class Member:
    """A child of the family, as it stands on a day."""

    child: Child
    registration: Registration
    state: RegistrationState
    age: tuple[int, int]
    is_confirmed: bool


@dataclasses.dataclass(frozen=True, kw_only=True)
class Family:
    """What my page shows of a household."""

    household: Household
    parents: list[Parent]
    members: list[Member]
    step: Step
    # What the facility called off, as long as nothing was booked in its place.
    called_off: Interview | None = None

    @property
    def can_book(self) -> bool:
        """Whether one of the children can be booked, wherever its siblings stand."""
        return any(member.state in BOOKABLE_STATES for member in self.members)

    @property
    def note(self) -> str:
        """The note (申込事項) handed in so far."""
        return next((member.registration.application_note for member in self.members), "")

    @property
    def applicants(self) -> list[Child]:
        """The children whose application is not yet handed in, or lost its interview."""
        return [member.child for member in self.members if may_apply(member.state)]

    @property
    def interviews(self) -> list[Interview]:
        """The interviews that are booked; siblings share one."""
        booked = (member.registration.interview for member in self.members)
        found = {i for i in booked if i is not None and i.state == InterviewState.BOOKED}
        return sorted(found, key=lambda interview: interview.place.starts_at)


def family_of(household: Household, on: dt.date) -> Family:
    """The household with everybody in it, in three statements however many they are.

    One more where an application waits for an interview: was the last one called off?
    """
    children = household.children.select_related(
        "registration__interview__place__facility"
    ).prefetch_related("care_needs")
    members = [
        Member(
            child=child,
            registration=child.registration,
            state=child.registration.state_on(on),
            age=child.age_on(on),
            is_confirmed=all(need.is_confirmed for need in child.care_needs.all()),
        )
        for child in children.order_by("date_of_birth", "created_at")
    ]
    states = [member.registration.state for member in members]
    return Family(
        household=household,
        parents=list(household.parents.all()),
        members=members,
        step=steps.current(states),
        called_off=_called_off(household) if RegistrationState.APPLIED in states else None,
    )


def _called_off(household: Household) -> Interview | None:
    """The last interview, if the facility could not hold it."""
    last = (
        household.interviews.select_related("place__facility").order_by("place__starts_at").last()
    )
    return last if last and last.state == InterviewState.WITHDRAWN else None


def child_of(household: Household, child_id: uuid.UUID) -> Child | None:
    """A family's child with everything that parents may read of it; None if it isn't theirs."""
    return (
        household.children.filter(pk=child_id)
        .select_related("registration__interview__place__facility", "home_facility")
        .prefetch_related("care_needs__allergies", "pick_up_people")
        .first()
    )


def is_withdrawn(household: Household, child_id: uuid.UUID) -> bool:
    """Whether a family's child is one that it took back."""
    drafts = Child._base_manager.filter(household=household, withdrawn_at__isnull=False)
    return drafts.filter(pk=child_id).exists()


def interview_places(household: Household, at: dt.datetime) -> InterviewPlaceQuerySet:
    """The places a family may ask for, taken or not: at the home facility once there is one."""
    places = InterviewPlace.objects.filter(
        starts_at__gt=at, starts_at__lt=at + dt.timedelta(days=INTERVIEW_DAYS)
    ).select_related("facility")
    states = household.children.values_list("registration__state", flat=True)
    if is_home_settled(states):
        places = places.filter(facility=household.home_facility)
    return places.order_by("facility__number", "starts_at")


def by_facility_and_day(
    places: Iterable[InterviewPlace],
) -> list[tuple[Facility, list[tuple[dt.date, list[InterviewPlace]]]]]:
    """Places in the order of facility and time, under both."""
    return [
        (facility, [(day, list(found)) for day, found in groupby(own, _local_day)])
        for facility, own in groupby(places, lambda place: place.facility)
    ]


def _local_day(place: InterviewPlace) -> dt.date:
    return clock.local(place.starts_at).date()
