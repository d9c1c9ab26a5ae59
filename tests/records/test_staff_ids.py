"""A staff ID is one, however it is typed."""

import pytest

from records.models import FailureCount, User
from tests.factories.records import PASSWORD

SPELLINGS = ["N1001", "n1001", " N1001 ", "Ｎ１００１", "ｎ1001"]


def log_in(client, staff_id, password=PASSWORD):
    return client.post("/login/?next=/", {"username": staff_id, "password": password})


@pytest.mark.parametrize("typed", SPELLINGS)
def test_a_staff_id_opens_in_every_spelling(staff_client, carer, typed):
    assert log_in(staff_client, typed).status_code == 302
    assert staff_client.get("/today/").status_code == 200


def test_wrong_passwords_count_for_one_staff_id(staff_client, carer):
    for typed in SPELLINGS[1:]:
        assert log_in(staff_client, typed, "wrong").status_code == 200

    assert FailureCount.objects.get(user=carer).count == len(SPELLINGS[1:])


@pytest.mark.parametrize(("staff_id", "made"), [("n1001", 0), ("n1009", 1)])
def test_a_staff_id_has_one_owner(staff_client, clerk, carer, staff_id, made):
    before = User.objects.count()

    page = staff_client.log_in(clerk).post(
        "/records/user/add/", {"username": staff_id, "name": "別人", "password": "betsujin-2026-x"}
    )

    assert User.objects.count() - before == made
    assert User.objects.filter(username="N1009").count() == made
    assert page.status_code == (302 if made else 200)


def test_a_staff_id_made_by_hand_is_kept_in_the_one_spelling(database):
    assert User.objects.create_staff(staff_id=" n2001", name="x").username == "N2001"
