"""今日のようす: what a family reads of its child's day once the child is handed out."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.day.enums import Eaten, Mood, Nap, Stool
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number

LONGEST = 400
# What is a tap, and its choices.
TAPS: dict[str, type[models.TextChoices]] = {
    "meal": Eaten, "nap": Nap, "mood": Mood, "stool": Stool,
}  # fmt: skip
LABELS = {
    "meal": _("食事・おやつ"), "nap": _("お昼寝"), "mood": _("きげん"), "stool": _("うんち"),
}  # fmt: skip


def _tap(name: str) -> models.CharField:
    return models.CharField(
        LABELS[name], max_length=10, choices=TAPS[name].choices, default="", blank=True
    )


class DayReport(models.Model):
    """Of one booking, as it stands; what stood before is in the history. An empty tap says nothing.

    The times are those of the attendance. What staff tell each other is no part of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.OneToOneField(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="day_report"
    )
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="+"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    meal = _tap("meal")
    nap = _tap("nap")
    mood = _tap("mood")
    stool = _tap("stool")
    words = EncryptedTextField(
        _("ひとこと"), max_length=LONGEST, null=True, blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    written_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("書いた職員"), related_name="+"
    )
    written_at = models.DateTimeField(_("書いた日時"))

    history = tracked()

    class Meta:
        verbose_name = _("今日のようす")
        verbose_name_plural = _("今日のようす")
        constraints = [
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__in": ["", *choices.values]}),
                    name=f"day_report_{name}_known",
                )
                for name, choices in TAPS.items()
            ),
            models.CheckConstraint(
                condition=~Q(meal="", nap="", mood="", stool="", words__isnull=True),
                name="day_report_says_something",
                violation_error_message=_("どれか1つを選ぶか、ひとことを書いてください。"),
            ),
        ]

    class Privacy:
        open = ("id", "booking", "household", "facility", "written_at")
        personal = ("meal", "nap", "mood", "stool", "words", "written_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.booking}"

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What was tapped, as a family reads it."""
        return [
            (str(LABELS[name]), getattr(self, f"get_{name}_display")())
            for name in TAPS
            if getattr(self, name)
        ]
