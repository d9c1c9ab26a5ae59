"""An erasure by order of the law: what goes, what stays as proof, and who can't have it done."""

import datetime as dt
import email
import hashlib
import io

import pytest
from django.core.management import CommandError, call_command

from history import clock
from history.enums import Act
from history.models import Entry, Tombstone
from history.verification import verify
from records.enums import Role
from records.models import OutgoingMail, User
from tests.factories.records import (
    FacilityMembershipFactory,
    StaffNoteFactory,
    StaffUserFactory,
    facility,
)
from tests.history.tampering import seal

BASIS = "個人情報保護法98条1項"
SECRET = "父が別居中"
LATER = "面会の予定あり"


@pytest.fixture
def officers(settings):
    settings.OFFICERS = ["officer1@example.jp", "officer2@example.jp"]


def member(staff_id, code="hq", role=Role.CENTER, **dates):
    user = StaffUserFactory.create(username=staff_id)
    FacilityMembershipFactory.create(user=user, facility=facility(code), role=role, **dates)
    return staff_id


@pytest.fixture
def two(database):
    """Two of the center, by staff ID."""
    return member("C9101"), member("C9102")


@pytest.fixture
def note(database):
    """A note that was written over once."""
    note = StaffNoteFactory.create(text=SECRET)
    note.text = LATER
    note.save()
    return note


def run(note, two, certificate, *fields, **changed):
    options = {"basis": BASIS, "reason": "本人の請求", "by": two[0], "second": two[1]} | changed
    said = io.StringIO()
    call_command(
        "erase", "records.staffnote", str(note.pk), *[f"--field={name}" for name in fields],
        certificate=certificate, stdout=said, **options,
    )  # fmt: skip
    return said.getvalue()


def body_of(mail):
    return email.message_from_string(mail.message).get_payload(decode=True).decode()


def texts(note):
    return list(note.history.order_by("history_id").values_list("text", flat=True))


def test_the_record_and_its_history_are_emptied(note, two, tmp_path):
    assert texts(note) == [SECRET, LATER]

    run(note, two, tmp_path / "certificate.txt", "text")

    note.refresh_from_db()
    assert note.text == ""
    assert texts(note) == ["", "", ""]
    seal()
    assert verify().faults == []
    assert Tombstone.objects.count() == 2


def test_a_dry_run_counts_and_erases_nothing(note, two, tmp_path):
    said = run(note, two, tmp_path / "certificate.txt", "text", dry_run=True)

    assert said.startswith("2 rows of records_historicalstaffnote hold text")
    assert SECRET not in said
    assert texts(note) == [SECRET, LATER]
    assert (Tombstone.objects.count(), list(tmp_path.iterdir())) == (0, [])


def test_another_record_keeps_what_it_holds(note, two, tmp_path):
    other = StaffNoteFactory.create(text=SECRET)

    run(note, two, tmp_path / "certificate.txt", "text")

    other.refresh_from_db()
    assert (other.text, texts(other)) == (SECRET, [SECRET])


def test_the_certificate_names_all_but_what_is_gone_and_the_ledger_knows_it(
    note, two, tmp_path, officers
):
    path = tmp_path / "certificate.txt"

    said = run(note, two, path, "text")

    text = path.read_text()
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert [word in text for word in (BASIS, "本人の請求", *two, str(note.pk))] == [True] * 5
    assert [word in text for word in (SECRET, LATER)] == [False] * 2
    assert digest in said
    signed = Entry.objects.filter(act=Act.ERASE, digest=digest)
    assert set(signed.values_list("actor", "purpose")) == {
        (str(user.pk), BASIS) for user in User.objects.filter(username__in=two)
    }
    mails = OutgoingMail.objects.all()
    assert {mail.recipient for mail in mails} == {"officer1@example.jp", "officer2@example.jp"}
    assert all(digest in body_of(mail) for mail in mails)
    assert not any(SECRET in body_of(mail) for mail in mails)


REFUSALS = {
    "one person twice": ({"second": "C9101"}, "another than the first"),
    "nobody of that ID": ({"second": "C9999"}, "C9999 is nobody who works for the center"),
    "somebody of a facility": ({"second": "N9101"}, "N9101 is nobody who works for the center"),
    "whose duty has ended": ({"second": "C9103"}, "C9103 is nobody who works for the center"),
    "without a basis": ({"basis": " "}, "the basis names the law"),
    "without a reason": ({"reason": ""}, "needs a reason"),
    "without a place for the certificate": ({"certificate": None}, "--certificate"),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_is_no_order_erases_nothing(note, two, tmp_path, case):
    changed, reason = REFUSALS[case]
    yesterday = clock.today() - dt.timedelta(days=1)
    member("N9101", "nerima", Role.MANAGER)
    member("C9103", starts_on=yesterday, ends_on=yesterday)
    options = {"certificate": tmp_path / "certificate.txt"} | changed

    with pytest.raises(CommandError, match=reason):
        run(note, two, options.pop("certificate"), "text", **options)

    assert texts(note) == [SECRET, LATER]
    assert Tombstone.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "reason"),
    [("child", "stays"), ("id", "stays"), ("nothing", "has no field"), ("", "has no field")],
)
def test_what_says_which_record_it_is_stays(note, two, tmp_path, field, reason):
    with pytest.raises(CommandError, match=reason):
        run(note, two, tmp_path / "certificate.txt", field)

    assert texts(note) == [SECRET, LATER]


def test_what_is_empty_already_is_said(note, two, tmp_path):
    run(note, two, tmp_path / "first.txt", "text")

    with pytest.raises(CommandError, match="nothing to erase"):
        run(note, two, tmp_path / "second.txt", "text")

    assert Tombstone.objects.count() == 2


def test_an_entry_loses_who_and_whom_and_keeps_that_it_was(two, tmp_path):
    entry = Entry.objects.create(act=Act.VIEW, actor="7", address="192.0.2.1", path="/today/")
    seal()

    call_command(
        "erase", "history.entry", str(entry.pk), basis=BASIS, reason="本人の請求", by=two[0],
        second=two[1], certificate=tmp_path / "certificate.txt", stdout=io.StringIO(),
    )  # fmt: skip

    entry.refresh_from_db()
    assert (entry.act, entry.actor, entry.address, entry.path) == (Act.VIEW, "", "", "")
    seal()
    assert verify().faults == []
