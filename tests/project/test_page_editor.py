"""The page editor previews pages in a frame of its own; nothing else may be framed."""

import pytest
from wagtail.models import Page


@pytest.fixture
def page(database):
    return Page.objects.filter(depth__gt=2).first() or Page.objects.get(depth=2)


def frames_of(response):
    policy = dict(
        directive.strip().split(" ", 1)
        for directive in response["Content-Security-Policy"].split(";")
        if " " in directive.strip()
    )
    return response["X-Frame-Options"], policy["frame-ancestors"]


def test_only_the_page_editor_frames_itself(staff_client, clerk):
    staff_client.log_in(clerk)

    assert frames_of(staff_client.get("/cms/")) == ("SAMEORIGIN", "'self'")
    assert frames_of(staff_client.get("/today/")) == ("DENY", "'none'")
    assert frames_of(staff_client.get("/login/")) == ("DENY", "'none'")


def test_a_preview_is_shown_in_the_frame_of_the_editor(staff_client, clerk, page):
    staff_client.log_in(clerk)

    response = staff_client.get(f"/cms/pages/{page.pk}/view_draft/")

    assert response.status_code == 200
    assert frames_of(response) == ("SAMEORIGIN", "'self'")


def test_pages_of_the_public_entry_are_never_framed(public_client):
    assert frames_of(public_client.get("/")) == ("DENY", "'none'")
