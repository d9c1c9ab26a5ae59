"""Who may do what with the register, for lists and forms alike (domain.md 4.1, 4.2)."""

from typing import Any

from django.db.models import QuerySet

from history.admin import TrackedAdmin
from records import rules
from records.admin.people import PEOPLE


class RegisterAdmin(TrackedAdmin):
    """Managers, the center and auditors read what was; names come from the register."""

    may_review = staticmethod(rules.reviews)
    people = PEOPLE


class CareAdmin(RegisterAdmin):
    """Records about children, for those who work with them, at their own facility.

    `facility_path` leads to the facility whose staff see a row.
    """

    may_view = staticmethod(rules.works_with_children)
    facility_path = "home_facility"

    def within(self, queryset: QuerySet[Any], user: object) -> QuerySet[Any]:
        duty = rules.duty(user)
        return queryset.filter(**{f"{self.facility_path}__in": duty.facilities if duty else ()})


class SettingsAdmin(RegisterAdmin):
    """What the center decides for the ward; managers read it."""

    may_view = staticmethod(rules.manages)
    may_add = staticmethod(rules.is_center)
    may_change = staticmethod(rules.is_center)
