"""Whatever somebody types into the address: a page or a refusal, never an error of ours."""

from importlib import import_module

import pytest
from django.contrib import admin

from tests.people import child_of

DAYS = (
    "9999-12-31", "0001-01-01", "2001-01-01", "2099-12-31", "2000-01-01", "2026-02-30", "x", "%00",
    "20261105", "2026-W45-4", "%F0%9F%8D%BC", "9" * 400, "-1", "٢٠٢٦-١١-٠٥",
)  # fmt: skip
NUMBERS = ("0", "-1", "9" * 30, "1e9", "%00", "x", "'", "٣", "²", "")
NAMES = (
    "%00",
    ".",
    "..",
    "..%2f..%2fsecrets.json",
    "%2e%2e",
    "a" * 300,
    "写真.jpg",
    "a%00.jpg",
    "%ff",
)
TEXTS = ("%00", "%ff", "'%22<>", "x" * 3000, "%F0%9F%8D%BC", "%", "__", "__class__")

PUBLIC = [
    *(f"/booking/nerima/new/?child={{child}}&day={day}&start=09:00&end=12:00" for day in DAYS),
    *(f"/booking/nerima/new/?child={{child}}&day=2026-11-05&start={t}&end=x" for t in TEXTS),
    *(f"/booking/nerima/new/?key={text}" for text in TEXTS),
    *(f"/booking/requests/{text}/" for text in TEXTS),
    *(f"/booking/availability/?week={day}&child={day}" for day in DAYS),
    *(f"/availability/nerima/{day}/" for day in DAYS),
    *(f"/booking/{text}/new/" for text in TEXTS),
    *(f"/?week={day}&group={day}" for day in DAYS),
    *(f"/media/images/{name}" for name in NAMES),
    *(f"/language/?next={text}" for text in TEXTS),
    *(f"/my/children/{text}/" for text in TEXTS),
    *(f"/{text}/" for text in TEXTS),
]  # fmt: skip

STAFF = [
    *(f"/today/?day={day}&facility={day}&booking={day}&reception" for day in DAYS),
    *(f"/today/?day={day}" for day in DAYS),
    *(f"/today/?facility={number}" for number in NUMBERS),
    *(f"/changes/?day={day}" for day in DAYS),
    *(f"/changes/?page={number}" for number in NUMBERS),
    *(f"/changes/?person={text}&kind={text}" for text in (*TEXTS, *NUMBERS)),
    *(f"/today/{text}/payment/" for text in TEXTS),
    *(f"/interviews/?day={day}" for day in DAYS),
]  # fmt: skip


def statuses(client, addresses):
    """The addresses that are answered by an error of ours, with the error."""
    failed = {}
    for address in addresses:
        try:
            status = client.get(address).status_code
        except Exception as error:
            failed[address] = repr(error)[:200]
        else:
            if status >= 500:
                failed[address] = status
    return failed


def test_addresses_of_the_public_entry(public_client, parent):
    public_client.log_in(parent)
    child = child_of(parent).pk

    asked = [address.replace("{child}", str(child)) for address in PUBLIC]
    assert statuses(public_client, asked) == {}


def test_addresses_of_the_public_entry_without_an_account(public_client):
    assert statuses(public_client, PUBLIC) == {}


@pytest.mark.by_lot(1)
@pytest.mark.parametrize("person", ["carer", "clerk", "auditor", "stranger"])
def test_addresses_of_the_staff_entry(staff_client, request, person):
    user = request.getfixturevalue(person)
    if user:
        staff_client.log_in(user)

    assert statuses(staff_client, STAFF) == {}


def lists():
    """Each list and each record, with what its query string and its number may be."""
    import_module("azukari.urls_staff")
    for model, options in admin.site._registry.items():
        base = f"/{model._meta.app_label}/{model._meta.model_name}/"
        yield from (f"{base}?{name}={text}" for name in "poqe" for text in ("%00", "-1", "9" * 30))
        yield from (f"{base}{text}/change/" for text in ("%00", "9" * 30, "²"))
        yield from (f"{base}{text}/history/" for text in ("%00", "9" * 30, "²"))
        for each in options.list_filter:
            name = getattr(each, "parameter_name", each[0] if isinstance(each, tuple) else each)
            yield from (f"{base}?{name}={text}" for text in ("%00", "9" * 30, "²", "9999-12-31"))
            yield f"{base}?{name}__isnull=%00"


@pytest.mark.slow
def test_lists_of_the_staff_entry(staff_client, clerk):
    staff_client.log_in(clerk)

    assert statuses(staff_client, lists()) == {}
