import dataclasses

from tests.access import permissions, table


def is_up_to_date(models, pages):
    return permissions.PATH.read_text() == permissions.text(models, pages)


def test_permissions_page_says_what_the_table_says():
    assert is_up_to_date(table.MODELS, table.STAFF_PAGES)


def test_a_changed_right_is_found():
    wider = dataclasses.replace(table.MODELS["records.child"], delete=table.MANAGER)

    assert not is_up_to_date(table.MODELS | {"records.child": wider}, table.STAFF_PAGES)
    assert not is_up_to_date(
        table.MODELS, table.STAFF_PAGES | {"admin:changes": ("get", table.STAFF)}
    )
