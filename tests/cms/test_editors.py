"""Who edits which page: a facility its own, the center's editors all, carers none."""

import pytest
from wagtail.models import Page, Revision

from cms.models import FacilityPage, SitePage
from records.actions import memberships
from records.enums import Role
from tests.factories.records import FacilityMembershipFactory, StaffUserFactory, facility

LEAD = "書き換えた文"


@pytest.fixture
def manager_there(database):
    """The manager of 光が丘."""
    user = StaffUserFactory.create(username="H5002")
    FacilityMembershipFactory.create(user=user, facility=facility("hikarigaoka"), role=Role.MANAGER)
    return user


def pages():
    return {each.slug: each.specific for each in Page.objects.all()
            if isinstance(each.specific, SitePage)}  # fmt: skip


def editable(client):
    """The slugs of the pages whose form opens."""
    answers = {slug: client.get(f"/cms/pages/{page.pk}/edit/") for slug, page in pages().items()}
    assert {response.status_code for response in answers.values()} <= {200, 302, 403}
    return {slug for slug, response in answers.items() if response.status_code == 200}


def fields_of(client, page):
    """The form as the browser would send it back."""
    form = client.get(f"/cms/pages/{page.pk}/edit/").context["form"]
    values = {}
    for bound in form:
        value = bound.value()
        if isinstance(value, (str, int)):
            values[bound.html_name] = value
    formsets = {
        f"{prefix}-{name}": 0
        for prefix in ("body", "comments")
        for name in ("count", "TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS")
    }
    return values | formsets | {"comments-MAX_NUM_FORMS": 1000, "lead": LEAD}


def save(client, page, form, **more):
    return client.post(f"/cms/pages/{page.pk}/edit/", form | more)


def drafts():
    """Pages of which a newer version waits, by slug."""
    return {each.slug for each in Page.objects.filter(has_unpublished_changes=True)}


def draft_of(page):
    """The newest version, published or not."""
    return FacilityPage.objects.get(pk=page.pk).get_latest_revision_as_object()


def live_leads():
    return set(FacilityPage.objects.values_list("lead", flat=True))


@pytest.fixture
def there(database):
    return FacilityPage.objects.get(slug="hikarigaoka")


@pytest.fixture
def elsewhere(database):
    return FacilityPage.objects.get(slug="nerima")


def test_a_manager_opens_the_own_page_alone(manager_there, staff_client):
    client = staff_client.log_in(manager_there)

    assert editable(client) == {"hikarigaoka"}


@pytest.mark.parametrize("person", ["editor", "clerk"])
def test_the_center_opens_every_page(request, staff_client, person):
    client = staff_client.log_in(request.getfixturevalue(person))

    assert editable(client) == set(pages())


@pytest.mark.parametrize("person", ["carer", "carer_elsewhere", "auditor", "administrator"])
def test_others_are_refused(request, staff_client, person):
    client = staff_client.log_in(request.getfixturevalue(person))

    answers = {client.get(f"/cms/pages/{page.pk}/edit/").status_code for page in pages().values()}
    assert answers == {403}
    assert client.get("/cms/").status_code == 403


def test_nobody_edits_without_a_log_in(staff_client, there):
    response = staff_client.get(f"/cms/pages/{there.pk}/edit/")

    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/login/")


def test_a_manager_drafts_and_does_not_publish(manager_there, staff_client, there):
    client = staff_client.log_in(manager_there)
    form = fields_of(client, there)

    save(client, there, form)
    save(client, there, form, **{"action-publish": "1"})

    assert drafts() == {"hikarigaoka"}
    assert draft_of(there).lead == LEAD
    assert LEAD not in live_leads()


def test_an_editor_publishes(editor, staff_client, there):
    client = staff_client.log_in(editor)

    save(client, there, fields_of(client, there), **{"action-publish": "1"})

    assert LEAD in live_leads()
    assert drafts() == set()


def test_a_form_sent_to_anothers_page_changes_nothing(
    manager_there, staff_client, there, elsewhere
):
    client = staff_client.log_in(manager_there)
    form = fields_of(client, there)
    before = Revision.objects.count()

    response = save(client, elsewhere, form)

    assert response.status_code in (302, 403)
    assert (Revision.objects.count(), drafts()) == (before, set())
    assert draft_of(elsewhere).lead == elsewhere.lead


@pytest.mark.parametrize(
    "path", ["copy", "move", "delete", "unpublish", "privacy", "workflow/status"]
)
def test_a_manager_does_nothing_else_with_anothers_page(
    manager_there, staff_client, elsewhere, path
):
    client = staff_client.log_in(manager_there)

    client.post(f"/cms/pages/{elsewhere.pk}/{path}/", {"new_slug": "x", "new_title": "x"})

    elsewhere.refresh_from_db()
    assert (elsewhere.live, elsewhere.slug) == (True, "nerima")
    assert set(pages()) == {
        "top", "facilities", "guide", "availability", "news", "nerima", "nukui", "seki", "oizumi",
        "hikarigaoka",
    }  # fmt: skip


def test_the_right_ends_with_the_membership(manager_there, staff_client, there):
    client = staff_client.log_in(manager_there)
    assert editable(client) == {"hikarigaoka"}
    membership = manager_there.memberships.get()

    memberships.end(membership=membership, on=membership.starts_on, today=membership.starts_on)

    assert client.get(f"/cms/pages/{there.pk}/edit/").status_code == 403
