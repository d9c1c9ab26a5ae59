"""The page editor's way back."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("register_admin_menu_item")
def staff_tool() -> MenuItem:
    """Leads from the editor to the staff tool, which shows each person what is theirs."""
    return MenuItem(
        _("職員用の画面へ"), reverse("admin:index"), icon_name="arrow-left", order=10_000
    )
