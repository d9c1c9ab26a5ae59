"""The reading log is found by child, by staff and by terminal, and taken out as a file."""

import csv
import io

import pytest

from history.enums import Act
from history.models import Entry
from records import codes
from tests.factories.records import facility
from tests.factories.terminals import TerminalFactory
from tests.people import child_of


def entry(**values):
    known = {"act": Act.VIEW, "actor": "1", "facility": facility("nerima").pk, "entry": "staff"}
    return Entry.objects.create(**(known | values))


def found(client, term):
    response = client.get("/history/entry/", {"q": term})
    assert response.status_code == 200
    return {row.pk for row in response.context_data["cl"].result_list}


@pytest.fixture
def three(parent, carer):
    """One entry about a child, one by a person, one at a terminal, and one of another facility."""
    terminal = TerminalFactory.create(name="玄関のタブレット")
    return {
        "child": entry(child_ids=[child_of(parent).pk]).pk,
        "staff": entry(actor=str(carer.pk)).pk,
        "terminal": entry(terminal=str(terminal.pk)).pk,
        "elsewhere": entry(actor=str(carer.pk), facility=facility("seki").pk).pk,
    }


def test_by_child(staff_client, three, manager, parent):
    client = staff_client.log_in(manager)

    assert found(client, codes.display(child_of(parent).code)) == {three["child"]}


@pytest.mark.parametrize("term", ["N1001", "n1001", "練馬 保育"])
def test_by_staff(staff_client, three, manager, term):
    assert found(staff_client.log_in(manager), term) == {three["staff"]}


def test_by_staff_the_center_finds_all(staff_client, three, clerk):
    assert found(staff_client.log_in(clerk), "N1001") == {three["staff"], three["elsewhere"]}


def test_by_terminal(staff_client, three, clerk):
    assert found(staff_client.log_in(clerk), "玄関") == {three["terminal"]}


def test_an_auditor_finds_a_child_by_number(staff_client, three, auditor, parent):
    client = staff_client.log_in(auditor)

    assert found(client, child_of(parent).code) == {three["child"]}


def test_what_is_not_there_is_not_found(staff_client, three, clerk):
    assert found(staff_client.log_in(clerk), "9999-9999-9") == set()


def lines(response):
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_the_file_holds_what_the_list_shows(staff_client, three, manager, carer):
    response = staff_client.log_in(manager).get("/history/entry/export/", {"q": "N1001"})

    head, *rows = lines(response)
    assert head[:2] == ["日時", "見た人"]
    assert [row[1] for row in rows] == [str(carer)]
    assert response.content.startswith(b"\xef\xbb\xbf")


def test_the_file_is_in_words(staff_client, three, manager, carer):
    entry(actor=str(carer.pk), role="carer", model="records.child", purpose="look_up")

    _head, *rows = lines(staff_client.log_in(manager).get("/history/entry/export/", {"q": "N1001"}))

    assert [row[2:7] for row in rows if row[4]] == [[
        "職員（保育スタッフ）", "記録の閲覧", "児童", "受付照会", "練馬ぴよぴよ",
    ]]  # fmt: skip


def test_the_export_is_an_entry(staff_client, three, manager):
    staff_client.log_in(manager).get("/history/entry/export/")

    found = Entry.objects.get(act=Act.EXPORT)
    assert (found.actor, found.model, found.purpose) == (
        str(manager.pk), "history.entry", "review",
    )  # fmt: skip


def test_a_cell_is_no_formula(staff_client, three, manager):
    entry(address="=1+1")

    cells = [cell for row in lines(staff_client.log_in(manager).get("/history/entry/export/"))
             for cell in row]  # fmt: skip

    assert ("'=1+1" in cells, "=1+1" in cells) == (True, False)


@pytest.mark.parametrize("query", ["actor__startswith=1", "path__contains=x"])
def test_no_look_up_by_hand(staff_client, three, manager, query):
    assert staff_client.log_in(manager).get(f"/history/entry/export/?{query}").status_code == 403


def test_a_carer_takes_nothing_out(staff_client, three, carer):
    assert staff_client.log_in(carer).get("/history/entry/export/").status_code == 403
