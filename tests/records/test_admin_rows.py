"""Lists inside the wall: as many rows as there are, and as many statements for three as for one."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cms.models import FacilityPage
from tests.factories.booking import BookingFactory
from tests.factories.records import (
    ChildFactory,
    HandoverNoteFactory,
    InterviewPlaceFactory,
    ParentFactory,
    StaffNoteFactory,
    facility,
)


def family(code="nerima"):
    child = ChildFactory.create(registered=True)
    ParentFactory.create(household=child.household, with_account=True)
    return child


def booked():
    return BookingFactory.create(child=family(), facility=facility("nerima"))


MAKERS = {
    "records/child": family,
    "records/household": family,
    "records/registration": family,
    "records/handovernote": lambda: HandoverNoteFactory.create(child=family()),
    "records/staffnote": lambda: StaffNoteFactory.create(child=family()),
    "records/interviewplace": InterviewPlaceFactory.create,
    "booking/booking": booked,
    "booking/fee": booked,
}


def rows(response):
    """The rows of a changelist in the HTML that went out."""
    return len(
        re.findall(
            r'<th[^>]*class="field-|class="action-checkbox"|<tr class="row',
            response.content.decode(),
        )
    )


@pytest.mark.parametrize("label", sorted(MAKERS))
def test_a_list_shows_its_rows_in_a_fixed_number_of_statements(
    database, staff_client, carer, label
):
    client = staff_client.log_in(carer)
    MAKERS[label]()
    client.get(f"/{label}/")
    with CaptureQueriesContext(connection) as one:
        shows_one = client.get(f"/{label}/")
    MAKERS[label]()
    MAKERS[label]()

    with CaptureQueriesContext(connection) as three:
        shows_three = client.get(f"/{label}/")

    assert (shows_one.context["cl"].result_count, shows_three.context["cl"].result_count) == (1, 3)
    assert rows(shows_three) == 3 * rows(shows_one) > 0
    assert len(three) == len(one)


def changes(response):
    """The rows of a history page, and how many of them say that the name became this one."""
    page = response.content.decode()
    return page.count('<li class="change">'), page.count("<ins>改姓</ins>")


def test_a_history_page_has_one_row_more_for_a_change(staff_client, manager):
    child = family()
    client, path = staff_client.log_in(manager), f"/records/child/{child.pk}/history/"
    before, _ = changes(client.get(path))
    child.family_name = "改姓"
    child.save()

    after = changes(client.get(path))

    assert before > 0
    assert after == (before + 1, 1)


def test_the_page_editor_lists_the_pages(staff_client, editor):
    pages = FacilityPage.objects.live()
    index = pages[0].get_parent()

    listing = staff_client.log_in(editor).get(f"/cms/pages/{index.pk}/")

    (table,) = re.findall(r"<tbody>(.*?)</tbody>", listing.content.decode(), re.DOTALL)
    assert table.count("<tr") == 5
    assert [str(page.title) in table for page in pages] == [True] * 5
