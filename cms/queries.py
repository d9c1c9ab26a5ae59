"""Where pages are."""

import dataclasses

from wagtail.models import Page

from cms.models import BookingPage, FacilityIndexPage, GuidePage, NewsPage

# Each of them exists once; templates know them by these names.
NAMES = {
    "facilityindexpage": "facilities", "guidepage": "guide", "bookingpage": "booking",
    "newspage": "news",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Landmark:
    title: str
    url: str


def landmarks() -> dict[str, Landmark]:
    """The published pages that every page leads to, by name. One statement."""
    pages = Page.objects.live().type(FacilityIndexPage, GuidePage, BookingPage, NewsPage)
    return {
        NAMES[page.cached_content_type.model]: Landmark(page.title, page.url or "/")
        for page in pages
    }
