"""A family enters itself: once, however often the button is tapped."""

import uuid
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from records.actions import households
from records.models import Household, Parent
from tests.concurrency.parents import together
from tests.factories.records import ParentFactory, ParentUserFactory
from tests.records.families import account_of, as_parent, family

ADDRESS = {"postal_code": "1768501", "street": "豊玉北6-12-1", "city": "練馬区"}
PARENT = {
    "family_name": "𠮷田", "given_name": "髙子", "family_name_kana": "ヨシダ",
    "given_name_kana": "タカコ", "mobile_phone": "09011112222",
}  # fmt: skip
OTHER = PARENT | {"given_name": "二郎", "given_name_kana": "ジロウ", "is_first_contact": False}


def open_for(user, **address):
    return households.open_for(user=user, address=ADDRESS | address, parent=PARENT)


@pytest.fixture
def user(database):
    return ParentUserFactory.create(email="yoshida@example.jp")


def test_a_household_begins_with_the_parent_of_the_account(user):
    household = open_for(user)

    me = household.parents.get()
    assert (me.user, me.email, me.is_first_contact) == (user, "yoshida@example.jp", True)
    assert me.full_name == "𠮷田 髙子"
    assert (household.street, household.home_facility) == ("豊玉北6-12-1", None)


def test_a_second_tap_finds_the_first(user):
    first = open_for(user)

    second = open_for(user, street="別の番地")

    assert second == first
    assert second.street == "豊玉北6-12-1"
    assert (Household.objects.count(), Parent.objects.count()) == (1, 1)


def test_two_taps_at_once_are_one_household(real_database):
    user = ParentUserFactory.create()
    barrier = Barrier(2, timeout=20)

    def run(_):
        with as_parent(user):
            barrier.wait()
            return open_for(user)

    first, second = together(run, [1, 2])

    assert isinstance(first, Household)
    assert first == second
    assert (Household.objects.count(), Parent.objects.count()) == (1, 1)


def test_the_wall_opens_to_the_new_household_only(user):
    other = family()

    with as_parent(user):
        assert Household.objects.count() == 0

        mine = open_for(user)

        assert list(Household.objects.all()) == [mine]
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('app.household')")
            assert cursor.fetchone() == (str(mine.pk),)
        connection.cursor().execute("RESET ROLE")
    assert set(Household.objects.all()) == {mine, other}


# Other parents


@pytest.fixture
def household(user):
    return open_for(user)


def add(household, number, **fields):
    return households.add_parent(household=household, number=number, fields=OTHER | fields)


def test_another_parent_has_no_account(household):
    second = add(household, uuid.uuid4())

    assert (second.user, second.full_name) == (None, "𠮷田 二郎")
    assert household.parents.count() == 2


def test_a_second_tap_finds_the_same_parent(household):
    number = uuid.uuid4()
    first = add(household, number)

    second = add(household, number, given_name="三郎")

    assert second == first
    assert second.given_name == "二郎"
    assert household.parents.count() == 2


def test_the_first_contact_is_handed_over(household, user):
    second = add(household, uuid.uuid4(), is_first_contact=True)

    assert list(household.parents.filter(is_first_contact=True)) == [second]

    households.change_parent(household.parents.get(user=user))

    assert list(household.parents.filter(is_first_contact=True)) == [second]


def test_a_number_of_another_family_changes_nothing_there(household):
    theirs = ParentFactory.create(family_name="林")

    with pytest.raises(IntegrityError), transaction.atomic():
        add(household, theirs.pk)

    theirs.refresh_from_db()
    assert (theirs.family_name, theirs.household == household) == ("林", False)


def test_changing_saves_the_address_and_the_parent(household, user):
    me = household.parents.get()
    household.street, me.mobile_phone = "練馬1-17-1", "08099998888"

    households.change(household=household, parent=me)

    kept = Household.objects.get()
    assert kept.street == "練馬1-17-1"
    assert kept.parents.get().mobile_phone == "08099998888"
    assert account_of(kept) == user
