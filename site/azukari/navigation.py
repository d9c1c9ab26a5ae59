"""The staff tool's navigation: the order of the day, and for each person only what opens."""

import dataclasses
from collections.abc import Callable

from django.apps import apps
from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from records import rules


@dataclasses.dataclass(frozen=True)
class Page:
    """A page that is no list of a model: its URL name, its label, and who may open it."""

    name: str
    label: str | Promise
    may: Callable[[object], bool]


@dataclasses.dataclass(frozen=True)
class Section:
    label: str | Promise
    icon: str
    # Pages, and models as `app.Model`, whose admin knows who may see them.
    content: tuple[Page | str, ...]


@dataclasses.dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_current: bool


@dataclasses.dataclass(frozen=True)
class Group:
    """A section as one person sees it; its own link is that of its first page."""

    label: str
    icon: str
    links: tuple[Link, ...]

    @property
    def url(self) -> str:
        return self.links[0].url

    @property
    def is_current(self) -> bool:
        return any(link.is_current for link in self.links)


def enters_page_editor(user: object) -> bool:
    """Whose membership edits pages and whose group Wagtail lets in."""
    return rules.edits_pages(user) and user.has_perm(  # type: ignore[attr-defined]
        "wagtailadmin.access_admin"
    )


SECTIONS = (
    Section(
        _("今日"), "today",
        (
            Page("admin:today", _("今日"), rules.works_with_children),
            Page("admin:meal_check", _("食事・おやつ前の確認"), rules.gives_care_on_site),
            Page("admin:naps", _("午睡チェック"), rules.gives_care_on_site),
            Page("admin:takeover", _("引き継ぎ"), rules.gives_care_on_site),
            Page("admin:attention", _("要対応"), rules.works_with_children),
            Page("admin:calls", _("電話連絡"), rules.works_with_children),
            Page("admin:closures", _("休所"), rules.works_with_children),
            Page("admin:approvals", _("施設確認待ち"), rules.works_with_children),
            Page("admin:roster", _("職員配置表"), rules.works_with_children),
            Page("admin:incidents", _("事故・けが"), rules.works_with_children),
            Page("admin:cash", _("日計"), rules.works_with_children),
            Page("admin:phone", _("電話予約"), rules.works_with_children),
            Page("admin:walk_in", _("当日受付"), rules.gives_care_on_site),
            Page("admin:look_up", _("受付照会"), rules.gives_care_on_site),
            Page("admin:emergency", _("緊急閲覧"), rules.gives_care_on_site),
        ),
    ),
    Section(
        _("予約"), "bookings",
        (
            "booking.Booking", "booking.Waiting", "booking.Attendance",
            Page("admin:use_holds", _("予約の停止"), rules.works_with_children), "booking.Slot",
        ),
    ),
    Section(
        _("児童・世帯"), "children",
        ("records.Child", "records.Household", "records.HandoverNote", "records.StaffNote"),
    ),
    Section(
        _("登録・面接"), "registrations",
        (
            Page("admin:interviews", _("面接の予定"), rules.works_with_children),
            "records.Registration", "records.Interview", "records.InterviewPlace",
            "records.Consent",
        ),
    ),
    Section(_("料金"), "fees", ("booking.Fee", "booking.Payment")),
    Section(
        _("履歴"), "history",
        (
            Page("admin:watch", _("見守り"), rules.reviews),
            Page("admin:changes", _("変更履歴"), rules.reviews),
            "history.Entry",
            "records.AccessLease", "records.EmergencyOpening", "records.AdministratorOpening",
        ),
    ),
    Section(
        _("ページ"), "pages",
        (Page("wagtailadmin_home", _("ページの編集"), enters_page_editor),),
    ),
    Section(
        _("設定"), "settings",
        (
            "records.Facility", "records.Operator", "booking.OpeningPattern", "booking.UseRule",
            "booking.Tariff", "records.RegistrationRule", "records.WatchRule", "day.NapRule",
            "records.ConsentText", "records.Opening", "records.ServiceStop",
            Page("admin:administration", _("緊急管理者操作"), rules.is_administrator),
            Page("admin:contractors", _("委託事業者の作業"), rules.reviews_contractors),
            Page("admin:staff", _("職員名簿"), rules.sees_accounts), "records.User",
            "records.FacilityMembership",
            Page("admin:backups", _("バックアップ"), rules.answers_for_operation),
            Page("admin:terminals", _("専用端末"), rules.sees_terminals),
        ),
    ),
)  # fmt: skip


def get_nav(request: HttpRequest) -> list[Group]:
    """The sections that the person may open, each with its pages; none without a membership."""
    if not rules.may_enter_staff_tool(request.user):
        return []
    groups = []
    for section in SECTIONS:
        links = tuple(filter(None, (_link(request, content) for content in section.content)))
        if links:
            groups.append(Group(str(section.label), section.icon, links))
    return groups


def start_of(request: HttpRequest) -> str:
    """Where somebody's work begins: the first page of the navigation, for editors the editor."""
    groups = get_nav(request)
    duty = rules.duty(request.user)
    if duty is not None and duty.is_administrator:
        return reverse("admin:records_user_changelist")
    return groups[0].url if groups else reverse("admin:password_change")


def _link(request: HttpRequest, content: Page | str) -> Link | None:
    if isinstance(content, Page):
        if not content.may(request.user):
            return None
        try:
            url = reverse(content.name)
        except NoReverseMatch:
            return None
        return Link(str(content.label), url, request.path.startswith(url))
    model = apps.get_model(content)
    model_admin = admin.site._registry.get(model)
    if model_admin is None or not model_admin.has_view_or_change_permission(request):
        return None
    url = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
    return Link(str(model._meta.verbose_name_plural), url, request.path.startswith(url))
