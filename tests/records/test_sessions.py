"""Sessions at rest: nothing of what they hold, and nothing by which one could be taken over."""

import contextlib
import datetime as dt
import re
import zlib

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core import signing
from django.db import connection

from history import clock
from records.models import PublicSession, StaffSession
from records.sessions.public import SessionStore as PublicStore
from records.sessions.sealed import digest_of
from records.sessions.staff import SessionStore as StaffStore
from tests.door import log_in as sign_in
from tests.entries import EntryClient
from tests.factories.records import ParentFactory
from tests.records.logins import browser, confirm, is_logged_in, log_in

NEW = "papa@example.jp"


def legible(text):
    """With what stands in it in base64, packed or not: signing hides nothing."""
    found = [text]
    for part in re.findall(r"\.?[\w/+=-]{16,}", text):
        with contextlib.suppress(ValueError, zlib.error):
            plain = signing.b64_decode(part.lstrip(".").replace("=", "").encode())
            found.append((zlib.decompress(plain) if part[0] == "." else plain).decode("latin-1"))
    return "\n".join(found)


def stored(table):
    """All that a table tells somebody who has the database and not the keys."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT t::text FROM {table} t")
        return legible("\n".join(row for (row,) in cursor.fetchall()))


def test_what_is_only_signed_is_legible():
    """As Django would write it: the searches here find what lies there like that."""
    store = SessionStore("x")
    long = {"secret": "JBSWY3DPEHPK3PXP", "more": "x" * 500}

    assert "JBSWY3DPEHPK3PXP" in legible(store.encode({"secret": "JBSWY3DPEHPK3PXP"}))
    assert "JBSWY3DPEHPK3PXP" in legible(store.encode(long))


def cookie(client):
    return client.cookies["azukari" if client.entry == "public" else "azukari-staff"].value


def held(store, client):
    return store(cookie(client)).load()


def test_a_parents_secret_lies_encrypted_until_it_is_enrolled(parent):
    phone = browser()
    log_in(phone, parent)
    confirm(phone)

    secret = phone.get(phone.url("mfa_activate_totp")).context["form"].secret

    assert secret in str(held(PublicStore, phone))
    assert secret not in stored("records_publicsession")


def test_a_secret_of_staff_lies_encrypted_until_it_is_enrolled(staff_client, clerk):
    staff_client.at_terminal("hq")
    asked = sign_in(staff_client, clerk)

    staff_client.get(asked.url)

    secret = held(StaffStore, staff_client)["secret"]
    assert len(secret) == 32
    assert secret not in stored("records_staffsession")


def test_the_code_of_an_invitation_lies_encrypted(public_client, parent):
    second = ParentFactory.create(household=parent.parent.household, is_first_contact=False)
    client = public_client.log_in(parent)
    page = client.get(client.post(client.url("records:invite", second.pk), {"email": NEW}).url)

    code = page.context["code"]
    assert code in str(held(PublicStore, client))
    assert f'"{code}"' not in stored("records_publicsession")


def test_what_the_table_says_opens_no_session(public_client, parent):
    public_client.log_in(parent)
    row = PublicSession.objects.get()
    thief = EntryClient("public")

    thief.cookies["azukari"] = row.session_key

    assert cookie(public_client) not in stored("records_publicsession")
    assert not is_logged_in(thief)
    assert is_logged_in(public_client)


def test_content_moved_into_another_row_opens_nothing(parent, other_parent):
    first, second = (EntryClient("public").log_in(user) for user in (parent, other_parent))
    rows = {client: PublicSession.objects.get(session_key=digest_of(cookie(client)))
            for client in (first, second)}  # fmt: skip

    PublicSession.objects.filter(pk=rows[second].pk).update(session_data=rows[first].session_data)

    assert is_logged_in(first)
    assert not is_logged_in(second)


def test_content_of_one_entry_opens_nothing_at_the_other(staff_client, public_client, carer):
    staff_client.log_in(carer)
    row = StaffSession.objects.get()

    PublicSession.objects.create(
        session_key=row.session_key, session_data=row.session_data, expire_date=row.expire_date
    )

    assert held(StaffStore, staff_client) != {}
    assert PublicStore(cookie(staff_client)).load() == {}


@pytest.mark.parametrize("content", ["", "x", "e30=", "AAAAAQ==" * 9, "e30:1abc:signed"])
def test_what_was_never_encrypted_is_no_session(public_client, parent, content):
    public_client.log_in(parent)

    PublicSession.objects.update(session_data=content)

    assert not is_logged_in(public_client)


def test_a_session_that_ran_out_is_none(public_client, parent):
    public_client.log_in(parent)
    value = cookie(public_client)
    assert is_logged_in(public_client)

    PublicSession.objects.update(expire_date=clock.now() - dt.timedelta(seconds=1))

    # A draft still asks whose it was.
    assert PublicStore(value).left_behind()["_auth_user_id"] == str(parent.pk)
    assert not is_logged_in(public_client)
