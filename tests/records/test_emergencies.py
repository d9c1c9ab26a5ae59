"""緊急閲覧, from the page down to what the database alone allows."""

import datetime as dt

import psycopg
import pytest

from history import clock
from history.enums import Act, AlertKind
from history.models import Alert, Entry
from history.walls import PUBLIC, STAFF, WORKER
from records import finding, keys
from records.models import AccessLease, EmergencyOpening
from tests.factories.records import (
    AllergyFactory,
    CareNeedFactory,
    ChildFactory,
    HouseholdFactory,
    ParentFactory,
    facility,
)

REASON = "駅前で迷子になっていて、体調が悪そうです"
ASK = "SELECT outcome FROM records_open_emergency(%s, '', NULL, %s)"


@pytest.fixture
def lost(database):
    """A child of 関 with an allergy, whom 練馬 does not know."""
    household = HouseholdFactory.create(home_facility=facility("seki"), street="関町北印")
    ParentFactory.create(household=household, mobile_phone="09099998888")
    child = ChildFactory.create(
        household=household, registered=True, family_name="迷子印", family_name_kana="マイゴ",
        given_name="花", given_name_kana="ハナ",
    )  # fmt: skip
    AllergyFactory.create(care_need=child.care_needs.get(kind="allergy"), detail="発疹印")
    return child


@pytest.fixture
def carer_at_work(staff_client, carer):
    return staff_client.log_in(carer)


def opened(client, child, reason=REASON, **fields):
    return client.post("/emergency/", {"code": child.code, "reason": reason} | fields)


# On real commits: within the transaction that opens, the lease shows nothing.


def test_a_typed_reason_opens_the_card_and_tells_home_and_center(
    real_database, lost, carer_at_work, carer
):
    response = opened(carer_at_work, lost)

    opening = EmergencyOpening.objects.get()
    assert response["Location"] == f"/emergency/{opening.pk}/card/"
    assert (opening.child, opening.facility, opening.opened_by, opening.reason) == (
        lost, facility("nerima"), carer, REASON,
    )  # fmt: skip
    lease = AccessLease.objects.get()
    assert (lease.child, lease.facility, lease.reason) == (lost, facility("nerima"), "emergency")
    assert lease.ends_at - lease.starts_at == dt.timedelta(hours=finding.EMERGENCY_HOURS)
    alerts = Alert.objects.filter(kind=AlertKind.EMERGENCY_OPENING)
    assert {alert.facility for alert in alerts} == {None, facility("seki").pk}
    entry = Entry.objects.get(act=Act.EMERGENCY)
    assert (entry.actor, entry.child_ids) == (str(carer.pk), [lost.pk])

    card = carer_at_work.get(response["Location"]).content.decode()
    assert [word in card for word in ("迷子印", "発疹印", "09099998888")] == [True] * 3
    assert "関町北印" not in card
    assert Entry.objects.filter(act=Act.VIEW, purpose="emergency", child_ids=[lost.pk]).exists()


def test_reading_and_birth_date_find_the_child_too(lost, carer_at_work):
    response = carer_at_work.post(
        "/emergency/",
        {"kana": "まいご はな", "born": lost.date_of_birth.isoformat(), "reason": REASON},
    )

    assert response.status_code == 302
    assert EmergencyOpening.objects.get().child == lost


def test_the_card_closes_after_two_hours(real_database, lost, carer_at_work, carer, time_machine):
    address = opened(carer_at_work, lost)["Location"]
    assert carer_at_work.get(address).status_code == 200

    time_machine.move_to(clock.now() + dt.timedelta(hours=2, seconds=1))
    # The screen has locked itself meanwhile.
    carer_at_work.log_in(carer)

    assert carer_at_work.get(address).status_code == 404
    assert address not in carer_at_work.get("/emergency/").content.decode()


def test_another_facility_does_not_find_the_card(
    real_database, lost, carer_at_work, staff_client, carer, carer_nukui
):
    address = opened(carer_at_work, lost)["Location"]

    assert staff_client.log_in(carer_nukui).get(address).status_code == 404
    assert staff_client.log_in(carer).get(address).status_code == 200


def test_home_and_center_read_who_opened_and_why(lost, carer_at_work, staff_client, clerk, manager):
    opened(carer_at_work, lost)

    for person in (clerk, manager):
        page = staff_client.log_in(person).get("/records/emergencyopening/").content.decode()
        assert REASON in page


@pytest.mark.parametrize("reason", ["", "   ", "迷子", "け" * 9])
def test_without_a_sentence_nothing_opens(lost, carer_at_work, reason):
    page = opened(carer_at_work, lost, reason)

    assert page.status_code == 200
    assert "error-summary" in page.content.decode()
    assert not EmergencyOpening.objects.exists()
    assert not Entry.objects.filter(act=Act.EMERGENCY).exists()


def test_a_wrong_guess_and_several_children_give_one_answer(lost, carer_at_work):
    twin = {"family_name_kana": "マイゴ", "given_name_kana": "ハナ"}
    ChildFactory.create(date_of_birth=lost.date_of_birth, **twin)
    several = {"kana": "マイゴハナ", "born": lost.date_of_birth.isoformat()}
    nobody = {"kana": "ダレモ", "born": lost.date_of_birth.isoformat()}

    pages = [
        carer_at_work.post("/emergency/", {"reason": REASON, **who}).content.decode()
        for who in (several, nobody)
    ]

    told = [page.partition('role="alert"')[2].partition("</div>")[0] for page in pages]
    assert told[0] == told[1] != ""
    assert not EmergencyOpening.objects.exists()
    assert Entry.objects.filter(act=Act.EMERGENCY, child_ids=[]).count() == 2


def test_too_many_openings_are_refused_and_written_down(lost, carer_at_work):
    for _ in range(finding.OPENINGS_PER_ACCOUNT):
        assert opened(carer_at_work, lost).status_code == 302

    page = opened(carer_at_work, lost)

    assert "照会が続いた" in page.content.decode()
    assert EmergencyOpening.objects.count() == finding.OPENINGS_PER_ACCOUNT
    refused = Entry.objects.get(act=Act.REFUSED)
    assert refused.purpose == Act.EMERGENCY


def test_the_own_child_needs_no_emergency(carer_at_work):
    child = ChildFactory.create()

    page = opened(carer_at_work, child).content.decode()

    assert "この施設に登録のあるお子さんです" in page
    assert not AccessLease.objects.exists()


# In raw SQL


@pytest.fixture
def at_work(real_database, carer, lost):
    sealed = keys.encrypt(REASON, EmergencyOpening._meta.get_field("reason").place)
    context = {
        "actor": carer.pk, "role": "carer", "facilities": f"{{{facility('nerima').pk}}}",
        "at": clock.now().isoformat(),
    }  # fmt: skip
    return real_database, context, [lost.code, sealed]


def test_the_database_asks_who_is_at_work(at_work, carer_nukui, clerk, parent):
    """Not what the session says of itself: somebody else's number, no facility, another's."""
    database, context, asked = at_work
    with database.connect(STAFF, **context) as staff:
        assert staff.execute(ASK, asked).fetchone() == ("opened",)
    for wrong in (
        {"actor": carer_nukui.pk}, {"actor": clerk.pk}, {"actor": parent.pk}, {"actor": ""},
        {"actor": "system:mail"}, {"facilities": ""}, {"at": ""},
        {"at": (clock.now() - dt.timedelta(days=9999)).isoformat()},
        {"facilities": f"{{{facility('seki').pk}}}"},
    ):  # fmt: skip
        with (
            database.connect(STAFF, **(context | wrong)) as staff,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            staff.execute(ASK, asked)


@pytest.mark.parametrize("role", [PUBLIC, WORKER])
def test_no_other_entry_may_call_it(at_work, role):
    database, context, asked = at_work
    with (
        database.connect(role, **context) as reader,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"),
    ):
        reader.execute(ASK, asked)


def test_an_opening_that_is_rolled_back_has_shown_nothing(at_work, lost):
    """Inside the transaction that opened, and behind a savepoint in it, the lease opens nothing."""
    database, context, asked = at_work
    read = "SELECT count(*) FROM records_child WHERE code = %s"
    with database.connect(STAFF, **context) as staff:
        staff.execute("SAVEPOINT before")
        staff.execute(ASK, asked)
        assert staff.execute("SELECT count(*) FROM records_accesslease").fetchone() == (1,)
        assert staff.execute(read, [lost.code]).fetchone() == (0,)
        staff.commit()
        for name, value in context.items():
            staff.execute("SELECT set_config(%s, %s, true)", [f"app.{name}", str(value)])
        assert staff.execute(read, [lost.code]).fetchone() == (1,)
        # Also where this later transaction writes itself.
        staff.execute("UPDATE records_child SET sex = sex")
        assert staff.execute(read, [lost.code]).fetchone() == (1,)


def test_a_short_reason_is_refused_by_the_database_too(at_work):
    database, context, (code, _) = at_work
    sealed = keys.encrypt("迷子", EmergencyOpening._meta.get_field("reason").place)
    with (
        database.connect(STAFF, **context) as staff,
        pytest.raises(psycopg.errors.CheckViolation),
    ):
        staff.execute(ASK, [code, sealed])


def test_care_needs_open_with_the_child(at_work, lost):
    database, context, asked = at_work
    CareNeedFactory.create(child=ChildFactory.create(household=lost.household))
    with database.connect(STAFF, **context) as staff:
        staff.execute(ASK, asked)
        staff.commit()
        for name, value in context.items():
            staff.execute("SELECT set_config(%s, %s, true)", [f"app.{name}", str(value)])
        needs = staff.execute("SELECT DISTINCT child_id FROM records_careneed").fetchall()
        assert needs == [(lost.pk,)]
        assert staff.execute("SELECT count(*) FROM records_household").fetchone() == (0,)
