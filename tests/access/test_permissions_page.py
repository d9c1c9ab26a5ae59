from tests.access import permissions


def test_permissions_page_says_what_the_table_says() -> None:
    assert permissions.PATH.read_text() == permissions.text()
