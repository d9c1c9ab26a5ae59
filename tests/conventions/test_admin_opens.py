"""Every registered list opens, with search, and so do its forms, for somebody who may."""

import pytest
from django.contrib import admin

from tests.access import table
from tests.access.addresses import addresses
from tests.access.conftest import ward  # noqa: F401
from tests.entries import EntryClient, settings_of


def registered():
    with settings_of("staff"):
        addresses("staff")
        return {model._meta.label_lower: each for model, each in admin.site._registry.items()}


@pytest.mark.parametrize("label", sorted(table.MODELS))
def test_the_list_and_forms_open(ward, request, label):  # noqa: F811
    row = table.MODELS[label]
    base = f"/{label.replace('.', '/')}/"
    client = opened_by(request, row.row)

    search = "?q=林" if registered()[label].search_fields else ""
    assert client.get(f"{base}{search}").status_code == 200
    assert client.get(f"{base}{ward.rows[label].pk}/change/").status_code == 200
    if row.add:
        assert opened_by(request, row.add).get(f"{base}add/").status_code == 200


def opened_by(request, names):
    person = request.getfixturevalue(sorted(names)[0])
    return EntryClient("staff").log_in(person)
