"""What a day has in fact: staff on duty (職員配置表), and fewer places than usual."""

import datetime as dt

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number


class RosterQuerySet(models.QuerySet["Roster"]):
    def between(self, first: dt.date, last: dt.date) -> "RosterQuerySet":
        """From `first` to `last`, both days included."""
        start = clock.at(first, dt.time.min)
        end = clock.at(last + dt.timedelta(days=1), dt.time.min)
        return self.filter(starts_at__gte=start, starts_at__lt=end)


class Roster(models.Model):
    """Staff on duty at a facility in `[starts_at, ends_at)`.

    Where no row covers a half hour the standard staffing of the opening pattern counts.
    """

    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="rosters"
    )
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    staff = models.PositiveSmallIntegerField(_("職員数"))

    history = tracked()
    objects = RosterQuerySet.as_manager()

    class Meta:
        verbose_name = _("職員配置表")
        verbose_name_plural = _("職員配置表")
        ordering = ["facility", "starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="roster_ends_after_start"
            ),
            ExclusionConstraint(
                name="roster_one_number_at_a_time",
                expressions=[
                    ("facility", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at",
                            "ends_at",
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    class Privacy:
        open = ("id", "facility", "starts_at", "ends_at", "staff")
        personal = ()
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {clock.written(self.starts_at)} {self.staff}"

    def covers(self, moment: dt.datetime) -> bool:
        return self.starts_at <= moment < self.ends_at


class CapacityChange(models.Model):
    """A day on which a facility has fewer places than usual (定員を減らす)."""

    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="capacity_changes"
    )
    day = models.DateField(_("日"))
    places = models.PositiveSmallIntegerField(_("この日の定員"))
    reason = EncryptedTextField(
        _("理由"), max_length=100, validators=[validate_no_my_number],
        help_text=_("例：保育室の工事のため。児童や職員の名前は書かないでください。"),
    )  # fmt: skip

    history = tracked()

    class Meta:
        verbose_name = _("定員の変更")
        verbose_name_plural = _("定員の変更")
        ordering = ["facility", "day"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "day"], name="capacity_change_once"),
        ]

    class Privacy:
        open = ("id", "facility", "day", "places")
        personal = ("reason",)
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {self.day} {self.places}"
