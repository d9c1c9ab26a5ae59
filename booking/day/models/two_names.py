"""The second name below what two must have seen: a reading, a look before a meal, a cash box."""

from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class SecondName(models.Model):
    """Put down once, by its bearer, after the first."""

    second_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("一緒に確かめた職員"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    second_at = models.DateTimeField(_("一緒に確かめた日時"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_complete(self) -> bool:
        """Whether both names are there."""
        return self.second_by_id is not None


def takes_two(
    name: str, refusal: Any, *, first_by: str = "first_by", first_at: str = "first_at"
) -> list[models.CheckConstraint]:
    """The second is somebody else and comes after the first; `refusal` says so in words."""
    return [
        models.CheckConstraint(
            condition=Q(second_by__isnull=True) | ~Q(second_by=F(first_by)),
            name=f"{name}_takes_two",
            violation_error_message=refusal,
        ),
        models.CheckConstraint(
            condition=Q(second_by__isnull=True, second_at__isnull=True)
            | Q(second_by__isnull=False, second_at__gte=F(first_at)),
            name=f"{name}_second_after_first",
        ),
    ]
