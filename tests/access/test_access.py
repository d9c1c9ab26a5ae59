"""Every named person × every address of both entries, against the table written by hand."""

import datetime as dt

import pytest
from django.contrib import admin
from django.contrib.auth import authenticate
from django.contrib.auth.models import Group
from django.test import RequestFactory

from cms.models import FacilityPage
from history import clock
from tests.access import table
from tests.access.addresses import Address, addresses
from tests.entries import as_entry, settings_of
from tests.factories.booking import coming_monday

# Views that a tracked model has beside Django's.
SUFFIXES = ("changelist", "add", "change", "delete", "history", "simple_history")


def is_open(response):
    """Whether somebody got in: a page, or a step that led on; the log-in is a closed door, and so
    is the way back that the admin shows who asks for what they do not see."""
    if response.status_code == 302:
        return not ("login" in response["Location"] or response["Location"] == "/")
    return response.status_code == 200


def model_of(name):
    """`admin:records_child_change` is the change of records.child."""
    head, _, view = name.removeprefix("admin:").partition("_")
    model, _, view = view.partition("_")
    return f"{head}.{model}", view


def walked(entry):
    return {address.name: address for address in addresses(entry)}


def said_twice(found):
    """Names, of more than one address, that a row could stand for only one of."""
    named = sorted({(each.name, each.route) for each in found if not is_unnamed(each)})
    names = [name for name, _route in named]
    return {name for name in names if names.count(name) > 1}


def is_unnamed(address):
    return address.name.rpartition(":")[2] == "None"


def registered():
    with settings_of("staff"):
        addresses("staff")
        return {model._meta.label_lower for model in admin.site._registry}


def undecided_models(labels):
    """Models in the admin without a row, and rows without their model."""
    return labels ^ set(table.MODELS)


def undecided_of_staff(found):
    """Addresses of the staff entry without a row, and rows without their address."""
    rows = set(table.STAFF_PAGES) | table.STAFF_EMPTY | table.STAFF_UNNAMED
    rows |= set(table.EDITING) | table.EDITING_EMPTY
    return rows ^ {row_of(each) for each in found if not is_of_a_model(each)}


def row_of(address):
    """By its name; by its namespace in the page editor; by its route when it has no name."""
    if is_unnamed(address):
        return address.route
    if address.name.startswith("wagtail"):
        return address.name.partition(":")[0]
    return address.name


def is_of_a_model(address):
    """A model's views have the model's row, and so has what leads to a row's form."""
    if is_unnamed(address):
        base, _, rest = address.route.partition("/<path:object_id>/")
        return address.route != base and not rest and base.replace("/", ".") in table.MODELS
    label, view = model_of(address.name)
    return label in table.MODELS and view in SUFFIXES


def undecided_of_public(names):
    rows = set(table.PUBLIC_PAGES) | table.ACCOUNT_OPEN | table.ACCOUNT_CLOSED | table.PUBLIC_EMPTY
    return rows ^ set(names)


def test_every_admin_view_has_a_row():
    assert undecided_models(registered()) == set()


def test_every_address_of_the_staff_entry_has_a_row():
    assert undecided_of_staff(addresses("staff")) == set()


@pytest.mark.parametrize("entry", ["staff", "public"])
def test_no_row_stands_for_two_addresses(entry):
    assert said_twice(addresses(entry)) == (table.TWICE if entry == "staff" else set())


def test_every_address_of_the_public_entry_has_a_row():
    assert undecided_of_public(walked("public")) == set()


def test_a_view_without_a_row_is_found():
    known = addresses("staff")
    views = {"admin:export", "admin:records_child_export", "admin:records_secret_change"}
    unnamed = {"export/", "cms/export/", "records/secret/<path:object_id>/"}
    new = [Address(f"x/{name}/", name) for name in (*views, "wagtailsecrets:index")]
    new += [Address("cms/export/", "None"), Address("export/", "admin:None")]
    new += [Address("records/secret/<path:object_id>/", "admin:None")]

    assert undecided_models(registered() | {"records.secret"}) == {"records.secret"}
    assert undecided_of_staff([*known, *new]) == views | unnamed | {"wagtailsecrets"}
    assert said_twice([*known, Address("other/", "admin:today")]) == {*table.TWICE, "admin:today"}
    assert undecided_of_public({*walked("public"), "records:export"}) == {"records:export"}


def test_a_row_without_its_view_is_found():
    assert undecided_models(registered() - {"records.child"}) == {"records.child"}
    left = [each for each in addresses("staff") if each.name != "admin:today"]
    assert undecided_of_staff(left) == {"admin:today"}
    assert undecided_of_public(set(walked("public")) - {"booking:new"}) == {"booking:new"}


@pytest.mark.parametrize("person", [*sorted(table.STAFF), "stranger"])
def test_lists_and_forms_of_the_staff_entry(ward, client_of, person):
    client = client_of("staff", person)
    expected, found = {}, {}
    for label, row in table.MODELS.items():
        base = f"/{label.replace('.', '/')}/"
        number = ward.rows[label].pk
        views = {
            "list": base, "add": f"{base}add/", "row": f"{base}{number}/change/",
            "delete": f"{base}{number}/delete/", "history": f"{base}{number}/history/",
        }  # fmt: skip
        for view, path in views.items():
            expected[f"{label} {view}"] = person in getattr(row, view)
            found[f"{label} {view}"] = is_open(client.get(path))
        expected[f"{label} edit"] = person in row.edit
        page = client.get(views["row"])
        found[f"{label} edit"] = b'name="_save"' in page.content

    assert found == expected


@pytest.mark.parametrize("person", [*sorted(table.STAFF), "stranger"])
def test_pages_of_the_staff_entry(ward, client_of, person):
    client = client_of("staff", person)
    known = walked("staff")
    expected, found = {}, {}
    for name, (method, who) in table.STAFF_PAGES.items():
        path = known[name].path(staff_arguments(name, ward))
        response = getattr(client, method)(path)
        expected[name] = person in who
        found[name] = leads_on(name, response)

    assert found == expected


def leads_on(name, response):
    if name == "admin:facility" or name == "admin:index":
        # Both lead to the first page of one's work.
        return response.status_code == 302 and "login" not in response["Location"]
    return is_open(response)


def staff_arguments(name, ward):
    number = {
        "admin:terminal_networks": ward.terminal.facility_id,
        "admin:terminal_revoke": ward.terminal.pk,
        "admin:link_revoke": ward.link.pk,
        "admin:proposal": ward.proposal.pk,
        "admin:emergency_ambulance": ward.rows["records.emergencyopening"].pk,
        "admin:emergency_card": ward.rows["records.emergencyopening"].pk,
        "admin:administration_close": ward.rows["records.administratoropening"].pk,
        "admin:alert_seen": ward.alert.pk,
        "admin:call_result": ward.call.pk,
        "admin:call_reopen": ward.call.pk,
        "admin:use_hold": ward.use_hold.pk,
        "admin:meal_check_second": ward.meal_check.pk,
        "admin:nap_end": ward.nap_watch.pk,
        "admin:roll_call_kept": ward.roll_call.pk,
        "admin:cash_count": ward.cash_count.pk,
        "admin:cash_confirm": ward.cash_count.pk,
        "admin:cash_paper": ward.cash_count.pk,
    }.get(name, ward.booking.pk)
    if name.startswith("admin:receipt"):
        number = ward.payment.pk
    elif name.startswith("admin:incident"):
        number = ward.incident.pk
    elif name.startswith("admin:closure"):
        number = ward.closure.batch
    elif name.startswith("admin:staff_"):
        number = ward.rows["records.user"].pk
    elif name.startswith(("admin:interview", "admin:activate")):
        number = ward.interview.pk
    return {
        "number": number, "child_number": ward.child.pk, "object_pk": 2,
        "actor": 1, "day": "2026-11-05", "name": "list.png",
        "user_id": ward.rows["records.user"].pk, "group_id": Group.objects.first().pk,
    }  # fmt: skip


@pytest.mark.parametrize("person", ["parent", "other_parent", "stranger"])
def test_pages_of_the_public_entry(ward, client_of, person):
    client = client_of("public", person)
    known = walked("public")
    monday = coming_monday()
    arguments = {
        "parent_id": ward.child.household.parents.get().pk, "child_id": ward.child.pk,
        "person_id": ward.person.pk, "interview_id": ward.interview.pk,
        "booking_id": ward.booking.pk, "proposal_id": ward.proposal.pk, "code": "hikarigaoka",
        "monday": monday, "hold_id": ward.use_hold.pk, "request_id": ward.booking.request_id,
        "number": ward.rows["booking.release"].pk, "ticket_id": ward.ticket.pk,
        "wish_id": ward.ticket.wishes.get().pk,
        "waiting_id": ward.rows["booking.waiting"].pk,
    }  # fmt: skip
    start = clock.at(monday + dt.timedelta(days=1), dt.time(10))
    data = {"child": ward.child.pk, "start": start.isoformat(), "day": monday}
    expected, found = {}, {}
    for name, (method, who) in table.PUBLIC_PAGES.items():
        response = getattr(client, method)(known[name].path(arguments), data)
        expected[name] = person in who
        # The choice of a language leads back to the start.
        found[name] = is_open(response) or (name == "language" and response.status_code == 302)

    assert found == expected


@pytest.mark.parametrize("person", [*sorted(table.STAFF), "stranger"])
def test_each_part_of_the_editor(ward, client_of, person):
    client = client_of("staff", person)
    # A page that the manager may edit, too.
    page = FacilityPage.objects.get(slug="nerima").pk
    arguments = {
        "page_id": page, "parent_page_id": page, "app_name": "taggit", "model_name": "tag",
    }  # fmt: skip
    expected, found = {}, {}
    for part, (route, who) in table.EDITING.items():
        (address,) = {each for each in addresses("staff") if each.route == route}
        assert row_of(address) == part
        expected[part] = person in who
        # Whom the editor refuses it may send to its own start.
        found[part] = client.get(address.path(arguments)).status_code == 200

    assert found == expected


@pytest.mark.by_lot(2)
@pytest.mark.parametrize("person", [*sorted(table.STAFF - table.PAGES), "stranger"])
def test_who_edits_no_pages_opens_nothing_of_the_editor(database, client_of, person):
    client = client_of("staff", person)

    opened = {
        address.route
        for address in addresses("staff")
        if address.route.startswith("cms/") and is_open(client.get(address.path({})))
    }

    # A table of words and a sheet of icons: nothing of the pages.
    assert opened <= {"cms/jsi18n/", "cms/sprite/", "cms/login/", "cms/password_reset/"}


def test_addresses_of_the_staff_entry_lead_nowhere_at_the_public_one(ward, client_of):
    client = client_of("public", "parent")
    paths = {a.route: a.path({}) for a in addresses("staff") if a.route not in SHARED}

    found = {route: client.get(path, follow=True).status_code for route, path in paths.items()}

    assert found == dict.fromkeys(paths, 404)


def test_addresses_of_the_public_entry_lead_nowhere_at_the_staff_one(ward, client_of):
    client = client_of("staff", "clerk")
    paths = {a.route: a.path({}) for a in addresses("public") if a.route not in SHARED}

    found = {route: client.get(path, follow=True).status_code for route, path in paths.items()}

    assert found == dict.fromkeys(paths, 404)


# The start of either, and what takes every address that is left.
SHARED = {"", "(?P<url>.*)$", r"^((?:[\w\-]+/)*)$"}


@pytest.mark.parametrize(("entry", "person"), [("public", "carer"), ("staff", "parent")])
def test_nobody_logs_in_at_the_other_entry(named, entry, person):
    user = named(person)
    request = RequestFactory().post("/login/")
    for name in (user.username, user.email):
        with as_entry(entry):
            found = authenticate(request, username=name, email=name, password="nerima-piyo-2026")
        assert found is None


# Whose page opens at an entry, and the name of the cookie that opens it.
INSIDE = {"public": ("parent", "/my/", "azukari"), "staff": ("carer", "/today/", "azukari-staff")}


@pytest.mark.parametrize(("entry", "other"), [("public", "staff"), ("staff", "public")])
def test_a_cookie_of_one_entry_is_worthless_at_the_other(ward, client_of, entry, other):
    person, page, name = INSIDE[entry]
    insider, page_there, name_there = INSIDE[other]
    held, there = client_of(entry, person), client_of(other, insider)
    assert held.get(page).status_code == 200
    assert there.get(page_there).status_code == 200
    own = there.cookies[name_there].value

    for value in {cookie.value for cookie in held.cookies.values()}:
        for tried in (name, name_there):
            there.cookies.pop(name, None)
            there.cookies.pop(name_there, None)
            there.cookies[tried] = value
            assert "login" in there.get(page_there)["Location"], (tried, value)

    # Nothing else kept the door shut.
    there.cookies[name_there] = own
    assert there.get(page_there).status_code == 200
