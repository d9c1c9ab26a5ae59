"""Terminals: registered once, known by a secret that changes, refused when it is an old one."""

import dataclasses
import datetime as dt

import pytest

from history import clock
from history.context import Context
from history.models import Entry
from records.actions import terminals
from records.actions.terminals import Caller
from records.models import FacilityNetwork, Terminal, TerminalLink, TerminalSecret
from records.refusals_sign_in import LinkSpent, WrongCode
from tests.entries import as_entry
from tests.factories.records import facility

MONDAY = clock.at(dt.date(2026, 11, 23), dt.time(9))
INSIDE = Caller("192.0.2.10")


def hours(count):
    return MONDAY + dt.timedelta(hours=count)


def context(at=MONDAY, actor="system:terminals", **values):
    return Context(actor=actor, entry="staff", at=at, **values)


def by_center(clerk, at=MONDAY):
    return context(at, str(clerk.pk), role="center", facilities=(facility("hq").pk,))


def entered(found, act, **arguments):
    """As the staff entry does it: its role, and a context."""
    with as_entry("staff"):
        from_here = dataclasses.replace(found)
        terminals.contexts.enter(from_here)
        return act(context=from_here, **arguments)


def recognise(secret, at=MONDAY, caller=INSIDE):
    return entered(context(at), terminals.recognise, secret=secret, caller=caller)


def make_link(clerk, **values):
    return entered(
        by_center(clerk), terminals.make_link, facility=facility("nerima"), name="保育室",
        by=clerk, **values,
    )  # fmt: skip


def register(token, code="", at=MONDAY, caller=INSIDE):
    return entered(context(at, ""), terminals.register, token=token, code=code, caller=caller)


@pytest.fixture
def secret(clerk):
    """Of a terminal that was registered on Monday at nine."""
    _link, token = make_link(clerk)
    _terminal, secret = register(token)
    return secret


@pytest.fixture
def envelope(clerk):
    return entered(
        by_center(clerk), terminals.seal_code, facility=facility("nerima"), name="予備", by=clerk
    )


def purposes():
    return list(Entry.objects.order_by("at", "id").values_list("purpose", flat=True))


# Registering


def test_a_link_makes_one_terminal(clerk):
    link, token = make_link(clerk)

    terminal, secret = register(token)

    assert (terminal.facility, terminal.name, terminal.registered_by) == (
        facility("nerima"), "保育室", clerk,
    )  # fmt: skip
    assert recognise(secret).terminal == terminal
    link.refresh_from_db()
    assert link.used_at == MONDAY


def test_a_link_counts_once(clerk):
    _link, token = make_link(clerk)
    register(token)

    with pytest.raises(LinkSpent):
        register(token)

    assert Terminal.objects.count() == 1


@pytest.mark.parametrize(("hours_later", "is_good"), [(23.9, True), (24, False)])
def test_a_link_runs_out_after_a_day(clerk, hours_later, is_good):
    _link, token = make_link(clerk)

    if is_good:
        register(token, at=hours(hours_later))
    else:
        with pytest.raises(LinkSpent):
            register(token, at=hours(hours_later))


def test_a_link_taken_back_is_worth_nothing(clerk):
    link, token = make_link(clerk)
    entered(by_center(clerk), terminals.revoke_link, link=link)

    with pytest.raises(LinkSpent):
        register(token)


def test_the_database_holds_neither_tokens_nor_secrets(clerk, secret, envelope):
    held = [
        *TerminalSecret.objects.values_list("digest", flat=True),
        *TerminalLink.objects.values_list("digest", "code_digest").first(),
    ]

    assert len(secret) >= 43
    assert all(each == "" or len(each) == 64 for each in held)
    for plain in (secret, envelope.token, envelope.code):
        assert not any(plain in each for each in held)


# The sealed code


def test_a_sealed_code_registers_a_replacement_and_tells_the_center(envelope):
    typed = f"{envelope.code[:4].upper()} {envelope.code[4:8]}-{envelope.code[8:]}"

    terminal, secret = register(envelope.token, typed)

    assert recognise(secret).terminal == terminal
    assert "sealed code used" in purposes()


def test_its_link_alone_registers_nothing(envelope):
    with pytest.raises(WrongCode):
        register(envelope.token, "")

    assert not Terminal.objects.exists()


def test_five_wrong_codes_burn_it(envelope):
    for _ in range(5):
        with pytest.raises(WrongCode):
            register(envelope.token, "aaaa-aaaa-aaaa")

    with pytest.raises(LinkSpent):
        register(envelope.token, envelope.code)
    assert not Terminal.objects.exists()
    assert purposes().count("sealed code guessed at") == 1


def test_a_new_envelope_ends_the_one_before(clerk, envelope):
    newer = entered(
        by_center(clerk), terminals.seal_code, facility=facility("nerima"), name="予備", by=clerk
    )

    with pytest.raises(LinkSpent):
        register(envelope.token, envelope.code)
    register(newer.token, newer.code)


# Recognising


@pytest.mark.parametrize("made_up", ["", "x", "a" * 43, "' OR true --"])
def test_a_secret_that_is_none_is_nobody(secret, made_up):
    assert recognise(made_up) is None
    assert recognise(secret) is not None


def test_a_secret_is_exchanged_after_a_day(secret):
    assert recognise(secret, hours(23.9)).offer is None

    offer = recognise(secret, hours(24)).offer

    assert offer not in (None, secret)
    assert recognise(offer, hours(25)).offer is None


def test_requests_sent_at_once_get_one_offer(secret):
    recognise(secret)

    offers = [recognise(secret, hours(24)).offer for _ in range(3)]

    assert [offer is None for offer in offers] == [False, True, True]


def test_an_offer_that_never_arrived_is_made_again(secret):
    lost = recognise(secret, hours(24)).offer

    again = recognise(secret, hours(30)).offer

    assert again not in (None, lost)
    assert recognise(again, hours(31)) is not None


def test_the_old_secret_holds_a_minute_longer(secret):
    offer = recognise(secret, hours(24)).offer
    recognise(offer, hours(25))

    assert recognise(secret, hours(25) + dt.timedelta(seconds=60)) is not None
    assert recognise(secret, hours(25) + dt.timedelta(seconds=61)) is None


def test_an_old_secret_is_an_alert_once_an_hour(secret):
    offer = recognise(secret, hours(24)).offer
    recognise(offer, hours(25))

    assert [recognise(secret, hours(at)) for at in (26, 26.5, 27.5)] == [None] * 3

    assert purposes().count("old secret used") == 2
    # The one who has the new one works on.
    assert recognise(offer, hours(28)) is not None


def test_a_thief_who_is_first_is_found_out_by_the_terminal(secret):
    """A copied cookie: whoever exchanges it first, the other one is refused and reported."""
    stolen = recognise(secret, hours(24)).offer
    recognise(stolen, hours(25))

    assert recognise(secret, hours(26)) is None
    assert "old secret used" in purposes()


def test_a_revoked_terminal_is_nobody_from_the_next_request_on(clerk, secret):
    terminal = recognise(secret).terminal

    entered(by_center(clerk), terminals.revoke, terminal=terminal, by=clerk)

    assert recognise(secret) is None
    terminal.refresh_from_db()
    assert (terminal.revoked_at, terminal.revoked_by) == (MONDAY, clerk)
    assert purposes().count("terminal revoked") == 1


def test_last_use_is_known(secret):
    recognise(secret, hours(3))

    assert Terminal.objects.get().last_seen_at == hours(3)


# Where it calls from


@pytest.mark.parametrize(
    ("networks", "address", "is_let_in"),
    [
        ([], "203.0.113.7", True),
        (["192.0.2.0/24"], "192.0.2.10", True),
        (["192.0.2.0/24"], "203.0.113.7", False),
        (["192.0.2.0/24", "203.0.113.0/28"], "203.0.113.7", True),
        (["2001:db8::/32"], "2001:db8::7", True),
        (["192.0.2.0/24"], "2001:db8::7", False),
    ],
)
def test_a_facility_may_list_its_networks(secret, networks, address, is_let_in):
    for network in networks:
        FacilityNetwork.objects.create(facility=facility("nerima"), network=network)
    # Another facility's list is none of its business.
    FacilityNetwork.objects.create(facility=facility("seki"), network="198.51.100.0/24")

    assert (recognise(secret, caller=Caller(address)) is not None) == is_let_in


def test_the_duty_officers_terminal_calls_from_anywhere(clerk):
    _link, token = entered(
        by_center(clerk), terminals.make_link, facility=facility("hq"), name="当番", by=clerk,
        is_portable=True,
    )  # fmt: skip
    _terminal, secret = register(token)
    FacilityNetwork.objects.create(facility=facility("hq"), network="192.0.2.0/24")

    assert recognise(secret, caller=Caller("203.0.113.7")) is not None


CERTIFIED = Caller("192.0.2.10", "CN=nerima-1,serial=4711")


def test_where_certificates_are_asked_for_the_same_one_counts(clerk):
    _link, token = make_link(clerk)
    _terminal, secret = register(token, caller=CERTIFIED)

    assert recognise(secret, caller=CERTIFIED) is not None
    assert recognise(secret, caller=dataclasses.replace(CERTIFIED, certificate="CN=x")) is None
    assert recognise(secret, caller=dataclasses.replace(CERTIFIED, certificate="")) is None


def test_a_terminal_without_a_certificate_is_none_once_they_are_asked_for(secret):
    assert recognise(secret, caller=CERTIFIED) is None


def test_without_a_certificate_nothing_is_registered_where_they_are_asked_for(clerk):
    _link, token = make_link(clerk)

    with pytest.raises(LinkSpent):
        register(token, caller=Caller("192.0.2.10", ""))
