"""What the page editor shows beyond and instead of Wagtail's own."""

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

# Help leads to pages outside and in English; reports are for those who run a large site.
UNUSED_MENUS = {"help", "reports"}
STYLES = ("css/tokens.css", "css/editor.css", *(("css/practice.css",) if settings.PRACTICE else ()))


@hooks.register("register_admin_menu_item")
def staff_tool() -> MenuItem:
    """Leads from the editor to the staff tool, which shows each person what is theirs."""
    return MenuItem(
        _("職員用の画面へ"), reverse("admin:index"), icon_name="arrow-left", order=10_000
    )


@hooks.register("construct_main_menu")
def leave_out(request: HttpRequest, items: list[MenuItem]) -> None:
    items[:] = [item for item in items if item.name not in UNUSED_MENUS]


@hooks.register("insert_global_admin_js")
def presence() -> SafeString:
    """An idle screen gives way to the door here as well; the script reads when and where itself."""
    return format_html(
        '<script src="{}" data-idle-seconds="{}" data-lock="{}" data-present="{}" defer></script>',
        static("js/presence.js"), settings.IDLE_MINUTES * 60, reverse("admin:lock"),
        reverse("admin:present"),
    )  # fmt: skip


@hooks.register("insert_global_admin_css")
def styles() -> SafeString:
    return format_html_join("", '<link rel="stylesheet" href="{}">', ((static(s),) for s in STYLES))
