"""Keeping staff accounts: training, review, unused for 90 days, the end at a minute."""

import datetime as dt

import psycopg
import pytest
import time_machine

from history import clock
from history.walls import OWNER, STAFF, WORKER
from records import account_book
from records import account_terms as terms
from records.actions import accounts, memberships
from records.enums import CloseReason, EndReason, Role
from records.models import FacilityMembership, StaffAccount, User
from records.refusals_accounts import LastOfCenter
from records.tasks import close_unused
from tests.factories.records import (
    FacilityMembershipFactory,
    OperatorFactory,
    StaffUserFactory,
    facility,
)
from tests.records.worker import as_worker

TODAY = dt.date(2026, 10, 20)
NIGHT = clock.at(TODAY, dt.time(0, 20))


def days_ago(number):
    return clock.at(TODAY - dt.timedelta(days=number), dt.time(8, 45))


def used(days, **values):
    """An account that was last used so many days ago."""
    return StaffUserFactory.create(last_login=days_ago(days), created_at=days_ago(400), **values)


# Terms


@pytest.mark.parametrize(
    ("trained_on", "on", "expected"),
    [
        (None, TODAY, False),
        (dt.date(2025, 10, 20), TODAY, True),
        (dt.date(2025, 10, 19), TODAY, False),
        (dt.date(2024, 2, 29), dt.date(2025, 2, 28), True),
        (dt.date(2024, 2, 29), dt.date(2025, 3, 1), False),
    ],
    ids=["never", "a year ago", "a day more", "29 Feb, its end", "29 Feb, a day after"],
)
def test_training_counts_for_a_year(trained_on, on, expected):
    assert terms.is_trained(trained_on, on) == expected


@pytest.mark.parametrize(
    ("days", "is_warned", "is_unused"),
    [(0, False, False), (75, False, False), (76, True, False), (89, True, False), (90, True, True)],
)
def test_an_unused_account_is_warned_of_for_two_weeks(days, is_warned, is_unused):
    standing = account_book.standing_of(
        User(last_login=days_ago(days), created_at=days_ago(400)), on=TODAY
    )

    assert (standing.is_warned, standing.is_unused) == (is_warned, is_unused)


def test_an_account_that_was_never_used_counts_from_its_making():
    standing = account_book.standing_of(User(created_at=days_ago(90)), on=TODAY)

    assert standing.is_unused


@pytest.mark.parametrize(
    ("looked_through", "due"),
    [(dt.date(2026, 4, 20), True), (dt.date(2026, 5, 19), True), (dt.date(2026, 5, 21), False)],
)
def test_a_review_stands_on_the_list_for_a_month(looked_through, due):
    assert terms.is_review_due(looked_through, TODAY) == due


# Every night


def tonight():
    with time_machine.travel(NIGHT, tick=False), as_worker():
        close_unused()


def test_the_night_closes_what_nobody_uses(db):
    unused, warned = used(90), used(89)

    tonight()

    assert not User.objects.get(pk=unused.pk).is_active
    assert User.objects.get(pk=warned.pk).is_active
    kept = StaffAccount.objects.get()
    assert (kept.user, kept.close_reason, kept.closed_at) == (unused, "unused", NIGHT)
    trace = kept.history.get()
    assert (trace.history_actor, trace.history_change_reason) == (
        "system:unused-accounts", "90日間使われていない",
    )  # fmt: skip


def test_what_was_opened_again_is_not_closed_the_next_night(db):
    user = used(200)
    tonight()
    user.refresh_from_db()

    accounts.reopen(user=user, at=NIGHT)
    tonight()

    assert User.objects.get(pk=user.pk).is_active


def test_the_last_of_the_center_stays_open(db):
    first, second = (
        FacilityMembershipFactory.create(
            user=used(days), facility=facility("hq"), role=Role.CENTER
        ).user
        for days in (120, 100)
    )

    tonight()

    open_ones = User.objects.filter(pk__in=(first.pk, second.pk), is_active=True)
    assert open_ones.count() == 1


def test_closing_the_last_of_the_center_is_refused(db, clerk):
    with pytest.raises(LastOfCenter):
        accounts.close(user=clerk, reason=CloseReason.LEFT, at=NIGHT)

    assert User.objects.get(pk=clerk.pk).is_active


# At that minute


@pytest.fixture
def at_work(staff_client, carer):
    staff_client.log_in(carer)
    assert staff_client.get("/today/").status_code == 200
    return staff_client


def is_refused(client):
    answer = client.get("/today/")
    return answer.status_code == 302 and "/login/" in answer["Location"]


def test_a_membership_that_ends_refuses_the_next_request(at_work, carer):
    membership = FacilityMembership.objects.get(user=carer)

    memberships.end_now(membership=membership, reason=EndReason.LEFT, at=clock.now())

    assert is_refused(at_work)
    assert not carer.groups.exists()


def test_a_closed_account_refuses_the_next_request(at_work, carer):
    accounts.close(user=carer, reason=CloseReason.INCIDENT, at=clock.now())

    assert is_refused(at_work)


def test_the_day_after_the_last_refuses_the_next_request(at_work, carer):
    FacilityMembership.objects.update(ends_on=clock.today())
    assert at_work.get("/today/").status_code == 200
    midnight = clock.at(clock.today() + dt.timedelta(days=1), dt.time(0))

    with time_machine.travel(midnight, tick=False):
        assert is_refused(at_work)


def test_another_operator_ends_the_work_of_those_it_does_not_employ(at_work, carer, manager):
    new = OperatorFactory.create()
    accounts.keep(user=manager, employer=new)

    left = memberships.change_operator(facility=facility("nerima"), operator=new, at=clock.now())

    assert [each.user for each in left] == [carer]
    assert is_refused(at_work)
    assert [each.user for each in FacilityMembership.objects.in_force(clock.today())] == [manager]


def test_somebody_can_come_back_after_the_end(db, carer):
    membership = FacilityMembership.objects.get(user=carer)
    memberships.end_now(membership=membership, reason=EndReason.MOVED, at=clock.now())

    again = FacilityMembershipFactory.create(
        user=carer, facility=facility("nerima"), starts_on=clock.today()
    )

    assert list(carer.memberships.in_force(clock.today())) == [again]


# The pages


def test_a_manager_sees_the_own_facility_alone(staff_client, manager, carer, carer_elsewhere):
    staff_client.log_in(manager)

    page = staff_client.get("/staff/").content.decode()

    assert carer.username in page
    assert carer_elsewhere.username not in page
    assert staff_client.get(f"/staff/{carer.pk}/").status_code == 200
    assert staff_client.get(f"/staff/{carer_elsewhere.pk}/").status_code == 404


def test_the_center_sees_all_and_what_is_due(staff_client, clerk, carer, carer_elsewhere):
    long_ago = clock.now() - dt.timedelta(days=80)
    User.objects.filter(pk=carer.pk).update(last_login=long_ago, created_at=long_ago)
    accounts.keep(user=carer_elsewhere, trained_on=clock.today())

    page = staff_client.log_in(clerk).get("/staff/")

    rows = {
        row.standing.user.pk: row.standing for place in page.context["places"] for row in place.rows
    }
    assert set(rows) == {clerk.pk, carer.pk, carer_elsewhere.pk}
    assert (rows[carer.pk].is_warned, rows[carer.pk].lacks_training) == (True, True)
    assert not rows[carer_elsewhere.pk].lacks_training
    assert page.context["due"] == {"training": 2, "review": 0, "unused": 1}


@pytest.mark.parametrize(("deputies", "expected"), [(0, 1), (1, None)])
def test_the_center_is_warned_of_rights_that_one_person_holds(
    staff_client, clerk, deputies, expected
):
    for _ in range(deputies):
        FacilityMembershipFactory.create(facility=facility("hq"), role=Role.CENTER)

    page = staff_client.log_in(clerk).get("/staff/")

    held = {each.role: each.count for each in page.context["thin"]}
    assert held.get(Role.CENTER) == expected
    assert held[Role.AUDITOR] == 0


def test_a_deputy_who_cannot_sign_in_does_not_count(db, clerk):
    other = FacilityMembershipFactory.create(facility=facility("hq"), role=Role.CENTER).user
    accounts.close(user=other, reason=CloseReason.LEFT, at=clock.now())

    held = {each.role: each.count for each in account_book.thinly_held(on=clock.today())}

    assert held[Role.CENTER] == 1


def test_the_center_confirms_an_account(staff_client, clerk, carer):
    User.objects.update(created_at=clock.now() - dt.timedelta(days=200))
    staff_client.log_in(clerk)
    assert "点検済みにする" in staff_client.get("/staff/").content.decode()

    staff_client.post(f"/staff/{carer.pk}/confirm/")

    kept = StaffAccount.objects.get(user=carer)
    assert (kept.reviewed_on, kept.reviewed_by) == (clock.today(), clerk)
    assert not account_book.standing_of(kept.user, on=clock.today()).is_review_due


def test_closing_asks_for_a_reason_and_opening_again_works(staff_client, clerk, carer):
    staff_client.log_in(clerk)

    asked = staff_client.post(f"/staff/{carer.pk}/close/", {})
    staff_client.post(f"/staff/{carer.pk}/close/", {"close-reason": "left"})
    closed = User.objects.get(pk=carer.pk).is_active
    staff_client.post(f"/staff/{carer.pk}/reopen/")

    assert asked.status_code == 200
    assert (closed, User.objects.get(pk=carer.pk).is_active) == (False, True)


def test_ending_asks_which_and_why(staff_client, clerk, carer, carer_elsewhere):
    staff_client.log_in(clerk)
    own = FacilityMembership.objects.get(user=carer)
    other = FacilityMembership.objects.get(user=carer_elsewhere)
    path = f"/staff/{carer.pk}/end/"

    for data in ({}, {"end-membership": other.pk, "end-reason": "left"}):
        assert staff_client.post(path, data).status_code == 200
    done = staff_client.post(path, {"end-membership": own.pk, "end-reason": "left"})

    assert done.status_code == 302
    in_force = FacilityMembership.objects.in_force(clock.today())
    assert set(in_force.values_list("user", flat=True)) == {clerk.pk, carer_elsewhere.pk}


def test_the_center_writes_employer_and_training(staff_client, clerk, carer):
    employer = OperatorFactory.create()

    staff_client.log_in(clerk).post(
        f"/records/user/{carer.pk}/change/",
        {"name": carer.name, "employer": employer.pk, "trained_on": "2026-04-10"},
    )

    kept = StaffAccount.objects.get(user=carer)
    assert (kept.employer, kept.trained_on) == (employer, dt.date(2026, 4, 10))


@pytest.mark.parametrize("person", ["carer", "manager", "auditor"])
def test_nobody_writes_that_they_were_trained(staff_client, request, person, clerk):
    user = request.getfixturevalue(person)
    StaffAccount.objects.create(user=user)

    staff_client.log_in(user).post(
        f"/records/user/{user.pk}/change/", {"name": user.name, "trained_on": "2026-04-10"}
    )

    assert StaffAccount.objects.get(user=user).trained_on is None


@pytest.mark.parametrize(
    ("role", "expected"), [("carer", 0), ("manager", 0), ("auditor", 0), ("center", 1)]
)
def test_nobody_writes_it_by_raw_sql_either(real_database, carer, role, expected):
    StaffAccount.objects.create(user=carer)
    context = {"actor": carer.pk, "role": role, "facilities": f"{{{facility('nerima').pk}}}"}
    statement = "UPDATE records_staffaccount SET trained_on = '2026-04-10'"

    with real_database.connect(STAFF, **context) as connection:
        assert connection.execute("SELECT FROM records_staffaccount").rowcount == 1
        assert connection.execute(statement).rowcount == expected


def test_the_worker_opens_no_account(real_database, carer):
    User.objects.filter(pk=carer.pk).update(is_active=False)
    opening = "UPDATE records_user SET is_active = true"

    with real_database.connect(OWNER, actor="system:tests") as owner:
        assert owner.execute(opening).rowcount == 1
    with (
        real_database.connect(WORKER, actor="system:tests") as worker,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        worker.execute(opening)
