"""Named people. Facility A is 練馬, facility B is 光が丘; 貫井 and 関 have one operator."""

import pytest

from records.enums import Role
from records.models import Child, FacilityMembership, Parent, User
from tests.factories.records import (
    ChildFactory,
    ContractorAccessFactory,
    FacilityMembershipFactory,
    HouseholdFactory,
    ParentFactory,
    StaffUserFactory,
    facility,
)
from tests.factories.terminals import choose_credential


def _parent(family_name: str, kana: str, email: str) -> User:
    parent = ParentFactory.create(
        with_account=True,
        user__email=email,
        email=email,
        family_name=family_name,
        family_name_kana=kana,
        household=HouseholdFactory.create(),
    )
    ChildFactory.create(
        registered=True,
        household=parent.household,
        family_name=family_name,
        family_name_kana=kana,
        given_name="一花",
        given_name_kana="イチカ",
    )
    return parent.user


def _staff(staff_id: str, name: str, code: str, role: Role) -> User:
    user = StaffUserFactory.create(username=staff_id, name=name)
    FacilityMembershipFactory.create(user=user, facility=facility(code), role=role)
    choose_credential(user)
    return user


def household_of(user: User) -> object:
    return Parent.objects.get(user=user).household


def child_of(user: User) -> Child:
    """The one child of `parent` or `other_parent`, registered at 練馬 and free to be booked."""
    return Child.objects.get(household__parents__user=user)


@pytest.fixture
def parent(database: None) -> User:
    return _parent("林", "ハヤシ", "hayashi@example.jp")


@pytest.fixture
def other_parent(database: None) -> User:
    return _parent("𠮷田", "ヨシダ", "yoshida@example.jp")


@pytest.fixture
def carer(database: None) -> User:
    return _staff("N1001", "練馬 保育", "nerima", Role.CARER)


@pytest.fixture
def manager(database: None) -> User:
    return _staff("N1002", "練馬 責任", "nerima", Role.MANAGER)


@pytest.fixture
def carer_elsewhere(database: None) -> User:
    return _staff("H5001", "光が丘 保育", "hikarigaoka", Role.CARER)


@pytest.fixture
def carer_nukui(database: None) -> User:
    return _staff("K2001", "貫井 保育", "nukui", Role.CARER)


@pytest.fixture
def carer_seki(database: None) -> User:
    return _staff("S3001", "関 保育", "seki", Role.CARER)


@pytest.fixture
def clerk(database: None) -> User:
    return _staff("C9001", "センター 事務", "hq", Role.CENTER)


@pytest.fixture
def auditor(database: None) -> User:
    return _staff("C9002", "監査 担当", "hq", Role.AUDITOR)


@pytest.fixture
def editor(database: None) -> User:
    return _staff("C9003", "ページ 編集", "hq", Role.EDITOR)


@pytest.fixture
def administrator(database: None) -> User:
    return _staff("C9004", "システム 管理", "hq", Role.ADMINISTRATOR)


@pytest.fixture
def opener(database: None) -> User:
    """Another administrator; `client_of` opens an operation (緊急管理者操作) for this one."""
    return _staff("C9005", "当番 管理", "hq", Role.ADMINISTRATOR)


@pytest.fixture
def contractor(database: None) -> User:
    """Of a company that keeps the system running, with a ticket for today."""
    user = _staff("V7001", "保守 太郎", "hq", Role.CONTRACTOR)
    ContractorAccessFactory.create(membership=FacilityMembership.objects.get(user=user))
    return user


@pytest.fixture
def stranger() -> None:
    """Nobody: not logged in."""


PARENTS = ("parent", "other_parent")
STAFF = (
    "carer", "manager", "carer_elsewhere", "carer_nukui", "carer_seki", "clerk", "auditor",
    "editor", "administrator", "opener", "contractor",
)  # fmt: skip
