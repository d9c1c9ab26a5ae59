"""Whom a carer rang about a child that has not come, or was not fetched."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.day.enums import CallAnswer
from history import clock
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number

LONGEST_NOTE = 100


class DayCall(models.Model):
    """One try. Inserted, never changed: what was noted by mistake is followed by another note."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="day_calls"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    # As the row showed them: the register may say something else tomorrow.
    whose = EncryptedTextField(_("電話の相手"), max_length=120)
    number = EncryptedTextField(_("かけた電話番号"), max_length=20)
    answer = models.CharField(_("結果"), max_length=10, choices=CallAnswer.choices)
    note = EncryptedTextField(
        _("メモ"), max_length=LONGEST_NOTE, default="", blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    called_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("電話した職員"), related_name="+"
    )
    called_at = models.DateTimeField(_("電話した日時"))

    history = tracked()

    class Meta:
        verbose_name = _("当日の電話")
        verbose_name_plural = _("当日の電話")
        ordering = ["called_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__in=CallAnswer.values), name="day_call_has_an_answer"
            )
        ]

    class Privacy:
        open = ("id", "booking", "facility", "answer", "called_at")
        personal = ("whose", "number", "note", "called_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.get_answer_display()} {clock.written(self.called_at)}"
