"""The second factor at the door, and again before accounts and terminals are touched."""

import datetime as dt

import pytest
import time_machine
from allauth.mfa.models import Authenticator

from history import clock
from history.models import Alert, Entry
from records import one_time_codes
from records.actions import factors
from records.enums import FactorReason
from records.models import SignIn
from records.second_factors import SecondFactorAdapter
from tests.door import NINE, log_in
from tests.factories.records import facility

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
SECONDS = dt.timedelta(seconds=1)


@pytest.fixture(autouse=True)
def _nine():
    with time_machine.travel(NINE, tick=False):
        yield


@pytest.fixture
def center_client(staff_client):
    return staff_client.at_terminal("hq")


def enrolled(user):
    Authenticator.objects.create(
        user=user, type="totp", data={"secret": SecondFactorAdapter().encrypt(SECRET)}
    )
    return user


def give(client, code=None, at=NINE):
    return client.post("/login/factor/", {"code": code or one_time_codes.code_at(SECRET, at)})


def is_in(client):
    return client.get("/staff/").status_code == 200


# Pure


def test_codes_are_those_of_rfc_6238():
    """Appendix B, cut to six digits: the secret is 12345678901234567890."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    moments = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}

    found = {
        second: one_time_codes.code_at(secret, dt.datetime.fromtimestamp(second, dt.UTC))
        for second in moments
    }

    assert found == moments


@pytest.mark.parametrize(
    ("seconds", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_clock_may_be_half_a_minute_off(seconds, accepted):
    code = one_time_codes.code_at(SECRET, NINE + seconds * SECONDS)

    assert (one_time_codes.step_of_code(SECRET, code, NINE) is not None) == accepted


def test_a_code_is_read_however_it_is_typed():
    code = one_time_codes.code_at(SECRET, NINE)
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in code)

    for typed in (code, f"{code[:3]} {code[3:]}", wide):
        assert one_time_codes.step_of_code(SECRET, typed, NINE) is not None


def test_the_picture_brings_no_style_and_no_script():
    picture = one_time_codes.picture(SECRET, holder="C9001")

    assert picture.startswith("<svg")
    assert "style" not in picture
    assert "script" not in picture


# At the door


@pytest.mark.parametrize(
    ("person", "asked"),
    [("clerk", True), ("administrator", True), ("auditor", False), ("editor", False)],
)
def test_a_password_alone_opens_nothing_for_the_center(center_client, request, person, asked):
    answer = log_in(center_client, request.getfixturevalue(person))

    assert (answer["Location"] == "/login/factor/") == asked
    assert SignIn.objects.exists() != asked
    assert center_client.get("/password_change/").status_code == (302 if asked else 200)


def test_the_first_time_a_device_is_enrolled(center_client, clerk):
    log_in(center_client, clerk)
    page = center_client.get("/login/factor/")
    secret = page.context["secret"].replace(" ", "")
    assert center_client.get("/login/factor/").context["secret"].replace(" ", "") == secret

    refused = give(center_client, "000000")
    done = give(center_client, one_time_codes.code_at(secret, NINE))

    assert (refused.status_code, Authenticator.objects.filter(type="totp").count()) == (200, 1)
    assert done["Location"] == "/factor/recovery-codes/"
    codes = center_client.get("/factor/recovery-codes/").context["codes"]
    assert (len(codes), len(set(codes))) == (10, 10)
    # Once.
    assert center_client.get("/factor/recovery-codes/").status_code == 302
    assert is_in(center_client)


def test_a_code_opens_the_day(center_client, clerk):
    log_in(center_client, enrolled(clerk))

    give(center_client)

    assert is_in(center_client)
    assert SignIn.objects.get().factor_at == NINE


def test_no_code_opens_twice(center_client, clerk):
    log_in(center_client, enrolled(clerk))
    give(center_client)
    center_client.post("/logout/")
    log_in(center_client, clerk)

    again = give(center_client)
    with time_machine.travel(NINE + 30 * SECONDS, tick=False):
        later = give(center_client, at=NINE + 30 * SECONDS)

    assert (again.status_code, later.status_code) == (200, 302)


def test_a_recovery_code_opens_once(center_client, clerk):
    log_in(center_client, clerk)
    secret = center_client.get("/login/factor/").context["secret"].replace(" ", "")
    give(center_client, one_time_codes.code_at(secret, NINE))
    code = center_client.get("/factor/recovery-codes/").context["codes"][0]

    answers = []
    for _ in range(2):
        center_client.post("/logout/")
        log_in(center_client, clerk)
        answers.append(give(center_client, code).status_code)

    assert answers == [302, 200]


def test_wrong_codes_lock_the_account_like_wrong_passwords(center_client, clerk):
    log_in(center_client, enrolled(clerk))

    statuses = [give(center_client, "000000").status_code for _ in range(5)]

    assert statuses == [200, 200, 200, 200, 429]
    assert give(center_client)["Location"] == "/login/"
    assert log_in(center_client, clerk).status_code == 429
    failed = Entry.objects.filter(act="login_failed")
    assert {each.purpose for each in failed} == {"factor"}


def test_the_page_is_closed_without_a_password(center_client, clerk):
    enrolled(clerk)

    assert give(center_client)["Location"] == "/login/"
    log_in(center_client, clerk)
    with time_machine.travel(NINE + 16 * 60 * SECONDS, tick=False):
        assert give(center_client, at=clock.now())["Location"] == "/login/"


# Fresh


FRESH = {
    "a membership": ("get", "/records/facilitymembership/add/", 200),
    "an account": ("get", "/records/user/add/", 200),
    "a terminal": ("get", "/terminals/new/", 200),
    "networks of a facility": ("get", "/terminals/networks/{place}/", 200),
    "a change of them": ("post", "/terminals/networks/{place}/", 302),
    "a review": ("post", "/staff/{person}/confirm/", 302),
}


@pytest.mark.parametrize("what", FRESH)
@pytest.mark.parametrize(("minutes", "asks"), [(0, False), (15, False), (16, True)])
def test_accounts_and_terminals_ask_for_a_fresh_factor(
    center_client, clerk, carer, what, minutes, asks
):
    method, path, status = FRESH[what]
    center_client.log_in(enrolled(clerk))
    SignIn.objects.update(factor_at=NINE - dt.timedelta(minutes=minutes))

    answer = getattr(center_client, method)(path.format(person=carer.pk, place=facility("seki").pk))

    assert answer.status_code == (302 if asks else status)
    assert answer.get("Location", "").startswith("/factor/") == asks


def test_a_code_leads_back_to_the_form(center_client, clerk):
    center_client.log_in(enrolled(clerk))
    SignIn.objects.update(factor_at=None)
    way = center_client.get("/records/user/add/")["Location"]
    asked = center_client.get(way)

    answer = center_client.post(
        "/factor/", {"code": one_time_codes.code_at(SECRET, NINE), "next": asked.context["next"]}
    )

    assert answer["Location"] == "/records/user/add/"
    assert center_client.get("/records/user/add/").status_code == 200


def test_what_a_stale_form_sends_changes_nothing(center_client, clerk, carer):
    center_client.log_in(enrolled(clerk))
    SignIn.objects.update(factor_at=None)

    center_client.post(f"/records/user/{carer.pk}/change/", {"name": "別人"})

    carer.refresh_from_db()
    assert carer.name == "練馬 保育"


# Lost


def test_another_one_takes_a_lost_factor_away(center_client, clerk, administrator):
    enrolled(administrator)
    center_client.log_in(enrolled(clerk))

    asked = center_client.post(f"/staff/{administrator.pk}/factor/", {})
    center_client.post(f"/staff/{administrator.pk}/factor/", {"factor-reason": "lost"})

    assert asked.status_code == 200
    assert [each.user for each in Authenticator.objects.all()] == [clerk]
    alert = Alert.objects.get()
    assert (alert.kind, alert.detail) == ("second_factor_reset", "C9004 機器の紛失・故障")
    assert Entry.objects.get(act="factor", purpose="lost").object_ids == [str(administrator.pk)]


def test_nobody_takes_the_own_factor_away(center_client, clerk):
    center_client.log_in(enrolled(clerk))

    center_client.post(f"/staff/{clerk.pk}/factor/", {"factor-reason": FactorReason.LOST})

    assert factors.is_enrolled(clerk)


def test_a_manager_takes_no_factor_away(staff_client, manager, carer):
    enrolled(carer)

    answer = staff_client.log_in(manager).post(
        f"/staff/{carer.pk}/factor/", {"factor-reason": "lost"}
    )

    assert (answer.status_code, factors.is_enrolled(carer)) == (403, True)
