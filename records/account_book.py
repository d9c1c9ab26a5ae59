"""Reading about staff accounts: who works where, and what is due with each."""

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from django.db.models import QuerySet

from history import clock
from records import account_terms as terms
from records.enums import Kind, Role
from records.models import Facility, FacilityMembership, Operator, StaffAccount, User
from records.models.account import staff_id_of
from records.models.facility import FacilityMembershipQuerySet
from records.rules import CENTER_ROLES, required_duty

# So many people hold each right of the center: one is ill, and the other is there.
LEAST_HOLDERS = 2


@dataclasses.dataclass(frozen=True)
class Standing:
    """One account on a day: when it was last used, and what is due."""

    user: User
    account: StaffAccount
    on: dt.date

    @property
    def last_used_on(self) -> dt.date:
        """The last sign-in, or when the account was made or opened again."""
        used = (self.user.last_login or self.user.created_at, self.user.created_at)
        return max(*(clock.local(moment).date() for moment in used), self._reopened_on)

    @property
    def closes_on(self) -> dt.date:
        return terms.closes_on(self.last_used_on)

    @property
    def is_unused(self) -> bool:
        return terms.is_unused(self.last_used_on, self.on)

    @property
    def is_warned(self) -> bool:
        return self.user.is_active and terms.is_warned(self.last_used_on, self.on)

    @property
    def lacks_training(self) -> bool:
        return not terms.is_trained(self.account.trained_on, self.on)

    @property
    def review_due_on(self) -> dt.date:
        return terms.review_due_on(self._looked_through)

    @property
    def is_review_due(self) -> bool:
        return self.user.is_active and terms.is_review_due(self._looked_through, self.on)

    @property
    def _looked_through(self) -> dt.date:
        made = clock.local(self.user.created_at).date()
        return max(made, self.account.reviewed_on or made, self._reopened_on)

    @property
    def _reopened_on(self) -> dt.date:
        return self.account.reopened_on or dt.date.min


@dataclasses.dataclass(frozen=True)
class Row:
    membership: FacilityMembership
    standing: Standing


@dataclasses.dataclass(frozen=True)
class Place:
    """A facility with everybody who works there now or later."""

    facility: Facility
    rows: tuple[Row, ...]


@dataclasses.dataclass(frozen=True)
class Holders:
    """A right of the center that hangs on too few people."""

    role: Role
    count: int


def staff_by_facility(user: object, *, on: dt.date) -> list[Place]:
    """Every facility's staff for who sees the accounts, for a manager the own one's."""
    duty = required_duty(user)
    memberships = (
        FacilityMembership.objects.to_come(on)
        .select_related("user__staff_account__employer", "facility", "contractor_access")
        .order_by("facility__number", "user__username")
    )
    facilities = Facility.objects.order_by("number")
    if duty.role == Role.MANAGER:
        memberships = memberships.filter(facility__in=duty.facilities)
        facilities = facilities.filter(pk__in=duty.facilities)
    rows = defaultdict(list)
    for each in memberships:
        rows[each.facility_id].append(Row(each, standing_of(each.user, on=on)))
    return [Place(facility, tuple(rows[facility.pk])) for facility in facilities]


def standing_of(user: User, *, on: dt.date) -> Standing:
    """With what the center keeps; what was never written down is empty."""
    account = getattr(user, "staff_account", None) or StaffAccount(user=user)
    return Standing(user, account, on)


def staff() -> QuerySet[User]:
    """Accounts of staff, closed ones too, with what the center keeps of them."""
    return User.objects.filter(kind=Kind.STAFF).select_related("staff_account__employer")


def open_accounts() -> QuerySet[User]:
    """What the worker needs of the accounts that can sign in, in the columns that it may read."""
    columns = ("kind", "is_active", "last_login", "created_at")
    return (
        User.objects.filter(kind=Kind.STAFF, is_active=True)
        .only(*columns)
        .prefetch_related("staff_account")
    )


def center_member(staff_id: str, *, on: dt.date) -> User | None:
    """Who works as the center on a day, by staff ID; None where nobody of that ID does."""
    members = FacilityMembership.objects.in_force(on).filter(role=Role.CENTER)
    found = User.objects.filter(kind=Kind.STAFF, is_active=True, pk__in=members.values("user"))
    return found.filter(username=staff_id_of(staff_id)).first()


def member(user: object, number: int, *, on: dt.date) -> User | None:
    """One account, if the reader sees it on the list."""
    duty = required_duty(user)
    found = staff().filter(pk=number)
    if duty.role == Role.MANAGER:
        here = FacilityMembership.objects.to_come(on).filter(facility__in=duty.facilities)
        found = found.filter(pk__in=here.values("user"))
    return found.first()


def memberships_of(user: User) -> FacilityMembershipQuerySet:
    found = FacilityMembership.objects.filter(user=user)
    found = found.select_related("facility", "contractor_access")
    return found.order_by("-starts_on", "facility__number")


def helpers_for(facility_id: int, *, on: dt.date) -> QuerySet[User]:
    """Whom a facility may ask to help out: who works at another one of its operator today."""
    here = facility(facility_id)
    if here.operator_id is None:
        return User.objects.none()
    there = FacilityMembership.objects.in_force(on).regular()
    there = there.filter(
        role__in=(Role.CARER, Role.MANAGER), facility__operator=here.operator_id
    ).exclude(facility=here)
    already = FacilityMembership.objects.in_force(on).filter(facility=here)
    return (
        User.objects.filter(pk__in=there.values("user"), is_active=True)
        .exclude(pk__in=already.values("user"))
        .order_by("username")
    )


def operators() -> QuerySet[Operator]:
    return Operator.objects.order_by("name")


def facility(number: int) -> Facility:
    return Facility.objects.get(pk=number)


def thinly_held(*, on: dt.date) -> list[Holders]:
    """Rights of the center that fewer than two people hold who can sign in."""
    held: dict[str, set[int]] = {role: set() for role in CENTER_ROLES}
    in_force = FacilityMembership.objects.in_force(on).filter(
        role__in=CENTER_ROLES, user__is_active=True
    )
    for role, user_id in in_force.values_list("role", "user_id"):
        held[role].add(user_id)
    return [
        Holders(Role(role), len(people))
        for role, people in held.items()
        if len(people) < LEAST_HOLDERS
    ]


def count_due(places: Iterable[Place]) -> dict[str, int]:
    """How many accounts of a list wait for training, review, or use."""
    standings = {row.standing.user.pk: row.standing for place in places for row in place.rows}
    return {
        "training": sum(each.lacks_training for each in standings.values()),
        "review": sum(each.is_review_due for each in standings.values()),
        "unused": sum(each.is_warned for each in standings.values()),
    }
