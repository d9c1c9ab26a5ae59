"""用紙: each print of a day's list, so that one who holds it knows whether it is the newest."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from history.models import tracked
from records.enums import Retention
from records.visibility import visible


class SheetPrintQuerySet(models.QuerySet["SheetPrint"]):
    def visible_to(self, user: object) -> "SheetPrintQuerySet":
        """Those of the facilities worked for."""
        return self.filter(visible(user, facility="facility_id"))


class SheetPrint(models.Model):
    """One print. `digest` is the SHA-256 of what stood on it, in hexadecimal, but for its number
    and time; `care_digest` that of what the care needs, without who has come and gone. Without
    `printed_by` it was made by itself, at closing or at the full hour.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    day = models.DateField(_("利用日"))
    # Counts the prints of one day from 1.
    number = models.PositiveSmallIntegerField(_("用紙の番号"))
    digest = models.CharField(_("内容の照合値"), max_length=64)
    care_digest = models.CharField(_("配慮の内容の照合値"), max_length=64)
    printed_at = models.DateTimeField(_("印刷した日時"))
    printed_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("印刷した職員"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip

    objects = SheetPrintQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("一覧の用紙")
        verbose_name_plural = _("一覧の用紙")
        ordering = ["-day", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "day", "number"], name="sheet_print_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="sheet_print_counts_from_one"
            ),
        ]

    class Privacy:
        open = ("id", "facility", "day", "number", "digest", "care_digest", "printed_at")
        personal = ("printed_by",)
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {self.day} {self.number}"
