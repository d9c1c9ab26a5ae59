"""使い方: the carers' manual, `site/docs/staff.md`, shown in the tool that it explains.

The file is the only source. Each of its sections begins with an anchor; `SECTIONS` says which one
explains which page, so that 「使い方」 opens where somebody stands.
"""

import functools
import re
from pathlib import Path

from django.conf import settings
from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from markdown_it import MarkdownIt

DOCS = Path(settings.PROJECT).parent / "docs"
MANUAL = DOCS / "staff.md"
PICTURES = DOCS / "img" / "staff"
PICTURE = re.compile(r"[a-z-]{1,40}\.png", re.ASCII)
# In the file a picture is found from beside it, as any reader of Markdown expects.
FROM_FILE = "img/staff/"
ANCHOR = re.compile(r'<a id="([a-z-]+)"></a>')

# Which section explains which pages, by the names of their addresses.
SECTIONS = {
    "start": ("change_pin", "password_change", "facility"),
    "practice": ("practice",),
    "nap": ("naps", "nap_check", "nap_begin", "nap_end"),
    "today": ("today",),
    "arrival": ("arrive", "leave", "undo_arrival", "undo_departure", "attendance_correct"),
    "find": ("find_row",),
    "late": ("day_call",),
    "card": ("care_card",),
    "reading": ("read",),
    "meal": ("meal_check", "meal_check_second"),
    "messages": ("messages", "reply_late", "reply_pick_up", "call_back"),
    "takeover": ("takeover",),
    "report": ("day_report",),
    "walk-in": ("walk_in", "walk_in_child", "look_up"),
    "phone": (
        "phone", "phone_places", "phone_confirm", "phone_done", "phone_booking", "phone_waiting",
        "phone_join", "phone_regular", "calls", "call_result", "call_reopen",
    ),
    "emergency": ("emergency", "emergency_card"),
    "ambulance": ("ambulance", "emergency_ambulance"),
    "not-cared-for": (
        "call_off", "take_back", "approvals", "approve", "decline", "use_holds", "use_hold",
    ),
    "short": (
        "attention", "settle", "settle_call", "retract", "roster", "roster_save", "roster_fill",
        "roster_copy", "roster_clear", "capacity_change", "capacity_restore", "closures",
        "closure_new", "closure", "closure_confirm", "closure_drop", "closure_lift",
    ),
    "incident": (
        "incidents", "incident_new", "incident", "incident_write", "incident_entry",
        "incident_reopen", "incident_withdraw", "incident_sign", "incident_print",
    ),
    "roll-call": (
        "roll_call", "roll_call_mark", "roll_call_new", "roll_call_end", "roll_call_sheet",
        "roll_call_kept",
    ),
    "fee": ("payment", "waive", "receipt", "receipt_print"),
    "cash": ("cash", "cash_new", "cash_count", "cash_confirm", "cash_paper"),
    "paper": ("sheets", "sheet_print", "meal_paper"),
}  # fmt: skip


def section_of(page: str) -> str:
    """The anchor of what explains a page, by the name of its address; empty where none does."""
    return next((anchor for anchor, pages in SECTIONS.items() if page in pages), "")


def anchors() -> list[str]:
    """Those of the manual, in its order."""
    return ANCHOR.findall(MANUAL.read_text())


@functools.cache
def manual() -> SafeString:
    """The manual as HTML. Its own file is trusted; nothing that anybody typed is in it."""
    pictures = reverse("admin:help_picture", args=["x.png"]).removesuffix("x.png")
    text = MANUAL.read_text().partition("\n")[2].replace(f"]({FROM_FILE}", f"]({pictures}")
    return mark_safe(MarkdownIt("commonmark", {"html": True}).enable("table").render(text))  # noqa: S308


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    context = {**admin.site.each_context(request), "title": _("使い方"), "manual": manual()}
    return render(request, "admin/help.html", context)


@require_safe
def picture(request: HttpRequest, name: str) -> HttpResponse:
    file = PICTURES / name
    if not PICTURE.fullmatch(name) or not file.is_file():
        raise Http404
    return HttpResponse(file.read_bytes(), content_type="image/png")


urlpatterns = [
    path("help/", show, name="help"),
    path("help/<str:name>", picture, name="help_picture"),
]
