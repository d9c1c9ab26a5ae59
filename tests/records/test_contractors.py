"""Contractors (委託事業者・保守): a named person, a ticket, set minutes, and little to see."""

import datetime as dt

import psycopg
import pytest
import time_machine
from django.db import IntegrityError

from history import clock
from history.models import BackupRun, Entry
from history.walls import STAFF
from records.actions import contractors, memberships
from records.enums import EndReason
from records.models import ContractorAccess, FacilityMembership, SignIn
from records.refusals_accounts import AlreadyHere
from tests.door import NINE, enrol, log_in
from tests.entries import EntryClient
from tests.factories.records import StaffUserFactory, facility
from tests.factories.terminals import choose_credential

TEN, NOON = NINE + dt.timedelta(hours=1), NINE + dt.timedelta(hours=3)
MINUTE, SECOND = dt.timedelta(minutes=1), dt.timedelta(seconds=1)
DAY = dt.timedelta(days=1)
COMPANY, TICKET = "保守システム株式会社", "保守-2026-031"


@pytest.fixture(autouse=True)
def moment():
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def vendor(database):
    """A named person of a company, with password and PIN, and nothing to do here yet."""
    user = StaffUserFactory.create(username="V7001", name="保守 太郎")
    choose_credential(user)
    return user


def admitted(user, clerk, starts_at=TEN, ends_at=NOON, ticket=TICKET):
    return contractors.admit(
        user=user, company=COMPANY, ticket=ticket, starts_at=starts_at, ends_at=ends_at, by=clerk,
        at=clock.now(),
    )  # fmt: skip


def at_the_door(user):
    """Password and code at a terminal of the center; whether the day began."""
    client = EntryClient("staff").at_terminal("hq")
    answer = log_in(client, user)
    if answer.status_code == 302 and answer["Location"] == "/login/factor/":
        enrol(client)
    return client, SignIn.objects.filter(user=user, ended_at=None).exists()


# Letting in


def sent(client, person, **fields):
    data = {
        "user": person.pk, "company": COMPANY, "ticket": TICKET,
        "starts_at": "2026-11-24T10:00", "ends_at": "2026-11-24T12:00",
    }  # fmt: skip
    return client.post("/contractors/new/", data | fields)


def test_the_center_lets_somebody_in_for_a_ticket(staff_client, clerk, vendor):
    answer = sent(staff_client.log_in(clerk), vendor)

    made = ContractorAccess.objects.get()
    assert answer["Location"] == "/contractors/"
    assert (made.membership.user, made.company, made.ticket) == (vendor, COMPANY, TICKET)
    assert (made.starts_at, made.ends_at, made.granted_by) == (TEN, NOON, clerk)
    assert (made.membership.facility, made.membership.role) == (facility("hq"), "contractor")
    page = staff_client.get("/staff/").content.decode()
    assert (TICKET in page, COMPANY in page) == (True, True)


@pytest.mark.parametrize(
    "fields",
    [
        {"ticket": ""}, {"company": ""}, {"user": ""},
        {"ends_at": "2026-11-24T10:00"}, {"ends_at": "2026-12-08T10:01"},
        {"starts_at": "2026-11-23T10:00", "ends_at": "2026-11-24T09:00"},
    ],
)  # fmt: skip
def test_without_ticket_person_and_a_fortnight_at_most_nobody_is(
    staff_client, clerk, vendor, fields
):
    page = sent(staff_client.log_in(clerk), vendor, **fields)

    assert (page.status_code, ContractorAccess.objects.count()) == (200, 0)
    assert "error-summary" in page.content.decode()


def test_a_fortnight_is_possible(staff_client, clerk, vendor):
    assert sent(staff_client.log_in(clerk), vendor, ends_at="2026-12-08T10:00").status_code == 302


def test_who_works_here_already_is_no_contractor(staff_client, clerk, vendor, carer):
    assert sent(staff_client.log_in(clerk), carer).status_code == 200
    admitted(vendor, clerk)

    assert sent(staff_client, vendor).status_code == 200
    with pytest.raises(AlreadyHere):
        admitted(vendor, clerk, ticket="別")


@pytest.mark.parametrize("person", ["carer", "manager", "auditor", "editor", "administrator"])
def test_nobody_else_lets_anybody_in(staff_client, vendor, request, person):
    client = staff_client.log_in(request.getfixturevalue(person))

    assert sent(client, vendor).status_code == 403
    assert not FacilityMembership.objects.filter(user=vendor).exists()


def test_the_role_is_not_given_by_the_form_of_memberships(staff_client, clerk, vendor):
    staff_client.log_in(clerk).post(
        "/records/facilitymembership/add/",
        {
            "user": vendor.pk, "facility": facility("hq").pk, "role": "contractor",
            "starts_on": "2026-11-24",
        },
    )  # fmt: skip

    assert not FacilityMembership.objects.filter(user=vendor).exists()


# The minutes


@pytest.mark.parametrize(
    ("at", "is_in"),
    [(TEN - SECOND, False), (TEN, True), (NOON - SECOND, True), (NOON, False), (TEN + DAY, False)],
    ids=["before", "first second", "last second", "the minute after", "next day"],
)
def test_the_door_opens_within_the_minutes_alone(vendor, clerk, moment, at, is_in):
    admitted(vendor, clerk)
    moment.move_to(at)

    client, began = at_the_door(vendor)

    assert began == is_in
    assert (client.get("/backups/").status_code == 200) == is_in


def test_a_role_without_a_ticket_counts_nothing(vendor, clerk):
    memberships.grant(
        user=vendor, facility=facility("hq"), role="contractor", starts_on=NINE.date(),
        today=NINE.date(),
    )  # fmt: skip

    _client, began = at_the_door(vendor)

    assert not began


def test_the_session_ends_at_that_minute(vendor, clerk, moment):
    admitted(vendor, clerk)
    moment.move_to(NOON - SECOND)
    client, _began = at_the_door(vendor)
    assert client.get("/backups/").status_code == 200
    assert SignIn.objects.get(user=vendor).ends_at == NOON

    moment.move_to(NOON)

    answer = client.get("/backups/")
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, "/login/")
    assert "保守 太郎" not in client.get("/login/").content.decode()


def test_ending_it_early_refuses_the_next_request(vendor, clerk, moment):
    made = admitted(vendor, clerk)
    moment.move_to(TEN)
    client, _began = at_the_door(vendor)
    assert client.get("/backups/").status_code == 200

    memberships.end_now(membership=made.membership, reason=EndReason.LEFT, at=TEN)

    assert client.get("/backups/").status_code == 302


def test_a_password_alone_opens_nothing(vendor, clerk, moment):
    admitted(vendor, clerk)
    moment.move_to(TEN)
    client = EntryClient("staff").at_terminal("hq")

    answer = log_in(client, vendor)

    assert answer["Location"] == "/login/factor/"
    assert not SignIn.objects.exists()


def test_no_facility_s_terminal_lets_a_contractor_in(vendor, clerk, moment, staff_client):
    admitted(vendor, clerk)
    moment.move_to(TEN)

    assert "有効な所属がありません" in log_in(staff_client, vendor).content.decode()


# What there is to see


def test_a_contractor_sees_the_backups_and_no_more(vendor, clerk, moment):
    admitted(vendor, clerk)
    moment.move_to(TEN)
    client, _began = at_the_door(vendor)

    assert client.get("/", follow=True).redirect_chain[-1][0] == "/backups/"
    assert client.post("/backups/now/").status_code == 403
    for path in (
        "/staff/", "/terminals/", "/watch/", "/changes/", "/today/", "/records/child/",
        "/records/user/", "/history/entry/", "/contractors/", "/administration/",
    ):  # fmt: skip
        assert client.get(path).status_code == 403, path


def test_the_screen_says_who_was_there_when_and_for_what(vendor, clerk, auditor, moment):
    admitted(vendor, clerk)
    moment.move_to(TEN + MINUTE)
    at_the_door(vendor)
    assert Entry.objects.filter(act="login", actor=str(vendor.pk)).exists()

    for person in (clerk, auditor):
        page = EntryClient("staff").log_in(person).get("/contractors/").content.decode()
        for word in ("保守 太郎", COMPANY, TICKET, "いま使えます", "10:01"):
            assert word in page, word
    moment.move_to(NOON)
    page = EntryClient("staff").log_in(clerk).get("/contractors/").content.decode()
    assert ("いま使えます" in page, "10:01" in page) == (False, True)


# In raw SQL


@pytest.mark.parametrize(
    "values", [{"ends_at": TEN + 14 * DAY + MINUTE}, {"ends_at": TEN}, {"ticket": ""}]
)
def test_two_weeks_and_a_ticket_even_for_the_owner(vendor, clerk, values):
    with pytest.raises(IntegrityError):
        admitted(vendor, clerk, **values)


FORGED = {
    "made": "INSERT INTO records_contractoraccess (membership_id, company, ticket, starts_at,"
    " ends_at, granted_by_id) SELECT id, 'x', 'x', now(), now() + interval '1 day', user_id"
    " FROM records_facilitymembership WHERE user_id = {carer}",
    "made longer": "UPDATE records_contractoraccess SET ends_at = ends_at + interval '1 hour'",
    "removed": "DELETE FROM records_contractoraccess",
}


@pytest.mark.parametrize("name", FORGED)
@pytest.mark.parametrize("role", ["contractor", "manager", "administrator", "auditor"])
def test_nobody_forges_one(real_database, vendor, clerk, carer, name, role):
    admitted(vendor, clerk)
    values = {"actor": vendor.pk, "role": role, "at": TEN.isoformat()}
    here = {"facilities": f"{{{facility('nerima').pk}}}"}

    with real_database.connect(STAFF, **(values | here)) as staff:
        try:
            changed = staff.execute(FORGED[name].replace("{carer}", str(carer.pk))).rowcount
        except psycopg.errors.InsufficientPrivilege:
            changed = 0

    assert changed == 0


def test_who_keeps_accounts_could_make_one(real_database, vendor, clerk, carer):
    values = {"actor": clerk.pk, "role": "center", "at": TEN.isoformat()}

    with real_database.connect(STAFF, **values) as staff:
        statement = FORGED["made"].replace("{carer}", str(carer.pk))
        assert staff.execute(statement).rowcount == 1


# By raw SQL


@pytest.mark.parametrize(
    ("minutes", "sees"),
    [(-1, False), (0, True), (119, True), (120, False)],
    ids=["before", "begins", "last minute", "over"],
)
def test_the_database_asks_for_the_minutes_too(real_database, vendor, clerk, minutes, sees):
    """The role and the terminal are as they were; only the time is over."""
    BackupRun.objects.create(kind="backup", cause="schedule", started_at=NINE)
    access = admitted(vendor, clerk)
    values = {"actor": vendor.pk, "role": "contractor", "at": (TEN + minutes * MINUTE).isoformat()}

    with real_database.connect(STAFF, **values) as reader:
        found = reader.execute("SELECT id FROM history_backuprun").fetchall()
    assert bool(found) == sees

    memberships.end_now(membership=access.membership, at=TEN, reason=EndReason.LEFT)
    with real_database.connect(STAFF, **values) as reader:
        assert reader.execute("SELECT id FROM history_backuprun").fetchall() == []


def test_a_role_without_a_ticket_reads_nothing(real_database, carer, vendor, clerk):
    BackupRun.objects.create(kind="backup", cause="schedule", started_at=NINE)
    admitted(vendor, clerk)

    with real_database.connect(
        STAFF, actor=carer.pk, role="contractor", at=(TEN + MINUTE).isoformat()
    ) as reader:
        assert reader.execute("SELECT id FROM history_backuprun").fetchall() == []
