"""What the staff tool says in words: moments, ends, filters, and the book of readings."""

import datetime as dt
import html

import pytest

from booking.admin.columns import yen
from history import clock
from history.enums import Act
from history.models import Entry
from records import codes
from records.admin.columns import day, period
from records.models import RegistrationRule
from tests.factories.records import (
    AccessLeaseFactory,
    ChildFactory,
    HandoverNoteFactory,
    RegistrationRuleFactory,
    facility,
)

THIS_YEAR = clock.today().year


def test_a_day_names_its_year_only_where_it_is_another():
    assert day(dt.date(2019, 5, 1)) == "2019年5月1日（水）"
    assert day(dt.date(THIS_YEAR, 1, 5))[:5] == "1月5日（"


def test_a_period_stands_on_the_clock_of_tokyo():
    start = dt.datetime(2019, 5, 1, 0, 30, tzinfo=dt.UTC)

    assert period(start, start + dt.timedelta(hours=3)) == "2019年5月1日（水）9:30～12:30"
    assert period(start) == "2019年5月1日（水）9:30"


def test_money_is_written_in_yen():
    assert yen(1500) == "1,500円"


def test_a_rule_says_its_term_in_words(database):
    RegistrationRuleFactory.create()

    assert [str(rule) for rule in RegistrationRule.objects.order_by("valid_from")] == [
        "2010年4月1日から2011年3月31日まで", "2020年1月1日から",
    ]  # fmt: skip


@pytest.mark.parametrize(("value", "found"), [("1", ["常時の申し送り"]), ("0", ["その日だけ"])])
def test_handover_notes_are_told_apart_by_their_day(database, staff_client, manager, value, found):
    child = ChildFactory.create(registered=True)
    HandoverNoteFactory.create(child=child, text="常時の申し送り")
    HandoverNoteFactory.create(child=child, text="その日だけ", day=clock.today())

    page = staff_client.log_in(manager).get(f"/records/handovernote/?day__isempty={value}")

    assert [note.text for note in page.context["cl"].result_list] == found
    (spec,) = page.context["cl"].filter_specs
    words = [str(choice["display"]) for choice in spec.choices(page.context["cl"])]
    assert words == ["すべて", "常時", "その日だけ"]


def test_a_lease_without_an_end_says_so(database, staff_client, clerk):
    lease = AccessLeaseFactory.create(ends_at=dt.datetime(2999, 12, 31, tzinfo=dt.UTC))

    page = staff_client.log_in(clerk).get("/records/accesslease/").content.decode()
    history = staff_client.get(f"/records/accesslease/{lease.pk}/history/").content.decode()

    assert ("お預かり中" in page, "2999" in page) == (True, False)
    assert ("終わりなし" in history, "2999" in history) == (True, False)


@pytest.fixture
def entry(database):
    """A carer of 練馬 read a child's card there."""
    child = ChildFactory.create(registered=True, family_name="秘密乃")
    return Entry.objects.create(
        at=dt.datetime(2026, 11, 23, 0, 30, 5, tzinfo=dt.UTC),
        act=Act.VIEW,
        actor="1",
        role="carer",
        entry="staff",
        facility=facility("nerima").pk,
        purpose="care",
        model="records.child",
        object_ids=[str(child.pk)],
        child_ids=[child.pk],
        fields=["name", "care_needs"],
    ), child


def shown(client, entry):
    return html.unescape(client.get(f"/history/entry/{entry.pk}/change/").content.decode())


def test_a_reading_is_told_in_words(entry, staff_client, manager):
    page = shown(staff_client.log_in(manager), entry[0])

    for words in (
        "2026年11月23日（月）9:30:05", "記録の閲覧", "お預かり", "職員用の画面", "氏名、配慮事項",
    ):  # fmt: skip
        assert words in page
    assert str(entry[1].pk) not in page


def test_who_may_open_the_child_reads_its_name(entry, staff_client, manager):
    assert "秘密乃" in shown(staff_client.log_in(manager), entry[0])
    # And so has seen it.
    assert Entry.objects.get(model="history.entry", act=Act.VIEW).child_ids == [entry[1].pk]


def test_an_auditor_reads_the_number_of_the_child(entry, staff_client, auditor):
    page = shown(staff_client.log_in(auditor), entry[0])

    assert f"児童ID {codes.display(entry[1].code)}" in page
    assert "秘密乃" not in page
    assert Entry.objects.get(model="history.entry", act=Act.VIEW).child_ids == []


def test_a_child_of_another_facility_is_only_counted(entry, staff_client, manager):
    elsewhere = ChildFactory.create(
        registered=True, family_name="余所乃", household__home_facility=facility("hikarigaoka")
    )
    other = Entry.objects.create(
        act=Act.VIEW, actor="1", facility=facility("nerima").pk, child_ids=[elsewhere.pk]
    )

    page = shown(staff_client.log_in(manager), other)

    assert "ほかの施設の児童1人" in page
    assert "余所乃" not in page
    assert codes.display(elsewhere.code) not in page
