"""応援: what a manager may write about who works where, and nothing else.

大泉 and 光が丘 have one operator, 貫井 and 関 another.
"""

import datetime as dt

import psycopg
import pytest

from history import clock
from history.models import Alert
from history.walls import OWNER, STAFF
from records.actions import memberships
from records.enums import HelpReason, Role
from records.models import FacilityMembership
from records.refusals_accounts import AlreadyHere, HelpElsewhere
from records.tasks import follow_member
from tests.factories.records import FacilityMembershipFactory, facility
from tests.records.worker import as_worker

AT = clock.at(dt.date(2026, 10, 20), dt.time(9, 30))
TODAY = AT.date()
INSERT = """INSERT INTO records_facilitymembership
    (user_id, facility_id, role, starts_on, ends_on, help_reason, end_reason)
    VALUES ({user}, {facility}, '{role}', '{starts_on}', {ends_on}, '{reason}', '')"""


def works_at(code, role=Role.CARER, **values):
    return FacilityMembershipFactory.create(facility=facility(code), role=role, **values).user


def ask(user, code="hikarigaoka", at=AT):
    return memberships.help_out(
        user=user, facility=facility(code), reason=HelpReason.ABSENCE, at=at
    )


# The action


def test_help_lasts_one_day_and_the_center_is_told(db):
    user = works_at("oizumi")

    made = ask(user)

    assert (made.role, made.starts_on, made.ends_on) == ("carer", TODAY, TODAY)
    here = FacilityMembership.objects.filter(user=user, facility=facility("hikarigaoka"))
    days = [TODAY - dt.timedelta(days=1), TODAY, TODAY + dt.timedelta(days=1)]
    assert [here.in_force(day).exists() for day in days] == [False, True, False]
    alert = Alert.objects.get()
    assert (alert.kind, alert.facility) == ("help_granted", None)
    assert made.history.get().history_change_reason == "職員の欠勤・早退"


@pytest.mark.parametrize(
    "values",
    [{"code": "nukui"}, {"code": "oizumi", "ends_on": TODAY - dt.timedelta(days=1)},
     {"code": "oizumi", "role": Role.EDITOR}, {"code": "hq", "role": Role.CENTER}],
    ids=["of another operator", "who has left", "who edits pages", "of the center"],
)  # fmt: skip
def test_nobody_helps_who_does_not_work_for_the_operator(db, values):
    user = works_at(**values)

    with pytest.raises(HelpElsewhere):
        ask(user)

    assert not FacilityMembership.objects.filter(help_reason="absence").exists()


def test_help_gives_no_right_to_help_elsewhere(db):
    """Help at 光が丘 does not make somebody of 貫井 one of that operator's staff."""
    user = works_at("nukui")
    with pytest.raises(HelpElsewhere):
        ask(user, "oizumi")

    assert ask(user, "seki").facility == facility("seki")


def test_whoever_works_here_needs_no_help(db):
    user = works_at("oizumi")
    ask(user)

    with pytest.raises(AlreadyHere):
        ask(user)


def test_the_worker_lets_the_group_follow(db):
    user = works_at("oizumi")
    ask(user, at=clock.now())

    with as_worker():
        follow_member(user_id=user.pk)

    names = set(user.groups.values_list("name", flat=True))
    assert names == {"oizumi:carer", "hikarigaoka:carer"}


# The database


@pytest.fixture
def ward(real_database):
    return {
        "manager": works_at("hikarigaoka", Role.MANAGER),
        "helper": works_at("oizumi"),
        "stranger": works_at("nukui"),
    }


def attempt(real_database, database_role, statement, **context):
    """How many rows a statement changes; None when it is refused."""
    with real_database.connect(database_role, at=AT.isoformat(), **context) as connection:
        try:
            return connection.execute(statement).rowcount
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.CheckViolation):
            return None


def statement(ward, **changed):
    values = {
        "user": ward["helper"].pk, "facility": facility("hikarigaoka").pk, "role": "carer",
        "starts_on": TODAY, "ends_on": f"'{TODAY}'", "reason": "absence",
    } | changed  # fmt: skip
    return INSERT.format(**values)


def as_manager(ward, code="hikarigaoka", role="manager"):
    return {
        "actor": ward["manager"].pk, "role": role, "facilities": f"{{{facility(code).pk}}}",
    }  # fmt: skip


def test_a_manager_lets_somebody_help_by_raw_sql_too(real_database, ward):
    assert attempt(real_database, STAFF, statement(ward), **as_manager(ward)) == 1


@pytest.mark.parametrize(
    "changed",
    [{"reason": ""}, {"role": "manager", "reason": ""}, {"ends_on": "NULL", "reason": ""},
     {"starts_on": TODAY - dt.timedelta(days=1), "ends_on": f"'{TODAY - dt.timedelta(days=1)}'"},
     {"starts_on": TODAY + dt.timedelta(days=1), "ends_on": f"'{TODAY + dt.timedelta(days=1)}'"}],
    ids=["a post of a day", "a manager", "a post", "yesterday", "tomorrow"],
)  # fmt: skip
def test_a_manager_writes_no_other_membership(real_database, ward, changed):
    written = statement(ward, **changed)

    assert attempt(real_database, STAFF, written, **as_manager(ward)) is None
    # It is the manager who may not: the database itself could keep such a row.
    assert attempt(real_database, OWNER, written, actor="system:tests") == 1


def test_a_manager_sends_nobody_to_another_facility(real_database, ward):
    there = FacilityMembershipFactory.create(facility=facility("hikarigaoka")).user
    written = statement(ward, user=there.pk, facility=facility("oizumi").pk)

    assert attempt(real_database, STAFF, written, **as_manager(ward)) is None
    assert attempt(real_database, STAFF, written, **as_manager(ward, "oizumi")) == 1


@pytest.mark.parametrize("role", ["carer", "auditor", "editor", ""])
def test_nobody_but_a_manager_asks_for_help(real_database, ward, role):
    assert attempt(real_database, STAFF, statement(ward), **as_manager(ward, role=role)) is None


@pytest.mark.parametrize("database_role", [STAFF, OWNER])
def test_no_role_lets_another_operators_staff_help(real_database, ward, database_role):
    written = statement(ward, user=ward["stranger"].pk)

    assert attempt(real_database, database_role, written, **as_manager(ward)) is None


def test_no_help_is_longer_than_a_day_whoever_writes_it(real_database, ward):
    written = statement(ward, ends_on=f"'{TODAY + dt.timedelta(days=1)}'")

    assert attempt(real_database, OWNER, written, actor="system:tests") is None


@pytest.mark.parametrize(
    "change",
    ["SET role = 'manager'", "SET ends_on = NULL", "SET ended_at = now()",
     "SET starts_on = '2000-01-01'"],
)  # fmt: skip
def test_a_manager_changes_no_membership_that_is_there(real_database, ward, change):
    update = f"UPDATE records_facilitymembership {change} WHERE user_id = {ward['manager'].pk}"

    assert attempt(real_database, STAFF, update, **as_manager(ward)) == 0
    assert attempt(real_database, OWNER, update, actor="system:tests") == 1


def test_help_is_not_stretched_afterwards(real_database, ward):
    with real_database.connect(STAFF, at=AT.isoformat(), **as_manager(ward)) as connection:
        connection.execute(statement(ward))
        with pytest.raises(psycopg.Error):
            connection.execute(
                "UPDATE records_facilitymembership SET help_reason = '', ends_on = NULL"
                " WHERE help_reason <> ''"
            )


# The page


def test_the_page_offers_those_of_the_operator(staff_client):
    manager = works_at("hikarigaoka", Role.MANAGER)
    helper, stranger = works_at("oizumi"), works_at("nukui")

    page = staff_client.log_in(manager).get("/staff/help/").content.decode()

    assert helper.username in page
    assert stranger.username not in page


def test_the_page_lets_them_help(staff_client):
    manager, helper = works_at("hikarigaoka", Role.MANAGER), works_at("oizumi")
    staff_client.log_in(manager)

    refused = staff_client.post("/staff/help/", {"user": helper.pk, "reason": "because"})
    done = staff_client.post("/staff/help/", {"user": helper.pk, "reason": "crowded"})

    assert (refused.status_code, done.status_code) == (200, 302)
    made = FacilityMembership.objects.get(facility=facility("hikarigaoka"), user=helper)
    assert (made.help_reason, made.starts_on) == ("crowded", clock.today())
    assert made.history.get().history_actor == str(manager.pk)
