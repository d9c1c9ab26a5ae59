"""Who saw what: each reading leaves one entry, and where it can't be written nothing is shown."""

import dataclasses
import json
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection

from booking.actions import attendances, payments
from history.enums import CHANGES, Act
from history.models import Entry
from tests.database import run_as
from tests.factories.booking import BookingFactory
from tests.factories.records import (
    PASSWORD,
    ChildFactory,
    InterviewFactory,
    InterviewPlaceFactory,
    ParentFactory,
    ProposalFactory,
    StaffNoteFactory,
    facility,
)

NAME, NOTE = "秘密乃", "里親家庭です"


@dataclasses.dataclass
class Scene:
    """A child of 練馬 that was cared for there, and was interviewed."""

    child: object
    booking: object
    payment: object
    interview: object
    proposal: object


@pytest.fixture
def scene(database):
    child = ChildFactory.create(registered=True, family_name=NAME, family_name_kana="ヒミツノ")
    ParentFactory.create(household=child.household, with_account=True, family_name=NAME)
    booking = BookingFactory.create(child=child, facility=facility("nerima"))
    by = booking.request.requested_by
    attendances.arrive(booking=booking, by=by, at=booking.starts_at)
    attendances.leave(booking=booking, by=by, at=booking.ends_at)
    payment = payments.take(fee=booking.fee, amount=100, by=by, at=booking.ends_at)
    interview = InterviewFactory.create(
        household=child.household, place=InterviewPlaceFactory.create()
    )
    StaffNoteFactory.create(child=child, text=NOTE)
    proposal = ProposalFactory.create(child=child)
    return Scene(child, booking, payment, interview, proposal)


@dataclasses.dataclass(frozen=True)
class Reading:
    """A page, and the one entry that opening it leaves."""

    path: Callable[[Scene], str]
    act: Act
    model: str
    purpose: str


def row(table, key, view="change"):
    return lambda scene: f"/{table}/{key(scene)}/{view}/"


def child_key(scene):
    return scene.child.pk


READINGS = {
    "list": Reading(lambda s: "/records/child/", Act.LIST, "records.child", "register"),
    "search": Reading(
        lambda s: f"/records/child/?q={NAME}", Act.SEARCH, "records.child", "register"
    ),
    "view": Reading(row("records/child", child_key), Act.VIEW, "records.child", "register"),
    "history": Reading(
        row("records/child", child_key, "history"), Act.HISTORY, "records.child", "register"
    ),
    "bookings": Reading(lambda s: "/booking/booking/", Act.LIST, "booking.booking", "booking"),
    "booking": Reading(
        row("booking/booking", lambda s: s.booking.pk), Act.VIEW, "booking.booking", "booking"
    ),
    "day": Reading(
        lambda s: f"/today/?day={s.booking.day}", Act.LIST, "booking.booking", "care"
    ),
    "care card": Reading(
        lambda s: f"/today/{s.booking.pk}/card/", Act.VIEW, "records.child", "care"
    ),
    "fee": Reading(lambda s: f"/today/{s.booking.pk}/payment/", Act.VIEW, "booking.fee", "fee"),
    "receipt": Reading(
        lambda s: f"/payments/{printed(s).pk}/receipt.pdf", Act.VIEW, "booking.fee", "fee"
    ),
    "interviews": Reading(
        lambda s: "/interviews/", Act.LIST, "records.interview", "interview"
    ),
    "interview": Reading(
        lambda s: f"/interviews/{s.interview.pk}/", Act.VIEW, "records.interview", "interview"
    ),
    "proposal": Reading(
        lambda s: f"/proposals/{s.proposal.pk}/", Act.VIEW, "records.proposal", "register"
    ),
    "autocomplete": Reading(
        lambda s: "/autocomplete/?app_label=records&model_name=staffnote&field_name=child&term=",
        Act.SEARCH, "records.child", "register",
    ),
}  # fmt: skip


def printed(scene):
    return payments.print_receipt(payment=scene.payment, at=scene.booking.ends_at)


@pytest.fixture
def client(staff_client, manager):
    return staff_client.log_in(manager)


@pytest.fixture
def no_entries(database):
    """The staff entry may write no entry any more."""
    with connection.cursor() as cursor:
        cursor.execute("REVOKE INSERT ON history_entry FROM azukari_staff")


def readings():
    """The entries that are not about a change; the database writes those (of the reference)."""
    return Entry.objects.exclude(act__in=CHANGES)


def told(response, *words):
    """The words that an answer holds, be it a page or JSON."""
    forms = {word: (word.encode(), json.dumps(word)[1:-1].encode()) for word in words}
    return [word for word, coded in forms.items() if any(c in response.content for c in coded)]


# One entry each


@pytest.mark.parametrize("name", READINGS)
def test_a_reading_leaves_one_entry_with_the_child(scene, client, manager, name):
    reading = READINGS[name]
    path = reading.path(scene)

    response = client.get(path)

    assert response.status_code == 200
    assert told(response, NAME) or response["Content-Type"] == "application/pdf"
    entry = readings().get()
    here = facility("nerima").pk
    assert (entry.act, entry.model, entry.purpose) == (reading.act, reading.model, reading.purpose)
    assert entry.child_ids == [scene.child.pk]
    assert (entry.actor, entry.role, entry.facility, entry.entry) == (
        str(manager.pk), "manager", here, "staff",
    )  # fmt: skip
    assert (entry.path, entry.address) == (path.partition("?")[0], "127.0.0.1")


def test_a_print_leaves_one_entry_with_the_child(scene, client):
    client.post(f"/payments/{scene.payment.pk}/print/")

    entry = readings().get()
    assert (entry.act, entry.model, entry.child_ids) == (
        Act.PRINT, "booking.fee", [scene.child.pk],
    )  # fmt: skip


@pytest.mark.parametrize("name", READINGS)
def test_an_entry_holds_no_word_of_what_was_seen(scene, client, name):
    client.get(READINGS[name].path(scene))

    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM history_entry e WHERE digest = ''")
        (text,) = cursor.fetchone()
    words = (NAME, "ヒミツノ", NOTE, scene.child.code, scene.child.date_of_birth.isoformat())
    assert [word for word in words if word in text] == []


def test_a_list_names_every_child_it_shows_and_no_other(scene, client):
    sibling = ChildFactory.create(household=scene.child.household, registered=True)
    ChildFactory.create(registered=True, household__home_facility=facility("seki"))

    client.get("/records/child/")

    assert set(readings().get().child_ids) == {scene.child.pk, sibling.pk}


def test_the_day_at_the_reception_names_nobody(scene, client):
    client.get(f"/today/?day={scene.booking.day}&reception=1")

    assert readings().get().child_ids == []


def test_the_center_reads_for_no_single_facility(scene, staff_client, clerk):
    staff_client.log_in(clerk).get(f"/records/child/{scene.child.pk}/change/")

    entry = readings().get()
    assert (entry.role, entry.facility, entry.child_ids) == ("center", None, [scene.child.pk])


def test_a_refused_attempt_leaves_one_entry(scene, staff_client, carer_seki):
    path = f"/records/child/{scene.child.pk}/change/"

    response = staff_client.log_in(carer_seki).get(path)

    assert response.status_code == 404
    entry = readings().get()
    assert (entry.act, entry.actor, entry.facility, entry.path) == (
        Act.REFUSED, str(carer_seki.pk), facility("seki").pk, path,
    )  # fmt: skip
    # It was not seen: nobody may read from the entry that such a child exists.
    assert entry.child_ids == []


def log_in(client, user, password=PASSWORD):
    return client.post("/login/", {"username": user.username, "password": password})


def test_a_log_in_leaves_one_entry(staff_client, carer):
    response = log_in(staff_client, carer)

    assert response.status_code == 302
    entry = readings().get()
    assert (entry.act, entry.actor, entry.role, entry.facility, entry.child_ids) == (
        Act.LOGIN, str(carer.pk), "carer", facility("nerima").pk, [],
    )  # fmt: skip


def test_a_wrong_password_is_no_log_in(staff_client, carer):
    log_in(staff_client, carer, "falsch")

    assert not Entry.objects.filter(act=Act.LOGIN).exists()


def test_a_form_that_comes_back_was_seen_again(scene, client):
    """An invalid form shows the record once more."""
    client.post(f"/records/child/{scene.child.pk}/change/", {"family_name": ""})

    assert [(each.act, each.child_ids) for each in readings()] == [(Act.VIEW, [scene.child.pk])]


# No entry, no data


@pytest.mark.parametrize("name", READINGS)
def test_without_an_entry_nothing_is_shown(scene, client, no_entries, name):
    client.raise_request_exception = False

    response = client.get(READINGS[name].path(scene))

    assert response.status_code == 500
    assert told(response, NAME, "ヒミツノ", "児童", scene.child.code, "%PDF") == []
    assert readings().count() == 0


def test_without_an_entry_nobody_gets_in(staff_client, carer, no_entries):
    staff_client.raise_request_exception = False

    response = log_in(staff_client, carer)

    assert response.status_code == 500
    assert staff_client.get("/records/child/").headers.get("Location", "").startswith("/login/")


def test_without_an_entry_a_refusal_tells_nothing_more(scene, staff_client, carer_seki, no_entries):
    client = staff_client.log_in(carer_seki)
    client.raise_request_exception = False

    response = client.get(f"/records/child/{scene.child.pk}/change/")

    assert response.status_code == 500
    assert told(response, NAME) == []


@pytest.mark.parametrize(
    "verb", ["UPDATE history_entry SET actor = '1'", "DELETE FROM history_entry"]
)
@pytest.mark.parametrize("role", ["azukari_public", "azukari_staff", "azukari_worker"])
def test_nobody_changes_or_removes_an_entry(scene, client, role, verb):
    client.get("/records/child/")

    with pytest.raises(DatabaseError, match="permission denied"):
        run_as(role, verb)

    assert readings().count() == 1
