"""Every registered list opens with its search, form, addition and history, for somebody who may.

Lists that grow can be narrowed, and hold by their own code only what the reader may see.
"""

import pytest
from django.contrib import admin
from django.test import RequestFactory

from history import clock
from records.admin.bases import SettingsAdmin
from records.models import Child, Household
from records.queries import duty_of
from tests.access import table
from tests.access.addresses import addresses
from tests.access.conftest import ward  # noqa: F401
from tests.entries import EntryClient, settings_of


def registered():
    """The admin of each model, by its label."""
    with settings_of("staff"):
        addresses("staff")
        return {model._meta.label_lower: each for model, each in admin.site._registry.items()}


def views(label, number):
    """The path of each view of a model, and in which column of the table its readers stand."""
    base = f"/{label.replace('.', '/')}/"
    return {
        "changelist": (base, "list"),
        "search": (f"{base}?q=林", "list"),
        "add": (f"{base}add/", "add"),
        "change": (f"{base}{number}/change/", "row"),
        "history": (f"{base}{number}/history/", "history"),
    }


def closed(label, number, client_for):
    """Views that do not open, each asked for by whom `client_for` sends; nobody is for none."""
    row = table.MODELS[label]
    return [
        f"{view} {status}"
        for view, (path, column) in views(label, number).items()
        if getattr(row, column)
        and (status := client_for(getattr(row, column)).get(path).status_code) != 200
    ]


def endless(admins):
    """Lists that grow and can't be narrowed; what the center decides stays a page or two."""
    return sorted(
        label
        for label, each in admins.items()
        if not (each.search_fields or each.date_hierarchy or each.list_filter)
        and not isinstance(each, SettingsAdmin)
    )


def unscoped(admins, rows, readers):
    """Lists that hold a row which a reader of that list may not open."""
    return sorted(
        f"{label} for {name}"
        for label, each in admins.items()
        for name in table.MODELS[label].list - table.MODELS[label].row
        if each.get_queryset(asked_by(readers(name))).filter(pk=rows[label].pk).exists()
    )


def asked_by(user):
    """A request as the middleware prepares it, with nothing but the code in the way."""
    request = RequestFactory().get("/")
    request.user = user
    request.user.duty = duty_of(user, at=clock.now())
    return request


def first_of(request):
    def client_for(names):
        return EntryClient("staff").log_in(request.getfixturevalue(min(names)))

    return client_for


@pytest.mark.parametrize("label", sorted(table.MODELS))
def test_every_view_opens(ward, request, label):  # noqa: F811
    assert closed(label, ward.rows[label].pk, first_of(request)) == []


def test_views_that_stay_closed_are_found(ward):  # noqa: F811
    found = closed("records.child", ward.rows["records.child"].pk, lambda names: stranger())

    assert found == ["changelist 302", "search 302", "change 302", "history 302"]


def stranger():
    return EntryClient("staff").at_terminal()


def test_lists_that_grow_can_be_narrowed():
    assert endless(registered()) == []


def test_a_list_without_search_or_filter_is_found():
    assert endless({"records.child": admin.ModelAdmin(Child, admin.site)}) == ["records.child"]


def test_lists_hold_only_what_their_reader_may_open(ward, request):  # noqa: F811
    assert unscoped(registered(), ward.rows, request.getfixturevalue) == []


def test_a_list_without_a_scope_is_found(ward, request):  # noqa: F811
    plain = {
        model._meta.label_lower: admin.ModelAdmin(model, admin.site) for model in (Child, Household)
    }

    found = unscoped(plain, ward.rows, request.getfixturevalue)

    strangers = ("carer_elsewhere", "carer_nukui", "carer_seki")
    assert found == [
        f"{label} for {name}" for label in ("records.child", "records.household")
        for name in strangers
    ]  # fmt: skip
