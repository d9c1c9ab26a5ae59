"""The page tree as it is at the start, and who may edit which part of it."""

import json
from collections.abc import Iterable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import (
    Collection,
    GroupApprovalTask,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
)

from cms.models import BookingPage, FacilityIndexPage, FacilityPage, GuidePage, HomePage, NewsPage
from records.actions.memberships import group_of
from records.enums import Role
from records.models import Facility

# What a role may do below its page. A facility drafts; the center and its editors publish.
EDITS = ("change_page",)
PUBLISHES = ("add_page", "change_page", "publish_page")
ACCESS_EDITOR = "access_admin"

# Wagtail's migrations name in English what they make, and ask a group that nobody is in.
STOCK_WORKFLOW = "Moderators approval"
STOCK_GROUPS = {"Moderators": "承認者（標準）", "Editors": "編集者（標準）"}
STOCK_ROOT = "Root"
APPROVAL = "センターの承認"

P = TypeVar("P", bound=Page)


@transaction.atomic
def plant(texts: dict[str, Any], *, origin: str) -> None:
    """Make the pages that are missing, published, and point the site at `origin`.

    `texts` holds a page's fields under its slug, and a list under `facility_pages`. Pages that
    exist keep what editors made of them. Safe to run again.
    """
    home = _home(texts["home"], origin)
    index = _page(FacilityIndexPage, home, "facilities", texts["facilities"])
    _page(GuidePage, home, "guide", texts["guide"])
    _page(NewsPage, home, "news", texts["news"])
    _page(BookingPage, home, "availability", texts["availability"])
    facilities = {facility.code: facility for facility in Facility.objects.bookable()}
    for fields in texts["facility_pages"]:
        facility = facilities[fields["facility"]]
        page = _page(
            FacilityPage,
            index,
            facility.code,
            fields | {"facility": facility, "title": facility.name},
        )
        _let(group_of(facility, Role.MANAGER), page, EDITS)
    approvers = [
        group_of(center, role)
        for center in Facility.objects.center()
        for role in (Role.EDITOR, Role.CENTER)
    ]
    for group in approvers:
        _let(group, home, PUBLISHES)
    _name_stock(approvers)


def _home(fields: dict[str, Any], origin: str) -> HomePage:
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    home = HomePage.objects.first()
    if home is None:
        root = Page.get_first_root_node()
        # Wagtail's own page of welcome holds the slug until another root is set.
        home = _page(HomePage, root, "top", fields)
        stock = root.get_children().filter(slug="home", depth=2).exclude(pk=home.pk)
        site.root_page = home
        _point(site, origin)
        stock.delete()
    _point(site, origin)
    return home


def _point(site: Site, origin: str) -> None:
    address = urlsplit(origin)
    site.hostname = address.hostname or "localhost"
    site.port = address.port or (443 if address.scheme == "https" else 80)
    site.site_name = "あずかり"
    site.save()


def _page(model: type[P], parent: Page, slug: str, fields: dict[str, Any]) -> P:
    found = model.objects.child_of(parent).filter(slug=slug).first()
    if found is not None:
        return found
    fields = fields | {"body": json.dumps(fields["body"])}
    page = parent.add_child(instance=model(slug=slug, **fields))
    page.save_revision().publish()
    return page


def _name_stock(approvers: list[Group]) -> None:
    """Name Wagtail's own rows in Japanese; the center approves what facilities draft."""
    Workflow.objects.filter(name=STOCK_WORKFLOW).update(name=APPROVAL)
    for task in GroupApprovalTask.objects.filter(name=STOCK_WORKFLOW):
        task.name = APPROVAL
        task.save()
        task.groups.set(approvers)
    for name, ours in STOCK_GROUPS.items():
        Group.objects.filter(name=name).update(name=ours)
    Collection.objects.filter(depth=1, name=STOCK_ROOT).update(name="すべて")


def _let(group: Group, page: Page, codenames: Iterable[str]) -> None:
    """Let a group into the editor, to this page and what lies below it."""
    names = [ACCESS_EDITOR, *codenames]
    permissions = {
        permission.codename: permission
        for permission in Permission.objects.filter(
            content_type__app_label__in=("wagtailadmin", "wagtailcore"), codename__in=names
        )
    }
    group.permissions.add(permissions[ACCESS_EDITOR])
    for name in codenames:
        GroupPagePermission.objects.get_or_create(
            group=group, page=page, permission=permissions[name]
        )
    for permission in Permission.objects.filter(
        content_type__app_label="wagtailimages", codename__in=("add_image", "choose_image")
    ):
        GroupCollectionPermission.objects.get_or_create(
            group=group, collection=Collection.get_first_root_node(), permission=permission
        )
