"""What staff accounts leave behind: a changed password, a membership."""

import datetime as dt

import pytest

from history.models import Entry
from records.actions import memberships
from records.models import FacilityMembership
from tests.factories.records import PASSWORD

NEW = "atarashii-kotoba-2026"


@pytest.mark.parametrize(("old", "entries"), [(PASSWORD, 1), ("wrong", 0)])
def test_a_changed_password_leaves_an_entry(staff_client, carer, old, entries):
    staff_client.log_in(carer).post(
        "/password_change/", {"old_password": old, "new_password1": NEW, "new_password2": NEW}
    )

    found = Entry.objects.filter(act="password")
    assert [each.actor for each in found] == [str(carer.pk)] * entries
    carer.refresh_from_db()
    assert carer.check_password(NEW) == bool(entries)


def test_the_history_of_an_account_tells_of_its_memberships(staff_client, clerk, carer):
    day = dt.date(2026, 3, 31)
    memberships.end(membership=FacilityMembership.objects.get(user=carer), on=day, today=day)

    page = staff_client.log_in(clerk).get(f"/records/user/{carer.pk}/history/")

    lines = [
        (change.record, line.label, line.after)
        for change in page.context["page"]
        for line in change.lines
    ]
    assert ("所属", "終了日", "2026年3月31日") in lines
