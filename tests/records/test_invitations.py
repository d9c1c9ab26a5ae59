"""Two parents with equal rights: one asks the other in, by a link and a code."""

import datetime as dt
import re

import pytest

from history import clock
from records.models import Invitation, OutgoingMail, Parent
from tests.entries import EntryClient
from tests.factories.records import ParentFactory, ParentUserFactory
from tests.people import child_of

NEW = "papa@example.jp"


@pytest.fixture
def second(parent):
    """The other parent of the household, who has no account yet."""
    return ParentFactory.create(
        household=parent.parent.household,
        family_name="林",
        given_name="誠",
        email="",
        is_first_contact=False,
    )


@pytest.fixture
def invited(public_client, parent, second):
    """The link that was mailed and the code that the first parent reads aloud."""
    client = public_client.log_in(parent)
    response = client.post(client.url("records:invite", second.pk), {"email": NEW})
    page = client.get(response.url)
    mail = next(mail for mail in OutgoingMail.objects.all() if mail.recipient == NEW)
    link = re.search(r"http://public\.test(/my/invitations/\S+)", mail.message)[1]
    code = page.context["code"]
    assert code not in mail.message.partition("\n\n")[2].replace(link, "")
    return link, code


@pytest.fixture
def newcomer(database):
    return ParentUserFactory.create(email=NEW)


def take(user, link, code):
    return EntryClient("public").log_in(user).post(link, {"code": code})


def test_both_parents_see_and_do_the_same(parent, second, invited, newcomer):
    link, code = invited
    child = child_of(parent)
    client = EntryClient("public").log_in(newcomer)
    path = client.url("records:child", child.pk)
    assert client.get(path).status_code == 302

    assert client.post(link, {"code": code}).url == client.url("records:my_page")

    second.refresh_from_db()
    assert (second.user, second.email) == (newcomer, NEW)
    assert client.get(path).status_code == 200
    for name in ("records:my_page", "records:household", "booking:index", "booking:availability"):
        assert client.get(client.url(name)).status_code == 200
    assert second.history.first().history_actor == str(newcomer.pk)


def test_neither_can_take_the_others_account_away(parent, second, invited, newcomer):
    take(newcomer, *invited)
    client = EntryClient("public").log_in(newcomer)
    first = Parent.objects.get(user=parent)

    page = client.get(client.url("records:parent_edit", first.pk))
    client.post(
        client.url("records:parent_edit", first.pk),
        {**page.context["form"].initial, "user": "", "email": "taken@example.jp"},
    )

    first.refresh_from_db()
    assert (first.user, first.email) == (parent, "hayashi@example.jp")
    # Who has an account is not invited anew either.
    assert client.get(client.url("records:invite", first.pk)).status_code == 404


def next_to(code):
    """Another one than was drawn, whichever that is."""
    return f"{(int(code) + 1) % 10**6:06}"


@pytest.mark.parametrize(
    "typed",
    [
        lambda right: "",
        next_to,
        lambda right: right[:5],
        lambda right: "１２３",
        lambda right: "x" * 5000,
        lambda right: f"\u202e{next_to(right)}",
    ],
    ids=["nothing", "the next one", "five figures", "three wide ones", "letters", "hidden marks"],
)
def test_the_link_without_the_code_opens_nothing(parent, second, invited, newcomer, typed):
    link, right = invited

    page = take(newcomer, link, typed(right))

    assert page.status_code == 200
    assert "林" not in page.content.decode()
    assert Parent.objects.filter(user=newcomer).count() == 0


def test_the_code_may_be_typed_full_width_and_with_blanks(parent, second, invited, newcomer):
    link, code = invited
    wide = "".join(chr(ord(figure) + 0xFEE0) for figure in code)

    take(newcomer, link, f"{wide[:3]}　{wide[3:]}")

    assert Parent.objects.get(user=newcomer) == second


def test_five_wrong_codes_close_an_invitation(parent, second, invited, newcomer):
    link, code = invited

    words = [take(newcomer, link, next_to(code)).content.decode() for _ in range(5)]

    assert ["番号が違います" in each for each in words] == [True] * 4 + [False]
    assert "使えなくなりました" in take(newcomer, link, code).content.decode()
    assert Parent.objects.filter(user=newcomer).count() == 0


def test_an_invitation_is_taken_once(parent, second, invited, newcomer):
    link, code = invited
    take(newcomer, link, code)
    other = ParentUserFactory.create(email="third@example.jp")

    assert "使われたか" in take(other, link, code).content.decode()
    assert Parent.objects.filter(user=other).count() == 0


def test_an_invitation_ends_after_a_week(parent, second, invited, newcomer):
    Invitation.objects.update(expires_at=clock.now() - dt.timedelta(seconds=1))

    assert "期限が切れたか" in take(newcomer, *invited).content.decode()


def test_a_new_invitation_ends_the_one_before(public_client, parent, second, invited, newcomer):
    public_client.post(public_client.url("records:invite", second.pk), {"email": NEW})

    assert "取り消されています" in take(newcomer, *invited).content.decode()


def test_an_account_with_a_household_of_its_own_joins_no_other(
    parent, second, invited, other_parent
):
    assert "すでにご家庭が登録されています" in take(other_parent, *invited).content.decode()
    assert Parent.objects.get(pk=second.pk).user is None


def test_a_parent_of_another_household_is_not_invited(public_client, parent, other_parent):
    theirs = ParentFactory.create(household=other_parent.parent.household, is_first_contact=False)
    client = public_client.log_in(parent)

    answer = client.post(client.url("records:invite", theirs.pk), {"email": NEW})

    assert answer.status_code == 404
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("token", ["x", "a:b:c", "%00", "x" * 3000, "WzFd:1:2"])
def test_a_link_of_ones_own_making_opens_nothing(newcomer, token):
    client = EntryClient("public").log_in(newcomer)

    assert "使われたか" in client.get(f"/my/invitations/{token}/").content.decode()
