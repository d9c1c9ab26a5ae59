"""Rows that belong to a child or a household, edited where it is."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from history.admin import RuledMixin
from records import rules
from records.models import Parent, PickUpPerson


class PickUpPersonInline(RuledMixin, admin.StackedInline):
    """People who may fetch; the only rows that the register really deletes."""

    model = PickUpPerson
    extra = 0
    fields = (("name", "name_kana"), ("relation", "phone"))
    may_view = staticmethod(rules.works_with_children)
    may_add = staticmethod(rules.works_with_children)
    may_change = staticmethod(rules.works_with_children)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_change(request.user)


class ParentInline(RuledMixin, admin.StackedInline):
    model = Parent
    extra = 0
    fields = (
        ("family_name", "given_name"),
        ("family_name_kana", "given_name_kana"),
        ("mobile_phone", "phone"),
        ("email", "bounced_at"),
        "is_first_contact",
    )
    may_view = staticmethod(rules.works_with_children)
    may_add = staticmethod(rules.works_with_children)
    may_change = staticmethod(rules.works_with_children)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """The address for log-in and notices is the parent's own to change."""
        return ("email", "bounced_at")
