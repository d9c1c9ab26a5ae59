"""救急カード: what the crew reads, and who may print it."""

import datetime as dt
import io
import re

import pytest
import time_machine
from pypdf import PdfReader

from history import clock
from history.enums import Act
from history.models import Entry
from records.enums import Answer, CareNeedKind, Severity
from records.models import AccessLease, Allergy, Child
from tests.booking.day.test_day_sheet import DAY, allergic, booked
from tests.entries import EntryClient
from tests.factories.day import ArrivalCheckFactory
from tests.factories.records import EmergencyOpeningFactory, PickUpPersonFactory, facility

NOON = clock.at(DAY, dt.time(12))


def words(response):
    assert response["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(response.content))
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in reader.pages)), reader


@pytest.fixture
def grave(database):
    booking = booked("髙志")
    Child.objects.filter(pk=booking.child_id).update(
        family_name="𠮷田", date_of_birth=dt.date(2024, 5, 7)
    )
    allergic(booking, Severity.ANAPHYLAXIS)
    Allergy.objects.update(detail="全身の*じんましん*", medicine="エピペン0.15 mg")
    booking.household.parents.update(mobile_phone="09000000999")
    PickUpPersonFactory.create(child=booking.child, name="千川 とも子", phone="09000000888")
    return booking


@pytest.fixture
def client(carer_elsewhere):
    with time_machine.travel(NOON, tick=False):
        client = EntryClient("staff")
        client.log_in(carer_elsewhere)
        yield client


def test_it_says_what_a_crew_asks(grave, client):
    ArrivalCheckFactory.create(booking=grave, temperature="38.1", medicine="かぜ薬 7時")

    text, reader = words(client.get(f"/today/{grave.pk}/ambulance.pdf"))

    for expected in (
        "𠮷田髙志", "令和6年5月7日", "2024-05-07", "2歳", str(Severity.ANAPHYLAXIS.label),
        "全身の*じんましん*", "エピペン0.15mg", "09000000999", "千川とも子", "09000000888",
        "朝の体温：38.1℃", "かぜ薬7時", grave.facility.name, "搬送先",
    ):  # fmt: skip
        assert expected in text, expected
    assert len(reader.pages) == 1


def test_what_nobody_confirmed_says_so(grave, client):
    grave.child.care_needs.filter(kind=CareNeedKind.ILLNESS).update(
        answer=Answer.YES, content="熱性けいれん", confirmation="unconfirmed",
        confirmed_by=None, confirmed_on=None,
    )  # fmt: skip

    text, _reader = words(client.get(f"/today/{grave.pk}/ambulance.pdf"))

    assert "熱性けいれん" in text
    assert "施設はまだ確認していません" in text


def test_each_print_stands_in_the_ledger(grave, client):
    client.get(f"/today/{grave.pk}/ambulance.pdf")

    entry = Entry.objects.get(act=Act.PRINT)
    assert (entry.model, entry.child_ids) == ("records.child", [grave.child_id])


def test_another_facility_finds_none(grave, carer_nukui):
    stranger = EntryClient("staff")
    stranger.log_in(carer_nukui)

    assert stranger.get(f"/today/{grave.pk}/ambulance.pdf").status_code == 404
    assert not Entry.objects.filter(act=Act.PRINT).exists()


def test_after_the_lease_there_is_none(grave, client):
    assert client.get(f"/today/{grave.pk}/ambulance.pdf").status_code == 200
    AccessLease.objects.update(ends_at=NOON, starts_at=NOON - dt.timedelta(days=1))

    assert client.get(f"/today/{grave.pk}/ambulance.pdf").status_code == 404


def test_of_an_opened_child_as_long_as_it_is_open(grave, client):
    opening = EmergencyOpeningFactory.create(
        child=grave.child, facility=facility("hikarigaoka"), opened_at=NOON,
        ends_at=NOON + dt.timedelta(hours=2),
    )  # fmt: skip
    path = f"/emergency/{opening.pk}/ambulance.pdf"

    text, _reader = words(client.get(path))
    assert "𠮷田髙志" in text
    with time_machine.travel(NOON + dt.timedelta(hours=2, minutes=1), tick=False):
        client.log_in(client.user) if hasattr(client, "user") else None
        assert client.get(path).status_code != 200
