"""The center's pages about terminals: the list, a new one, an envelope, networks."""

import datetime as dt

import pytest

from history import clock
from history.models import Entry
from records.actions import terminals
from records.models import FacilityNetwork, Terminal, TerminalLink
from tests.factories.records import facility
from tests.factories.terminals import TerminalFactory, TerminalLinkFactory

LISTED, NEW = "/terminals/", "/terminals/new/"


@pytest.fixture
def client(staff_client, clerk):
    """The center's, at a terminal of its own."""
    return staff_client.log_in(clerk)


def places(page):
    return {place.facility.code: place for place in page.context["places"]}


def test_places_with_too_few_terminals_are_named(client):
    for code, count in (("nerima", 2), ("seki", 1)):
        TerminalFactory.create_batch(count, facility=facility(code))
    TerminalFactory.create(facility=facility("seki"), revoked_at=clock.now())

    page = client.get(LISTED)

    missing = {code: place.missing for code, place in places(page).items()}
    # The terminal at which the test client stood before the center's is one of 練馬.
    assert missing == {
        "hq": 1, "nerima": 0, "nukui": 2, "seki": 1, "oizumi": 2, "hikarigaoka": 2,
    }  # fmt: skip
    assert "あと2台必要です" in page.content.decode()


def test_a_manager_sees_those_of_the_facility_and_changes_none(staff_client, manager):
    other = TerminalFactory.create(facility=facility("seki"), name="関の端末")
    own = TerminalFactory.create(facility=facility("nerima"), name="練馬の端末")

    page = staff_client.log_in(manager).get(LISTED)

    assert list(places(page)) == ["nerima"]
    assert own.name in page.content.decode()
    assert other.name not in page.content.decode()
    assert "停止する" not in page.content.decode()
    assert staff_client.post(f"/terminals/{own.pk}/revoke/").status_code == 403


def test_last_use_is_shown(client):
    TerminalFactory.create(
        name="古い端末", last_seen_at=clock.at(dt.date(2026, 5, 7), dt.time(16, 5))
    )

    assert "5月7日（木）16:05" in client.get(LISTED).content.decode()


def test_a_link_is_shown_once_and_kept_as_a_digest(client):
    page = client.post(NEW, {"facility": facility("seki").pk, "name": "事務室"})

    token = page.context["url"].rstrip("/").rpartition("/")[2]
    link = TerminalLink.objects.get()
    assert (link.facility, link.name, link.kind) == (facility("seki"), "事務室", "link")
    assert link.digest == terminals.digest(token)
    assert token not in client.get(LISTED).content.decode()
    assert "no-store" in page["Cache-Control"]
    assert Entry.objects.filter(act="terminal", purpose="link made").count() == 1


def test_an_envelope_has_address_and_code(client):
    page = client.post(NEW, {"facility": facility("seki").pk, "name": "予備", "is_sealed": "on"})

    code = page.context["code"]
    assert len(code.replace("-", "")) == terminals.CODE_LETTERS
    assert code in page.content.decode()
    assert TerminalLink.objects.get().kind == "sealed"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": "事務室"}, "facility"),
        ({"facility": "seki", "is_portable": "on", "name": "x"}, "センターの端末として"),
        (
            {"facility": "hq", "is_portable": "on", "is_sealed": "on", "name": "x"},
            "登録リンクで登録してください",
        ),
    ],
)
def test_a_terminal_that_cannot_be_is_refused_at_its_field(client, fields, said):
    if "facility" in fields:
        fields = fields | {"facility": facility(fields["facility"]).pk}

    page = client.post(NEW, fields)

    assert said in str(page.context["form"].errors)
    assert not TerminalLink.objects.exists()


def test_the_terminal_in_use_may_be_revoked_and_is_a_stranger_then(client):
    own = client.screen.terminal

    answer = client.post(f"/terminals/{own.pk}/revoke/")

    assert answer["Location"] == LISTED
    assert client.get(LISTED).status_code == 404
    assert Terminal.objects.get(pk=own.pk).revoked_by is not None


def test_a_link_taken_back_leads_nowhere(client):
    link = TerminalLinkFactory.create()

    client.post(f"/terminals/links/{link.pk}/revoke/")

    link.refresh_from_db()
    assert link.revoked_at is not None


# Networks


def set_networks(client, code, text):
    return client.post(f"/terminals/networks/{facility(code).pk}/", {"networks": text})


def test_networks_are_set_one_a_line(client):
    FacilityNetwork.objects.create(facility=facility("seki"), network="198.51.100.0/24")

    answer = set_networks(client, "seki", " 192.0.2.0/24\n2001:db8::/32\n")

    assert answer["Location"] == LISTED
    found = FacilityNetwork.objects.filter(facility=facility("seki"))
    assert sorted(found.values_list("network", flat=True)) == ["192.0.2.0/24", "2001:db8::/32"]
    assert "2001:db8::/32" in client.get(LISTED).content.decode()


def test_an_empty_field_lets_terminals_call_from_everywhere(client):
    FacilityNetwork.objects.create(facility=facility("seki"), network="198.51.100.0/24")

    set_networks(client, "seki", "")

    assert not FacilityNetwork.objects.exists()


@pytest.mark.parametrize("line", ["192.0.2.1/24", "192.0.2", "seki", "300.0.0.0/8", "::/200"])
def test_what_is_no_network_is_named(client, line):
    page = set_networks(client, "seki", f"198.51.100.0/24\n{line}")

    assert page.status_code == 200
    assert line in str(page.context["form"].errors)
    assert not FacilityNetwork.objects.exists()


def test_nobody_shuts_out_the_own_terminal(client):
    page = set_networks(client, "hq", "192.0.2.0/24")

    assert "この端末（127.0.0.1）が使えなくなります" in page.content.decode()
    assert not FacilityNetwork.objects.exists()
    assert set_networks(client, "hq", "192.0.2.0/24\n127.0.0.0/8").status_code == 302
    assert client.get(LISTED).status_code == 200
