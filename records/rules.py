"""Predicates of the register: who may do what. No queries; views, admin and templates ask these."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable

from django.core.exceptions import PermissionDenied

from records.enums import CARE_ROLES, RegistrationState, Role

WARD = "練馬区"
WAITING_STATES = (RegistrationState.DRAFT, RegistrationState.APPLIED)


@dataclasses.dataclass(frozen=True)
class Opened:
    """An operation (緊急管理者操作) that its administrator has open right now."""

    number: uuid.UUID
    ends_at: dt.datetime


@dataclasses.dataclass(frozen=True)
class Duty:
    """What a member of staff works as right now: one role, at one facility (the center: at all).

    `facility` is the one chosen; `facilities` are the ids whose records it opens; `choices` are
    the facilities that could be chosen instead, by id. `opened` is an administrator's alone.
    """

    role: Role
    facility: int
    facilities: tuple[int, ...]
    choices: tuple[tuple[int, str], ...] = ()
    opened: Opened | None = None

    @property
    def gives_care(self) -> bool:
        return self.role in CARE_ROLES

    @property
    def is_center(self) -> bool:
        return self.role == Role.CENTER

    @property
    def is_administrator(self) -> bool:
        return self.role == Role.ADMINISTRATOR

    @property
    def is_office(self) -> bool:
        """Whether accounts and terminals of the whole ward are their concern."""
        return self.role in OFFICE_ROLES

    @property
    def keeps_accounts(self) -> bool:
        return self.is_center or (self.is_administrator and self.opened is not None)

    @property
    def reviews(self) -> bool:
        """Whether they review changes and readings."""
        return self.role in (Role.MANAGER, Role.CENTER, Role.AUDITOR)


# Roles that reach beyond one facility belong to the center alone; page editors may sit anywhere.
CENTER_ROLES = (Role.CENTER, Role.AUDITOR, Role.ADMINISTRATOR)
FACILITY_ROLES = (Role.CARER, Role.MANAGER)
OFFICE_ROLES = (Role.CENTER, Role.ADMINISTRATOR)
# Whose password alone opens nothing (domain.md 3.5); the terminal is everybody's.
FACTOR_ROLES = (*OFFICE_ROLES, Role.CONTRACTOR)


def needs_factor(roles: Iterable[str]) -> bool:
    """Whether somebody with these roles, at whatever facility, gives a second factor."""
    return any(role in FACTOR_ROLES for role in roles)


def fits(role: str, *, at_center: bool) -> bool:
    """Whether a role can be held at the center, or at a facility that offers care."""
    return role not in (FACILITY_ROLES if at_center else (*CENTER_ROLES, Role.CONTRACTOR))


def duty(user: object) -> Duty | None:
    """The duty of the request's user; None for parents and for staff without a membership."""
    return getattr(user, "duty", None)


def required_duty(user: object) -> Duty:
    """The duty of somebody who may enter. Raises PermissionDenied where there is none."""
    found = duty(user)
    if found is None:
        raise PermissionDenied
    return found


def may_enter_staff_tool(user: object) -> bool:
    """Staff with a membership in force. A right counts only while it is."""
    return bool(getattr(user, "is_active", False)) and duty(user) is not None


def works_with_children(user: object) -> bool:
    found = duty(user)
    return found is not None and found.gives_care


def gives_care_on_site(user: object) -> bool:
    """Carers and managers of a facility; the center reads, but cares for nobody itself."""
    return works_with_children(user) and not is_center(user)


def manages(user: object) -> bool:
    """A facility's manager, or the center."""
    found = duty(user)
    return found is not None and found.role in (Role.MANAGER, Role.CENTER)


def manages_facility(user: object, facility_id: int) -> bool:
    """A facility's manager at work there, or the center, which answers for all."""
    return manages(user) and facility_id in required_duty(user).facilities


def is_center(user: object) -> bool:
    found = duty(user)
    return found is not None and found.is_center


def is_administrator(user: object) -> bool:
    found = duty(user)
    return found is not None and found.is_administrator


def is_office(user: object) -> bool:
    """Who sees accounts and terminals of the whole ward, and at any time takes away: closes an
    account, ends a membership, revokes a terminal."""
    found = duty(user)
    return found is not None and found.is_office


def keeps_accounts(user: object) -> bool:
    """Who makes accounts, memberships and terminals, and gives new passwords: the center, and an
    administrator within an operation that is open."""
    found = duty(user)
    return found is not None and found.keeps_accounts


def resets_passwords(user: object) -> bool:
    """They, and a facility's manager for the own staff."""
    return keeps_accounts(user) or manages(user)


def sees_accounts(user: object) -> bool:
    """Who reads the list of staff: the office, and a facility's manager that of the facility."""
    return is_office(user) or manages(user)


def reviews_administration(user: object) -> bool:
    """Who reads what administrators opened, and why."""
    found = duty(user)
    return found is not None and found.role in (Role.CENTER, Role.AUDITOR)


def asks_for_help(user: object) -> bool:
    """Who lets somebody of the same operator work at the own facility today."""
    found = duty(user)
    return found is not None and found.role == Role.MANAGER


def answers_for_operation(user: object) -> bool:
    """Who watches that the service can be brought back: center, administrators, auditors, and a
    contractor, for whom there is nothing else to see."""
    found = duty(user)
    return found is not None and found.role in (*CENTER_ROLES, Role.CONTRACTOR)


def reviews_contractors(user: object) -> bool:
    """Who reads which contractor was let in, for what, and when they were there."""
    return is_office(user) or reviews_administration(user)


def sees_terminals(user: object) -> bool:
    """The office, and a facility's manager those of the facility."""
    return is_office(user) or manages(user)


def reviews(user: object) -> bool:
    found = duty(user)
    return found is not None and found.reviews


def reads_contents(user: object) -> bool:
    """Whether a reviewer reads what a change says; auditors read that there was one (4.1)."""
    return works_with_children(user)


def edits_pages(user: object) -> bool:
    found = duty(user)
    return found is not None and found.role in (Role.EDITOR, Role.MANAGER, Role.CENTER)


def may_apply(state: str) -> bool:
    """Whether an application can still be changed or handed in."""
    return state in WAITING_STATES


def is_home_settled(states: Iterable[str]) -> bool:
    """Whether a facility knows one of a household's children already: siblings go there as well."""
    return any(state not in WAITING_STATES for state in states)


def may_withdraw(state: str) -> bool:
    """Whether a family may take a child back: while the application is not handed in."""
    return state == RegistrationState.DRAFT


def may_change_identity(state: str) -> bool:
    """Whether parents still write name and birth date themselves; later the facility does (4.2)."""
    return state in (
        *WAITING_STATES, RegistrationState.INTERVIEW_BOOKED, RegistrationState.INTERVIEWED,
    )  # fmt: skip


def are_names_settled(states: Iterable[str]) -> bool:
    """Whether a facility has checked who the parents are: from the first activation on (4.2)."""
    return any(not may_change_identity(state) for state in states)


def is_resident(city: str) -> bool:
    """Whether an address lies in the ward. Who may use the service is provisional (仮設定)."""
    return city.strip() == WARD


@dataclasses.dataclass(frozen=True)
class Term:
    """The dates of a registration."""

    expires_on: dt.date
    renewal_opens_on: dt.date
    renewal_closes_on: dt.date
    usable_from: dt.date
    bookable_from: dt.date
