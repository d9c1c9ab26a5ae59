"""食事・おやつ前の確認: who must not have what, looked at by two before anybody eats."""

import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.day.enums import MealKind
from booking.day.models.two_names import SecondName, takes_two
from history import clock
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number
from records.visibility import visible


class MealCheckQuerySet(models.QuerySet["MealCheck"]):
    def visible_to(self, user: object) -> "MealCheckQuerySet":
        """Those of the facilities worked for."""
        return self.filter(visible(user, facility="facility_id"))


class MealCheck(SecondName):
    """One look at the children who are here, with two names. `checked_at` is when it was done."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    kind = models.CharField(_("何の前か"), max_length=10, choices=MealKind.choices)
    checked_at = models.DateTimeField(_("確認した日時"))
    # Later than `checked_at` where two had signed on paper (紙からの入力).
    noted_at = models.DateTimeField(_("入力した日時"))
    first_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("確認した職員"), related_name="+"
    )

    objects = MealCheckQuerySet.as_manager()
    history = tracked()

    class Meta:
        verbose_name = _("食事・おやつ前の確認")
        verbose_name_plural = _("食事・おやつ前の確認")
        ordering = ["-checked_at"]
        constraints = [
            *takes_two(
                "meal_check",
                _("確認は、別の職員と二人で行ってください。"),
                first_at="checked_at",
            ),
            models.CheckConstraint(
                condition=Q(noted_at__gte=F("checked_at")), name="meal_check_noted_afterwards"
            ),
            models.UniqueConstraint(
                fields=["facility", "kind", "checked_at"], name="meal_check_once"
            ),
        ]

    class Privacy:
        open = ("id", "facility", "kind", "checked_at", "noted_at", "second_at")
        personal = ("first_by", "second_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {clock.written(self.checked_at)}"

    @property
    def is_from_paper(self) -> bool:
        return self.noted_at > self.checked_at


class MealCheckChild(models.Model):
    """One child of a check: what it eats instead, and where it sits. `marks` is what was read."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    check_of = models.ForeignKey(
        MealCheck, models.PROTECT, verbose_name=_("確認"), related_name="children"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    booking = models.ForeignKey(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="+"
    )
    marks = EncryptedTextField(_("配慮"), default="", blank=True)
    brought = EncryptedTextField(
        _("食べるもの・持参したもの"), max_length=200, default="", blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    has_own_seat = models.BooleanField(_("席を分けた"), default=False)

    history = tracked()

    class Meta:
        verbose_name = _("食事前に確認した児童")
        verbose_name_plural = _("食事前に確認した児童")
        constraints = [
            models.UniqueConstraint(fields=["check_of", "booking"], name="meal_check_child_once")
        ]

    class Privacy:
        open = ("id", "check_of", "facility", "booking")
        personal = ("marks", "brought", "has_own_seat")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.booking}"
