"""避難・点呼: who was expected, who was seen, and to whom each child was handed over.

A roll call is never changed. What was tapped by mistake is followed by a mark that takes it back.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.day.enums import RollCallAct
from history import clock
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number
from records.visibility import visible

LONGEST_NAME = 60


class RollCallQuerySet(models.QuerySet["RollCall"]):
    def visible_to(self, user: object) -> "RollCallQuerySet":
        """Those of the facilities worked for."""
        return self.filter(visible(user, facility="facility_id"))


class RollCall(models.Model):
    """One roll call of one facility. `expected` are the bookings under way when it began."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    is_drill = models.BooleanField(_("訓練"), default=False)
    started_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("始めた職員"), related_name="+"
    )
    started_at = models.DateTimeField(_("始めた日時"))
    expected = ArrayField(models.UUIDField(), verbose_name=_("在室していた予約"), default=list)

    history = tracked()
    objects = RollCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("点呼")
        verbose_name_plural = _("点呼")
        ordering = ["-started_at"]

    class Privacy:
        open = ("id", "facility", "is_drill", "started_at", "expected")
        personal = ("started_by",)
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {clock.written(self.started_at)}"


class RollCallMark(models.Model):
    """One tap, of a child (`booking`), one of the staff or a visitor; or the end of all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    roll_call = models.ForeignKey(
        RollCall, models.PROTECT, verbose_name=_("点呼"), related_name="marks"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    booking = models.ForeignKey(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    staff = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("確認した職員本人"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    visitor = EncryptedTextField(
        _("来訪者の名前"), max_length=LONGEST_NAME, null=True, blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    act = models.CharField(_("記録"), max_length=10, choices=RollCallAct.choices)
    handed_to = EncryptedTextField(
        _("引き渡した相手"), max_length=LONGEST_NAME, null=True, blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    marked_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("記録した職員"), related_name="+"
    )
    marked_at = models.DateTimeField(_("記録した日時"))

    history = tracked()

    class Meta:
        verbose_name = _("点呼の記録")
        verbose_name_plural = _("点呼の記録")
        ordering = ["marked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(act__in=RollCallAct.values), name="roll_call_mark_is_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    act=RollCallAct.ENDED, booking__isnull=True, staff__isnull=True,
                    visitor__isnull=True,
                )
                | ~Q(act=RollCallAct.ENDED)
                & (
                    Q(booking__isnull=False, staff__isnull=True, visitor__isnull=True)
                    | Q(booking__isnull=True, staff__isnull=False, visitor__isnull=True)
                    | Q(booking__isnull=True, staff__isnull=True, visitor__isnull=False)
                ),
                name="roll_call_mark_is_of_one",
            ),
            models.CheckConstraint(
                condition=Q(
                    act=RollCallAct.HANDED, booking__isnull=False, handed_to__isnull=False
                )
                | ~Q(act=RollCallAct.HANDED) & Q(handed_to__isnull=True),
                name="roll_call_hands_over_to_somebody",
                violation_error_message=_("引き渡した相手の名前を入力してください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "roll_call", "facility", "booking", "act", "marked_at")
        personal = ("staff", "visitor", "handed_to", "marked_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.get_act_display()} {clock.written(self.marked_at)}"
