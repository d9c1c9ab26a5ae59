"""An auditor reads that something changed, by whom, when and in which field; never what it says."""

import datetime as dt
import html

import pytest

from booking.actions import attendances, payments
from history.discretion import HIDDEN
from records import codes
from records.models import Household, Registration, User
from tests.factories.booking import BookingFactory
from tests.factories.records import (
    CareNeedFactory,
    ChildFactory,
    HandoverNoteFactory,
    ParentFactory,
    PickUpPersonFactory,
    StaffNoteFactory,
    StaffUserFactory,
)

# By kind of record, the words that were written there.
WRITTEN = {
    "records.child": ["林", "蒼", "ハヤシ", "アオ"],
    "records.allergy": ["鶏卵", "アナフィラキシー", "全身のじんましん", "エピペン"],
    "records.careneed": ["熱性けいれん", "ある"],
    "records.household": ["中村橋", "パークハイツ202", "住所を伏せる", "はい"],
    "records.parent": ["花江", "09087654321"],
    "records.pickupperson": ["祖父江 節", "0312345678"],
    "records.registration": ["人見知りします"],
    "records.handovernote": ["午睡の前に絵本を読む"],
    "records.staffnote": ["面談の希望あり"],
}
# A field's own name is no secret, where the field is the secret.
NAMES = {"住所を伏せる"}


@pytest.fixture
def child(database):
    child = ChildFactory.create(
        registered=True,
        family_name="林",
        given_name="蒼",
        family_name_kana="ハヤシ",
        given_name_kana="アオ",
        household__street="中村橋1-2-3",
        household__building="パークハイツ202",
    )
    Household.objects.filter(pk=child.household_id).update(is_protected=True)
    ParentFactory.create(household=child.household, given_name="花江", mobile_phone="09087654321")
    child.care_needs.filter(kind__in=("allergy", "illness")).delete()
    CareNeedFactory.create(child=child, with_allergy=True, confirmed=True)
    CareNeedFactory.create(child=child, answer="yes", content="熱性けいれん", confirmed=True)
    Registration.objects.filter(child=child).update(application_note="人見知りします")
    PickUpPersonFactory.create(child=child, name="祖父江 節")
    HandoverNoteFactory.create(child=child)
    StaffNoteFactory.create(child=child)
    return child


def page_of(client, person, kind):
    response = client.log_in(person).get(f"/changes/?kind={kind}&person=everybody")
    assert response.status_code == 200
    # What the filters offer is no content.
    return html.unescape(response.content.decode()).partition('<ol class="changes">')[2]


@pytest.mark.parametrize("kind", WRITTEN)
def test_an_auditor_reads_no_word_that_the_manager_reads(
    child, staff_client, manager, auditor, kind
):
    own = page_of(staff_client, manager, kind)
    assert [word for word in WRITTEN[kind] if word not in own] == []

    page = page_of(staff_client, auditor, kind)

    assert [word for word in WRITTEN[kind] if word in page and word not in NAMES] == []
    assert str(HIDDEN) in page


@pytest.mark.parametrize("kind", set(WRITTEN) - {"records.household", "records.parent"})
def test_an_auditor_knows_the_child_by_its_number(child, staff_client, auditor, kind):
    page = staff_client.log_in(auditor).get(f"/changes/?kind={kind}&person=everybody")

    subjects = {change.subject for change in page.context["feed"].changes}
    assert subjects == {f"児童ID {codes.display(child.code)}"}


def test_a_payment_leads_to_the_child_and_names_neither_it_nor_the_amount(
    child, staff_client, auditor, clerk
):
    booking = BookingFactory.create(child=child, by=StaffUserFactory.create())
    staff = StaffUserFactory.create()
    attendances.arrive(booking=booking, by=staff, at=booking.starts_at)
    attendances.leave(booking=booking, by=staff, at=booking.ends_at)
    later = booking.ends_at + dt.timedelta(minutes=1)
    payments.take(fee=booking.fee, amount=1234, by=staff, at=later)
    assert "1,234円" in page_of(staff_client, clerk, "booking.payment")

    page = page_of(staff_client, auditor, "booking.payment")

    assert "1,234" not in page
    assert "1234" not in page
    assert codes.display(child.code) in page


@pytest.mark.parametrize("kind", ["records.household", "records.parent"])
def test_an_auditor_knows_the_household_by_its_number(child, staff_client, auditor, kind):
    page = staff_client.log_in(auditor).get(f"/changes/?kind={kind}&person=everybody")

    subjects = {change.subject for change in page.context["feed"].changes}
    assert subjects == {f"世帯ID {codes.display(child.household.code)}"}


def test_an_auditor_reads_which_field_changed_and_not_which_way(child, staff_client, auditor):
    page = staff_client.log_in(auditor).get("/changes/?kind=records.household&person=everybody")

    changed = page.context["feed"].changes[0]
    assert [(line.label, line.before, line.after) for line in changed.lines] == [
        ("住所を伏せる", str(HIDDEN), str(HIDDEN))
    ]


def test_a_new_record_does_not_tell_which_fields_were_filled(child, staff_client, auditor):
    page = staff_client.log_in(auditor).get("/changes/?kind=records.careneed&person=everybody")

    made = [change for change in page.context["feed"].changes if str(change.kind) == "登録"]
    assert len({tuple(line.label for line in change.lines) for change in made}) == 1


def test_an_auditor_reads_who_was_given_which_role(staff_client, auditor, carer):
    page = staff_client.log_in(auditor).get(
        "/changes/?kind=records.facilitymembership&person=everybody"
    )

    subjects = [change.subject for change in page.context["feed"].changes]
    assert any(str(User.objects.get(pk=carer.pk)) in subject for subject in subjects)
    lines = {line.after for change in page.context["feed"].changes for line in change.lines}
    assert "職員（保育スタッフ）" in lines
