"""The report of an accident on paper."""

import io

import pypdf
import pytest

from booking.actions import attendances
from booking.day import incident_paper, incidents
from booking.day.models import Incident
from history import clock
from history.enums import Act
from history.models import Entry
from tests.factories.booking import BookingFactory
from tests.factories.day import IncidentEntryFactory, IncidentFactory
from tests.factories.records import ChildFactory

MARKUP = "#pagebreak() *太字* $x$ 手当て"


@pytest.fixture
def incident(database, carer_elsewhere):
    child = ChildFactory.create(registered=True, family_name="練馬", given_name="花")
    booking = BookingFactory.create(child=child)
    attendances.arrive(booking=booking, by=carer_elsewhere, at=booking.starts_at)
    found = IncidentFactory.create(
        booking=booking, started_by=carer_elsewhere, submitted=True, what_was_done=MARKUP
    )
    IncidentEntryFactory.create(incident=found, text="翌日に登園した。")
    return found


def text_of(content):
    pages = pypdf.PdfReader(io.BytesIO(content)).pages
    width, height = pages[0].mediabox.width, pages[0].mediabox.height
    text = "".join(page.extract_text() for page in pages)
    return "".join(text.split()), (round(width), round(height)), len(pages)


def test_it_says_all_on_one_page_of_a4(staff_client, incident, carer_elsewhere):
    there = f"/incidents/{incident.pk}/print/"
    client = staff_client.log_in(carer_elsewhere)
    assert there in client.get(f"/incidents/{incident.pk}/").content.decode()

    text, size, pages = text_of(client.get(there).content)

    assert (size, pages) == ((595, 842), 1)
    for words in (
        incident.label, "練馬花", "園庭", "すべり台で転んだ。", "翌日に登園した。", "光が丘",
        "施設責任者の確認", "".join(MARKUP.split()),
    ):  # fmt: skip
        assert words in text
    entry = Entry.objects.get(act=Act.PRINT)
    assert (entry.model, entry.object_ids) == ("day.incident", [str(incident.pk)])
    assert len(entry.child_ids) == 1


def test_a_blank_draft_prints_and_a_long_one_goes_on(database):
    draft = IncidentFactory.create()
    full = IncidentFactory.create(
        what_happened="転んだ。\n" * 400, injury="あ" * 500, what_was_done="い" * 2000
    )

    found = [
        text_of(incident_paper.pdf(incidents.row(each, clock.now())))[2]
        for each in incidents.with_log(Incident.objects.filter(pk__in=[draft.pk, full.pk]))
    ]

    assert sorted(found)[0] == 1
    assert sorted(found)[1] > 1


def test_another_facilitys_paper_is_as_none(staff_client, incident, carer):
    client = staff_client.log_in(carer)
    none = "00000000-0000-0000-0000-000000000000"

    found = [
        client.get(f"/incidents/{number}/print/").status_code for number in (incident.pk, none)
    ]

    assert found == [404, 404]
    assert not Entry.objects.filter(act=Act.PRINT).exists()
