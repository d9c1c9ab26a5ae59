"""緊急管理者操作, from the page down to what the database alone allows."""

import datetime as dt

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.core import mail

from history import clock
from history.enums import Act, AlertKind
from history.models import Alert, Entry
from records import office, one_time_codes, rules
from records.enums import Role
from records.models import (
    AdministratorOpening,
    FacilityMembership,
    SignIn,
    Terminal,
    TerminalLink,
    User,
)
from records.second_factors import SecondFactorAdapter
from tests.door import NINE, log_in
from tests.entries import EntryClient
from tests.factories.records import PASSWORD, facility
from tests.factories.terminals import AdministratorOpeningFactory, TerminalFactory

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
REASON = "センターの全員がログインできません"
MINUTE = dt.timedelta(minutes=1)
HOUR = 60 * MINUTE


@pytest.fixture(autouse=True)
def moment():
    with time_machine.travel(NINE, tick=False) as traveller:
        yield traveller


@pytest.fixture
def admin_client(staff_client, administrator):
    """An administrator at work who has an app, and nothing open."""
    Authenticator.objects.create(
        user=administrator, type="totp", data={"secret": SecondFactorAdapter().encrypt(SECRET)}
    )
    return staff_client.log_in(administrator)


def ask(client, reason=REASON, code=None, **more):
    code = code or one_time_codes.code_at(SECRET, clock.now())
    return client.post("/administration/", {"reason": reason, "code": code} | more)


def later(traveller, by):
    """The clock goes on while somebody keeps tapping: the screen stays open."""
    traveller.shift(by)
    SignIn.objects.update(last_act_at=clock.now(), factor_at=clock.now())


GIVES = {
    "a password": lambda user: (f"/staff/{user.pk}/reset/", {"reset-reason": "forgotten"}),
    "a new factor": lambda user: (f"/staff/{user.pk}/factor/", {"factor-reason": "lost"}),
    "a review": lambda user: (f"/staff/{user.pk}/confirm/", {}),
    "an account again": lambda user: (f"/staff/{user.pk}/reopen/", {}),
    "another name": lambda user: (f"/records/user/{user.pk}/change/", {"name": "別人"}),
    "an account": lambda user: (
        "/records/user/add/",
        {"username": "C9100", "name": "新人", "password": "natsu-yasumi-2026-kaze"},
    ),
    "a membership": lambda user: (
        "/records/facilitymembership/add/",
        {
            "user": user.pk, "facility": facility("seki").pk, "role": "manager",
            "starts_on": "2026-11-24",
        },
    ),
    "a terminal": lambda user: ("/terminals/new/", {"facility": facility("hq").pk, "name": "新"}),
    "a network": lambda user: (
        f"/terminals/networks/{facility('nerima').pk}/", {"networks": "192.0.2.0/24"},
    ),
}  # fmt: skip


def tried(client, user):
    """Which of the acts that give somebody a way in are let through, asked for one by one."""
    return {
        name for name, of in GIVES.items()
        if client.post(*of(user), HTTP_REFERER="/").status_code != 403
    }  # fmt: skip


# The page


def test_without_it_an_administrator_gives_nobody_a_way_in(admin_client, carer):
    assert tried(admin_client, carer) == set()

    carer.refresh_from_db()
    assert (carer.name, carer.check_password(PASSWORD)) == ("練馬 保育", True)
    assert not User.objects.filter(username="C9100").exists()
    assert not FacilityMembership.objects.filter(facility=facility("seki")).exists()
    assert not TerminalLink.objects.exists()
    refused = Entry.objects.filter(act=Act.REFUSED)
    assert refused.count() == len(GIVES)
    assert set(refused.values_list("opening", flat=True)) == {None}


def test_a_reason_and_a_code_open_an_hour_and_tell_the_center(admin_client, administrator, carer):
    answer = ask(admin_client)

    opening = AdministratorOpening.objects.get()
    assert answer["Location"] == "/staff/"
    assert (opening.opened_by, opening.reason) == (administrator, REASON)
    assert (opening.opened_at, opening.ends_at) == (NINE, NINE + HOUR)
    alert = Alert.objects.get(kind=AlertKind.EMERGENCY_OPENING)
    assert (alert.facility, alert.detail) == (None, "緊急管理者操作 C9004 システム 管理")
    entry = Entry.objects.get(act=Act.ADMINISTRATION)
    assert (entry.actor, entry.purpose, entry.opening) == (
        str(administrator.pk), "opened", opening.pk,
    )  # fmt: skip
    assert tried(admin_client, carer) == set(GIVES)
    assert FacilityMembership.objects.filter(user=carer, facility=facility("seki")).exists()


def test_officers_get_a_mail(admin_client, settings):
    settings.OFFICERS = ["records@example.jp"]

    ask(admin_client)

    assert REASON not in "".join(message.body for message in mail.outbox)


def test_everything_meanwhile_is_bound_to_it(real_database, admin_client, carer, clerk):
    admin_client.get("/staff/")
    ask(admin_client)
    number = AdministratorOpening.objects.get().pk
    seen_at = Entry.objects.count()
    admin_client.get(f"/staff/{carer.pk}/")
    admin_client.post(*GIVES["a membership"](carer))
    admin_client.get("/records/child/")

    meanwhile = Entry.objects.filter(opening=number)
    assert {"view", "refused", "rights", "administration"} <= set(
        meanwhile.values_list("act", flat=True)
    )
    assert Entry.objects.count() - seen_at == meanwhile.count() - 1
    page = EntryClient("staff").log_in(clerk).get(f"/records/administratoropening/{number}/change/")
    text = page.content.decode()
    assert REASON in text
    assert f"/staff/{carer.pk}/" in text
    assert "権限・アカウントの変更" in text


def test_what_comes_before_and_after_is_not(admin_client, administrator):
    admin_client.get("/staff/")
    ask(admin_client)
    number = AdministratorOpening.objects.get().pk
    admin_client.post(f"/administration/{number}/close/")
    admin_client.get("/staff/")

    lists = Entry.objects.filter(act=Act.LIST, model="records.user")
    assert list(lists.values_list("opening", flat=True)) == [None, None]


@pytest.mark.parametrize(
    ("minutes", "is_open"), [(59, True), (60, False), (61, False)],
)  # fmt: skip
def test_it_ends_by_itself_after_an_hour(admin_client, carer, moment, minutes, is_open):
    ask(admin_client)

    later(moment, minutes * MINUTE)

    assert (tried(admin_client, carer) == set(GIVES)) == is_open
    assert ("緊急管理者操作中" in admin_client.get("/staff/").content.decode()) == is_open


def test_it_ends_when_its_owner_ends_it(admin_client, administrator, carer):
    ask(admin_client)
    number = AdministratorOpening.objects.get().pk

    admin_client.post(f"/administration/{number}/close/")

    opening = AdministratorOpening.objects.get()
    assert (opening.closed_at, opening.closed_by) == (NINE, administrator)
    assert tried(admin_client, carer) == set()
    assert Entry.objects.get(act=Act.ADMINISTRATION, purpose="closed").opening == number


def test_the_center_ends_it_too(admin_client, clerk, carer):
    ask(admin_client)
    number = AdministratorOpening.objects.get().pk
    center = EntryClient("staff").log_in(clerk)
    page = f"/records/administratoropening/{number}/change/"
    assert "いま終わらせる" in center.get(page).content.decode()

    center.post(f"/administration/{number}/close/")

    assert AdministratorOpening.objects.get().closed_by == clerk
    assert tried(admin_client, carer) == set()
    assert "いま終わらせる" not in center.get(page).content.decode()


def test_it_ends_with_the_log_out(admin_client, administrator, carer, moment):
    ask(admin_client)

    admin_client.post("/logout/")
    moment.shift(MINUTE)
    log_in(admin_client, administrator)
    admin_client.post("/login/factor/", {"code": one_time_codes.code_at(SECRET, clock.now())})

    assert admin_client.get("/staff/").status_code == 200
    assert tried(admin_client, carer) == set()


def test_nobody_else_has_it(admin_client, opener, clerk, carer):
    ask(admin_client)
    number = AdministratorOpening.objects.get().pk

    other = EntryClient("staff").log_in(opener)

    assert tried(other, carer) == set()
    assert other.post(f"/administration/{number}/close/").status_code == 404
    assert AdministratorOpening.objects.get().closed_at is None


def test_the_same_person_at_another_screen_has_it_not(admin_client, administrator, carer):
    ask(admin_client)

    other = EntryClient("staff").log_in(administrator)

    assert tried(other, carer) == set()
    assert tried(admin_client, carer) == set(GIVES)


@pytest.mark.parametrize("reason", ["", "   ", "緊急", "け" * 9])
def test_without_a_sentence_nothing_opens(admin_client, reason):
    page = ask(admin_client, reason)

    assert (page.status_code, AdministratorOpening.objects.count()) == (200, 0)
    assert "error-summary" in page.content.decode()


def test_without_a_right_code_nothing_opens_and_it_is_counted(admin_client):
    page = ask(admin_client, code="000000")

    assert "確認コードが違うか" in page.content.decode()
    assert REASON in page.content.decode()
    assert not AdministratorOpening.objects.exists()
    assert Entry.objects.get(act=Act.LOGIN_FAILED).purpose == "factor"
    statuses = [ask(admin_client, code="000000").status_code for _ in range(4)]
    assert statuses == [200, 200, 200, 429]


def test_a_code_of_the_sign_in_is_not_fresh_enough(admin_client):
    """Whoever has just signed in gives another one."""
    page = admin_client.post("/administration/", {"reason": REASON})

    assert (page.status_code, AdministratorOpening.objects.count()) == (200, 0)


def test_too_many_are_refused_and_written_down(admin_client, administrator, moment):
    sign_in = SignIn.objects.get(user=administrator)
    for number in range(office.OPENINGS):
        AdministratorOpeningFactory.create(sign_in=sign_in, opened_at=NINE - (number + 2) * HOUR)

    page = ask(admin_client)

    assert "続けて開いている" in page.content.decode()
    assert AdministratorOpening.objects.count() == office.OPENINGS
    assert Entry.objects.get(act=Act.REFUSED).purpose == "administration"


def test_only_administrators_see_the_page(staff_client, request):
    for person in ("carer", "manager", "clerk", "auditor", "editor"):
        client = staff_client.log_in(request.getfixturevalue(person))
        assert client.get("/administration/").status_code == 403
        assert ask(client).status_code == 403
    assert not AdministratorOpening.objects.exists()


def test_it_opens_no_record_of_a_child(admin_client):
    ask(admin_client)

    for path in ("/today/", "/records/child/", "/records/household/", "/history/entry/", "/watch/"):
        assert admin_client.get(path).status_code == 403


# Taking away needs nothing opened


def test_an_administrator_takes_away_at_any_time(admin_client, carer, manager):
    membership = FacilityMembership.objects.get(user=carer)
    terminal = TerminalFactory.create()

    admin_client.post(
        f"/staff/{carer.pk}/end/", {"end-membership": membership.pk, "end-reason": "incident"}
    )
    admin_client.post(f"/staff/{manager.pk}/close/", {"close-reason": "incident"})
    admin_client.post(f"/terminals/{terminal.pk}/revoke/")

    membership.refresh_from_db()
    assert membership.ended_at == NINE
    assert not User.objects.get(pk=manager.pk).is_active
    assert Terminal.objects.get(pk=terminal.pk).revoked_at == NINE


def test_who_is_refused_reads_the_way_on(admin_client, staff_client, carer):
    page = admin_client.get("/terminals/new/")

    assert page.status_code == 403
    assert 'href="/administration/"' in page.content.decode()
    assert 'href="/administration/"' not in (
        staff_client.log_in(carer).get("/terminals/new/").content.decode()
    )


def test_the_rule_says_the_same():
    def has(role, opened=None):
        person = User()
        person.duty = rules.Duty(role, 1, (), opened=opened)
        return rules.keeps_accounts(person)

    opened = rules.Opened(None, NINE)
    assert {role for role in Role if has(role)} == {Role.CENTER}
    # What is open counts for an administrator alone.
    assert {role for role in Role if has(role, opened)} == {Role.CENTER, Role.ADMINISTRATOR}
