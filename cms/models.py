"""Page types. What the ward decides is read from the tables; pages hold words around it."""

import datetime as dt
from typing import Any

from django.db import models
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.models import Page
from wagtail.query import PageQuerySet
from wagtail.url_routing import RouteResult

from booking import availability, family, queries, versions
from booking.models import UseRule
from cms.blocks import BodyBlock
from cms.fields import StreamField
from history import clock
from records import dates


class SitePage(Page):
    """What all our pages share."""

    lead = models.TextField(
        _("リード文"), blank=True, max_length=300,
        help_text=_("ページの最初に大きめの字で表示します。個人の情報は書かないでください。"),
    )  # fmt: skip
    body = StreamField(BodyBlock(required=False), blank=True, verbose_name=_("本文"))

    # Pages are for everybody: nothing on them is behind a password.
    private_page_options: list[str] = []

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("body")]
    promote_panels = [
        MultiFieldPanel(
            [FieldPanel("slug"), FieldPanel("seo_title"), FieldPanel("search_description")],
            heading=_("アドレスと検索結果"),
        )
    ]
    show_in_menus_default = True

    class Meta:
        abstract = True


class HomePage(SitePage):
    headline = models.CharField(
        _("見出し"), max_length=60, help_text=_("ページの最初に最も大きな字で表示します。")
    )

    content_panels = [
        *Page.content_panels, FieldPanel("headline"), FieldPanel("lead"), FieldPanel("body"),
    ]  # fmt: skip
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.FacilityIndexPage", "cms.GuidePage", "cms.BookingPage", "cms.NewsPage"]
    max_count = 1
    template = "cms/home_page.html"

    class Meta:
        verbose_name = _("トップページ")
        verbose_name_plural = _("トップページ")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {"cards": _cards(clock.now()), "group": availability.DEFAULT_GROUP}


class FacilityIndexPage(SitePage):
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.FacilityPage"]
    max_count = 1
    template = "cms/facility_index_page.html"

    class Meta:
        verbose_name = _("施設一覧ページ")
        verbose_name_plural = _("施設一覧ページ")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {"cards": _cards(clock.now()), "group": availability.DEFAULT_GROUP}

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Its children are of one type, so one statement finds the page with its facility."""
        if not path_components:
            return super().route(request, path_components)
        page = _facility_pages().child_of(self).filter(slug=path_components[0]).first()
        if page is None:
            raise Http404
        return page.route(request, path_components[1:])


class FacilityPage(SitePage):
    facility = models.OneToOneField(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="page",
        help_text=_("住所・定員・開所時間などは、選んだ施設の登録内容から表示します。"),
    )  # fmt: skip

    parent_page_types = ["cms.FacilityIndexPage"]
    subpage_types: list[str] = []
    content_panels = [
        *Page.content_panels, FieldPanel("facility"), FieldPanel("lead"), FieldPanel("body"),
    ]  # fmt: skip
    template = "cms/facility_page.html"

    class Meta:
        verbose_name = _("施設ページ")
        verbose_name_plural = _("施設ページ")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        at = clock.now()
        today = clock.local(at).date()
        rules = queries.use_rules()
        choice = _choice(request, at, rules, self.facility_id)
        week = queries.week_of(self.facility, choice["first_day"], choice["group"], at, rules)
        return context | choice | {
            "facility": self.facility,
            "opening": queries.opening_of(self.facility, today),
            "rule": versions.in_force(rules, self.facility_id, today, today),
            "tariff": queries.tariff(today, today, self.facility_id),
            "week": week,
        }  # fmt: skip


class GuidePage(SitePage):
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    template = "cms/guide_page.html"

    class Meta:
        verbose_name = _("利用案内ページ")
        verbose_name_plural = _("利用案内ページ")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        today = clock.today()
        return context | {
            "rule": queries.use_rule(today, today),
            "tariff": queries.tariff(today, today),
        }


class NewsPage(SitePage):
    """お知らせ: what editors write, and what each version of the rules announces."""

    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    template = "cms/news_page.html"

    class Meta:
        verbose_name = _("お知らせページ")
        verbose_name_plural = _("お知らせページ")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        return context | {"announcements": queries.announcements(clock.today())}


class BookingPage(SitePage):
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count = 1
    template = "cms/booking_page.html"

    class Meta:
        verbose_name = _("空き・予約ページ")
        verbose_name_plural = _("空き・予約ページ")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context(request, *args, **kwargs)
        at = clock.now()
        rules = queries.use_rules()
        choice = _choice(request, at, rules)
        pages = list(_facility_pages())
        weeks = queries.weeks_of(
            [page.facility for page in pages], choice["first_day"], choice["group"], at, rules
        )
        return (
            context
            | choice
            | {
                "weeks": [(page, weeks[page.facility_id]) for page in pages],
                "notices": family.notices(None, at),
            }
        )


def _facility_pages() -> PageQuerySet[FacilityPage]:
    pages = FacilityPage.objects.live().select_related("facility__operator")
    return pages.order_by("facility__number")


def _cards(at: dt.datetime) -> list[tuple[FacilityPage, availability.Cell | None]]:
    """The facilities' pages, each with the best hour of the next day that can be booked."""
    cells = queries.next_vacancies(at, availability.DEFAULT_GROUP, queries.use_rules())
    return [(page, cells.get(page.facility_id)) for page in _facility_pages()]


def _choice(
    request: HttpRequest, at: dt.datetime, rules: list[UseRule], facility_id: int | None = None
) -> dict[str, Any]:
    """The age group and the week asked for; anything else falls back to the present."""
    this_week = queries.monday_of(clock.local(at).date())
    last_week = queries.last_week(at, rules, facility_id)
    asked = dates.parse_day_of_address(request.GET.get("week", ""))
    first_day = min(max(queries.monday_of(asked), this_week), last_week) if asked else this_week
    step = dt.timedelta(days=queries.DAYS)
    return {
        "group": availability.chosen_group(request.GET.get("group", "")),
        "groups": availability.CHOICES,
        "first_day": first_day,
        "previous_week": first_day - step if first_day > this_week else None,
        "next_week": first_day + step if first_day < last_week else None,
    }
