"""使い方: every page of the day has a section, every link and picture leads somewhere."""

import re

import pytest
from PIL import Image

import booking.admin.views.urls
import booking.day.admin.views.urls
from azukari import help
from tests.entries import EntryClient

# A picture that anybody loads on a tablet.
MOST_BYTES = 250_000


def pages():
    modules = (booking.day.admin.views.urls, booking.admin.views.urls)
    return {pattern.name for module in modules for pattern in module.urlpatterns}


def explained():
    return {page for names in help.SECTIONS.values() for page in names}


def test_every_page_of_the_day_is_explained():
    assert pages() - explained() == set()


def test_nothing_else_is_promised():
    assert explained() - pages() == {"change_pin", "password_change", "facility"}


def test_each_section_stands_in_the_manual_and_in_its_list():
    listed = re.findall(r"^- \[.+\]\(#([a-z-]+)\)$", help.MANUAL.read_text(), re.MULTILINE)

    assert listed == help.anchors()
    assert len(set(listed)) == len(listed)
    assert help.SECTIONS.keys() - set(listed) == set()


def test_each_link_inside_leads_somewhere():
    linked = set(re.findall(r"\]\(#([a-z-]+)\)", help.MANUAL.read_text()))

    assert linked - set(help.anchors()) == set()


def test_pictures_are_there_small_and_none_is_left_over():
    shown = set(re.findall(r"\]\(img/staff/([a-z-]+\.png)\)", help.MANUAL.read_text()))

    assert shown == {file.name for file in help.PICTURES.iterdir()}
    for name in shown:
        assert (help.PICTURES / name).stat().st_size <= MOST_BYTES
        with Image.open(help.PICTURES / name) as picture:
            assert picture.width <= 800


def test_a_page_leads_to_its_section(carer, database):
    client = EntryClient("staff")
    client.log_in(carer)

    assert 'href="/help/#meal"' in client.get("/meals/").content.decode()
    assert 'href="/help/"' in client.get("/help/").content.decode()


def test_the_tool_shows_the_file_and_its_pictures(carer, database):
    client = EntryClient("staff")
    client.log_in(carer)

    page = client.get("/help/").content.decode()

    assert '<a id="meal"></a>' in page
    assert "二人目がPINを入れます" in page
    found = re.findall(r'src="(/help/[a-z-]+\.png)"', page)
    assert found
    for address in found:
        response = client.get(address)
        assert (response.status_code, response["Content-Type"]) == (200, "image/png")


@pytest.mark.parametrize("name", ["none.png", "staff.md", "..png", "list.png.png"])
def test_no_other_file_is_given_away(carer, database, name):
    client = EntryClient("staff")
    client.log_in(carer)

    assert client.get(f"/help/{name}").status_code == 404


def test_the_manual_stays_inside(database):
    client = EntryClient("public")

    assert client.get("/help/").status_code == 404
    assert client.get("/help/list.png").status_code == 404
