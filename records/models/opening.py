"""受付開始日: from when on something can be done, in the first year and at a new facility."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records.enums import Begun, Retention


class OpeningQuerySet(models.QuerySet["Opening"]):
    def of(self, function: Begun, facility_id: int | None) -> "OpeningQuerySet":
        """Those that can hold for a facility: its own and those of the whole ward."""
        return self.filter(
            Q(facility=None) | Q(facility_id=facility_id, facility__isnull=False), function=function
        )


class Opening(models.Model):
    """One function, open from a moment on; for booking also which days of use open then.

    Where nothing is written here, nothing is held back. See `records.beginnings`.
    """

    function = models.CharField(_("始まるもの"), max_length=20, choices=Begun.choices)
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), null=True, blank=True,
        related_name="+", limit_choices_to={"capacity__isnull": False},
        help_text=_("空欄のときは、区内すべての施設です。施設を選ぶと、その施設では区全体の行の"
                    "代わりになります。"),
    )  # fmt: skip
    opens_at = models.DateTimeField(_("受付を始める日時"))
    first_day = models.DateField(
        _("利用日（から）"), null=True, blank=True,
        help_text=_("予約だけに使います。最初の時期の利用日を、何回かに分けて受け付けるときに"
                    "入れます。"),
    )  # fmt: skip
    last_day = models.DateField(
        _("利用日（まで）"), null=True, blank=True,
        help_text=_("最後の行は空欄にしてください。その後の利用日がすべて入ります。"),
    )  # fmt: skip

    history = tracked()
    objects = OpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("受付開始日")
        verbose_name_plural = _("受付開始日")
        ordering = ["opens_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(function=Begun.BOOKING) | Q(first_day=None, last_day=None),
                name="opening_days_of_booking",
                violation_error_message=_("利用日は、予約の受付だけに入れられます。"),
            ),
            models.CheckConstraint(
                condition=Q(first_day=None) | Q(last_day=None) | Q(first_day__lte=F("last_day")),
                name="opening_days_in_order",
                violation_error_message=_("利用日は、始まりから終わりの順に入れてください。"),
            ),
        ]

    class Privacy:
        open = ("id", "function", "facility", "opens_at", "first_day", "last_day")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.get_function_display()} {clock.written(self.opens_at)}"

    def clean(self) -> None:
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValidationError({"last_day": _("終了日は開始日以後にしてください。")})

    def covers(self, day: dt.date | None) -> bool:
        """Whether a day of use opens with this row; without a day, always."""
        if day is None:
            return True
        return (self.first_day is None or self.first_day <= day) and (
            self.last_day is None or day <= self.last_day
        )
