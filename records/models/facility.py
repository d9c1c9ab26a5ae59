"""Operators, facilities, and who works where."""

import datetime as dt
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records import rules
from records.enums import EndReason, HelpReason, Retention, Role
from records.versions import check_order, valid_on, versions_apart


class Operator(models.Model):
    """A legal person that runs facilities for the ward (運営事業者)."""

    name = models.CharField(_("名称"), max_length=100, unique=True)
    history = tracked()

    class Meta:
        verbose_name = _("運営事業者")
        verbose_name_plural = _("運営事業者")

    class Privacy:
        open = ("id", "name")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return self.name


class FacilityQuerySet(models.QuerySet["Facility"]):
    def bookable(self) -> "FacilityQuerySet":
        """Facilities that offer care; the center does not."""
        return self.filter(capacity__isnull=False).order_by("number")

    def center(self) -> "FacilityQuerySet":
        return self.filter(capacity__isnull=True)


class Facility(models.Model):
    """A place that offers care, or the center, which has no capacity and can't be booked."""

    # What the source document gives
    number = models.PositiveSmallIntegerField(_("番号"), unique=True)
    code = models.SlugField(_("略号"), max_length=20, unique=True)
    name = models.CharField(_("施設名"), max_length=60, unique=True)
    address = models.CharField(_("住所"), max_length=120)
    capacity = models.PositiveSmallIntegerField(
        _("定員"), null=True, blank=True, help_text=_("空欄の施設（センター）は予約できません。")
    )
    operator = models.ForeignKey(
        Operator, models.PROTECT, verbose_name=_("運営事業者"), related_name="facilities",
        null=True, blank=True,
    )  # fmt: skip

    # What it does not give: empty until the center has confirmed it
    phone = models.CharField(_("電話番号"), max_length=13, blank=True)
    access = models.TextField(_("交通案内"), blank=True)

    history = tracked()
    objects = FacilityQuerySet.as_manager()

    class Meta:
        verbose_name = _("施設")
        verbose_name_plural = _("施設")
        ordering = ["number"]
        # What django-guardian grants to the groups of memberships.
        permissions = [
            ("work_at_facility", "施設の記録を扱う"),
            ("manage_facility", "施設を管理する"),
        ]

    class Privacy:
        open = (
            "id", "number", "code", "name", "address", "capacity", "operator", "phone", "access",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return self.name

    @property
    def is_center(self) -> bool:
        return self.capacity is None

    @property
    def short_name(self) -> str:
        """練馬, from 練馬ぴよぴよ: for narrow columns."""
        return self.name.removesuffix("ぴよぴよ")


class FacilityMembershipQuerySet(models.QuerySet["FacilityMembership"]):
    def in_force(self, day: dt.date) -> "FacilityMembershipQuerySet":
        return self.filter(valid_on(day, start="starts_on", end="ends_on"), ended_at__isnull=True)

    def to_come(self, day: dt.date) -> "FacilityMembershipQuerySet":
        """In force on the day or later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), ended_at__isnull=True)

    def counting_at(self, at: dt.datetime) -> "FacilityMembershipQuerySet":
        """In force, and a contractor's only within its minutes."""
        within = Q(contractor_access__starts_at__lte=at, contractor_access__ends_at__gt=at)
        return self.in_force(clock.local(at).date()).filter(~Q(role=Role.CONTRACTOR) | within)

    def regular(self) -> "FacilityMembershipQuerySet":
        """Without the help (応援) of a day."""
        return self.filter(help_reason="")


class FacilityMembership(models.Model):
    """Who works where in which role, and from when to when: the truth behind every right."""

    user = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("職員"), related_name="memberships"
    )
    facility = models.ForeignKey(
        Facility, models.PROTECT, verbose_name=_("施設"), related_name="memberships"
    )
    role = models.CharField(_("役割"), max_length=20, choices=Role.choices)
    starts_on = models.DateField(_("開始日"))
    ends_on = models.DateField(_("終了日"), null=True, blank=True)
    # Ended at a minute, whatever the last day was to be
    ended_at = models.DateTimeField(_("終了した日時"), null=True, blank=True)
    end_reason = models.CharField(
        _("終了の理由"), max_length=20, choices=EndReason.choices, blank=True
    )
    # Help (応援) of one day, from a facility of the same operator
    help_reason = models.CharField(
        _("応援の理由"), max_length=20, choices=HelpReason.choices, blank=True
    )

    history = tracked()
    objects = FacilityMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("所属")
        verbose_name_plural = _("所属")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_start",
                violation_error_message=_("終了日は開始日以後にしてください。"),
            ),
            versions_apart(
                "membership_one_role_at_a_time", "user", "facility",
                start="starts_on", end="ends_on", condition=Q(ended_at__isnull=True),
                message=_("この職員には、同じ期間の所属がすでにあります。"),
            ),
            models.CheckConstraint(
                condition=Q(help_reason="") | Q(role=Role.CARER, ends_on=F("starts_on")),
                name="membership_help_is_one_day",
                violation_error_message=_("応援は、保育スタッフとして1日だけです。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "facility", "role", "starts_on", "ends_on", "ended_at", "help_reason")
        personal = ("user", "end_reason")
        retention = Retention.ACCOUNT

    def __str__(self) -> str:
        return f"{self.user} {self.facility} {self.get_role_display()}"

    def is_in_force(self, day: dt.date) -> bool:
        """The question of `in_force`, of a row that is there already."""
        is_over = self.ended_at is not None or (self.ends_on is not None and self.ends_on < day)
        return self.starts_on <= day and not is_over

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """In a form, too, which shows no end: Django can't judge a condition on a hidden field."""
        super().validate_constraints(exclude=set(exclude or ()) - {"ended_at"})

    def clean(self) -> None:
        check_order(self, start="starts_on", end="ends_on")
        if self.facility_id and not rules.fits(self.role, at_center=self.facility.is_center):
            raise ValidationError(
                {"role": _("センターの役割はセンターに、施設の役割は施設にだけ付けられます。")}
            )
