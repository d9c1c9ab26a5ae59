"""予約の停止: no new bookings for a while, after a family stayed away without a word too often."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.enums_rules import Subject
from booking.models.booking import Booking
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number
from records.visibility import visible


class UseHoldQuerySet(models.QuerySet["UseHold"]):
    def visible_to(self, user: object) -> "UseHoldQuerySet":
        """A family's own; to staff those of families at home with them, and what arose there."""
        at_home = visible(user, facility="home_facility_id", parents="household__parents")
        return self.filter(at_home | visible(user, facility="facility_id"))

    def in_force(self, day: dt.date) -> "UseHoldQuerySet":
        return self.filter(lifted_at=None, starts_on__lte=day, ends_on__gte=day)


class UseHold(models.Model):
    """No new bookings of a household, or of one child, from a day to another, both included.

    What is booked already stays. The database writes down who lifted or answered it, and when.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="use_holds"
    )
    home_facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("登録施設"), related_name="+", null=True,
        editable=False,
    )  # fmt: skip
    # Whose absence it was; whether the rule counts the child or the household
    child = models.ForeignKey(
        "records.Child", models.PROTECT, verbose_name=_("児童"), related_name="+"
    )
    subject = models.CharField(_("対象"), max_length=10, choices=Subject.choices)
    # The absence that was one too many; whose rule it was, at which facility
    booking = models.OneToOneField(
        Booking, models.PROTECT, verbose_name=_("きっかけの予約"), related_name="use_hold"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    is_here_only = models.BooleanField(_("この施設の予約だけを止める"), default=False)
    absent_on = models.DateField(_("最後の連絡なし"))
    absences = models.PositiveSmallIntegerField(_("連絡なしの回数"))
    imposed_at = models.DateTimeField(_("停止した日時"))
    starts_on = models.DateField(_("停止の始まり"))
    ends_on = models.DateField(_("停止の終わり"))

    # The family's answer, once
    appeal = EncryptedTextField(
        _("異議"), blank=True, max_length=500, validators=[validate_no_my_number]
    )
    appealed_at = models.DateTimeField(_("異議の日時"), null=True, blank=True)

    # What became of it; the family reads the words
    answer = EncryptedTextField(
        _("回答"), blank=True, max_length=500, validators=[validate_no_my_number]
    )
    answered_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("回答した人"), related_name="+", null=True,
        blank=True,
    )  # fmt: skip
    answered_at = models.DateTimeField(_("回答の日時"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("解除の日時"), null=True, blank=True)

    history = tracked()
    objects = UseHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("予約の停止")
        verbose_name_plural = _("予約の停止")
        ordering = ["-imposed_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="use_hold_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["household", "ends_on"], name="use_hold_household")]

    class Privacy:
        open = ("id", "home_facility", "facility", "booking", "subject", "is_here_only")
        personal = (
            "household", "child", "absent_on", "absences", "imposed_at", "starts_on", "ends_on",
            "appeal", "appealed_at", "answer", "answered_by", "answered_at", "lifted_at",
        )  # fmt: skip
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"

    @property
    def is_lifted(self) -> bool:
        return self.lifted_at is not None

    @property
    def may_be_appealed(self) -> bool:
        return self.appealed_at is None and self.answered_at is None and not self.is_lifted

    @property
    def waits_for_answer(self) -> bool:
        return self.appealed_at is not None and self.answered_at is None and not self.is_lifted
