"""午睡チェック: how often a sleeping child is looked at, and every look."""

import datetime as dt
import uuid

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import (
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from booking.day.enums import Breathing, SleepPosition
from booking.enums import BookingState
from history import clock
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number
from records.versions import VersionQuerySet, check_order, versions_apart
from records.visibility import visible

LONGEST_NOTE = 100
MINUTE = Value(dt.timedelta(minutes=1), output_field=DurationField())


class NapRule(models.Model):
    """Minutes between two looks, by the age on the day; from three years on nothing is asked."""

    valid_from = models.DateField(_("適用開始日"))
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)
    infant_minutes = models.PositiveSmallIntegerField(
        _("0歳の間隔（分）"), validators=[MinValueValidator(1)]
    )
    toddler_minutes = models.PositiveSmallIntegerField(
        _("1・2歳の間隔（分）"), validators=[MinValueValidator(1)]
    )
    is_provisional = models.BooleanField(
        _("仮設定"), default=True, help_text=_("センターが確認するまで仮設定です。")
    )

    history = tracked()
    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("午睡チェックの間隔")
        verbose_name_plural = _("午睡チェックの間隔")
        constraints = [
            versions_apart("nap_rule_versions_apart"),
            models.CheckConstraint(
                condition=Q(infant_minutes__gt=0, toddler_minutes__gt=0),
                name="nap_rule_minutes",
                violation_error_message=_("間隔は1分以上にしてください。"),
            ),
        ]

    class Privacy:
        open = (
            "id", "valid_from", "valid_to", "infant_minutes", "toddler_minutes", "is_provisional",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.valid_from} –"

    def clean(self) -> None:
        check_order(self)

    def minutes_for(self, years: int) -> int | None:
        """None where no look is asked for."""
        if years < 1:
            return self.infant_minutes
        return self.toddler_minutes if years < 3 else None


class NapWatchQuerySet(models.QuerySet["NapWatch"]):
    def visible_to(self, user: object) -> "NapWatchQuerySet":
        """Those of the facilities worked for."""
        return self.filter(visible(user, facility="facility_id"))

    def under_way(self) -> "NapWatchQuerySet":
        """A child that was fetched asleep is watched no longer."""
        return self.filter(ended_at=None, booking__state=BookingState.PRESENT)

    def with_due(self) -> "NapWatchQuerySet":
        """Each with `due_at`, the moment of the next look; None where none is asked for."""
        looks = NapCheck.objects.filter(watch=OuterRef("pk")).order_by("-checked_at")
        looked_at = Coalesce(Subquery(looks.values("checked_at")[:1]), "began_at")
        interval = ExpressionWrapper(F("interval_minutes") * MINUTE, DurationField())
        return self.annotate(due_at=ExpressionWrapper(looked_at + interval, DateTimeField()))


class NapWatch(models.Model):
    """One nap of one child, from when it was put down until it was up again.

    `interval_minutes` is what the rule asked for when it began.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="nap_watches"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    interval_minutes = models.PositiveSmallIntegerField(
        _("確認の間隔（分）"), null=True, blank=True
    )
    began_at = models.DateTimeField(_("午睡の始まり"))
    begun_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("寝かせた職員"), related_name="+"
    )
    ended_at = models.DateTimeField(_("午睡の終わり"), null=True, blank=True)
    ended_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("起こした職員"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip

    history = tracked()
    objects = NapWatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("午睡")
        verbose_name_plural = _("午睡")
        ordering = ["began_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["booking"], condition=Q(ended_at__isnull=True), name="nap_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | Q(ended_by__isnull=False, ended_at__gte=F("began_at")),
                name="nap_ends_after_its_beginning",
            ),
        ]

    class Privacy:
        open = ("id", "booking", "facility", "interval_minutes", "began_at", "ended_at")
        personal = ("begun_by", "ended_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.booking} {clock.written(self.began_at)}"


class NapCheck(models.Model):
    """One look at one sleeping child. Inserted, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    watch = models.ForeignKey(
        NapWatch, models.PROTECT, verbose_name=_("午睡"), related_name="checks"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    position = models.CharField(_("姿勢"), max_length=8, choices=SleepPosition.choices)
    breathing = models.CharField(_("呼吸・顔色"), max_length=8, choices=Breathing.choices)
    note = EncryptedTextField(
        _("気になったこと"), max_length=LONGEST_NOTE, default="", blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    checked_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("確認した職員"), related_name="+"
    )
    checked_at = models.DateTimeField(_("確認した日時"))

    history = tracked()

    class Meta:
        verbose_name = _("午睡チェック")
        verbose_name_plural = _("午睡チェック")
        ordering = ["checked_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(position__in=SleepPosition.values, breathing__in=Breathing.values),
                name="nap_check_says_how",
            )
        ]
        indexes = [models.Index(fields=["watch", "checked_at"], name="nap_check_newest")]

    class Privacy:
        open = ("id", "watch", "facility", "checked_at")
        personal = ("position", "breathing", "note", "checked_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.get_position_display()} {clock.written(self.checked_at)}"

    @property
    def is_concern(self) -> bool:
        return self.breathing == Breathing.CONCERN
