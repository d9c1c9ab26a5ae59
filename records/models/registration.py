"""Registration (利用登録): a child's admission to the scheme, and its dated rules."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from history.models import tracked
from records.enums import DayOf, RegistrationState, Retention, Validity
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number
from records.versions import VersionQuerySet, check_order, versions_apart, written_term
from records.visibility import visible


class RegistrationRule(models.Model):
    """How long a registration lasts and when it may be renewed, by version."""

    valid_from = models.DateField(_("適用開始日"))
    valid_to = models.DateField(_("適用終了日"), null=True, blank=True)
    validity = models.CharField(
        _("有効期間の決め方"), max_length=15, choices=Validity.choices, default=Validity.MONTHS
    )
    months = models.PositiveSmallIntegerField(
        _("有効期間（月）"), default=12, help_text=_("月数で決めるときに使います。")
    )
    renewal_opens_months_before = models.PositiveSmallIntegerField(_("更新受付開始（何か月前）"))
    is_home_only = models.BooleanField(
        _("登録施設だけで利用できる"), default=False,
        help_text=_("チェックがないときは、1つの登録で区内すべての施設を利用できます。"),
    )  # fmt: skip
    wait_days = models.PositiveSmallIntegerField(
        _("登録してから待つ日数"), default=0,
        help_text=_("登録した日の翌日から利用できるときは1、すぐに利用できるときは0です。"),
    )  # fmt: skip
    wait_weekdays_only = models.BooleanField(_("待つ日数に、土日・祝日を数えない"), default=False)
    wait_applies_by = models.CharField(
        _("待つのはどちらの日か"), max_length=10, choices=DayOf.choices, default=DayOf.USE
    )
    is_provisional = models.BooleanField(
        _("仮設定"), default=True, help_text=_("センターが確認するまで仮設定です。")
    )
    history = tracked()
    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("登録の決まり")
        verbose_name_plural = _("登録の決まり")
        constraints = [versions_apart("registration_rule_versions_apart")]

    class Privacy:
        open = (
            "id", "valid_from", "valid_to", "validity", "months", "renewal_opens_months_before",
            "is_home_only", "wait_days", "wait_weekdays_only", "wait_applies_by",
            "is_provisional",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return written_term(self)

    def clean(self) -> None:
        check_order(self)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def visible_to(self, user: object) -> "RegistrationQuerySet":
        """Those of the children that the user may see."""
        return self.filter(
            visible(user, facility="home_facility_id", parents="child__household__parents"),
            child__withdrawn_at__isnull=True,
        )


class Registration(models.Model):
    """From application over interview to activation, renewal and end; one for each child."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.OneToOneField(
        "records.Child", models.PROTECT, verbose_name=_("児童"), related_name="registration"
    )
    home_facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("登録施設"),
        related_name="registrations", null=True, editable=False,
    )  # fmt: skip
    state = models.CharField(
        _("状態"), max_length=20, default=RegistrationState.DRAFT,
        choices=[
            choice for choice in RegistrationState.choices
            if choice[0] not in (RegistrationState.RENEWABLE, RegistrationState.EXPIRED)
        ],
    )  # fmt: skip
    application_note = EncryptedTextField(
        _("申込事項"), max_length=1000, default="", blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    interview = models.ForeignKey(
        "records.Interview", models.PROTECT, verbose_name=_("面接"), related_name="registrations",
        null=True, blank=True,
    )  # fmt: skip

    # Dates
    applied_at = models.DateTimeField(_("申請日時"), null=True, blank=True)
    activated_on = models.DateField(_("有効にした日"), null=True, blank=True)
    first_registered_on = models.DateField(_("初回登録日"), null=True, blank=True)
    renewal_opens_on = models.DateField(_("更新日始期"), null=True, blank=True)
    renewal_closes_on = models.DateField(_("更新日終期"), null=True, blank=True)
    expires_on = models.DateField(_("登録有効期限"), null=True, blank=True)
    # By the rule in force when it became active
    usable_from = models.DateField(_("利用できる最初の日"), null=True, blank=True)
    bookable_from = models.DateField(_("予約できる最初の日"), null=True, blank=True)
    is_home_only = models.BooleanField(_("登録施設だけで利用できる"), default=False)

    history = tracked()
    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("利用登録")
        verbose_name_plural = _("利用登録")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state=RegistrationState.ACTIVE)
                | Q(
                    first_registered_on__isnull=False, expires_on__isnull=False,
                    renewal_opens_on__isnull=False, renewal_closes_on__isnull=False,
                ),
                name="registration_active_has_term",
            ),
            models.CheckConstraint(
                condition=Q(renewal_opens_on__isnull=True)
                | Q(
                    renewal_opens_on__lte=F("renewal_closes_on"),
                    renewal_closes_on__lte=F("expires_on"),
                ),
                name="registration_renewal_within_term",
                violation_error_message=_("更新日は、始期・終期・有効期限の順にしてください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "child", "home_facility", "interview")
        personal = (
            "state", "application_note", "applied_at", "activated_on", "first_registered_on",
            "renewal_opens_on", "renewal_closes_on", "expires_on", "usable_from", "bookable_from",
            "is_home_only",
        )  # fmt: skip
        retention = Retention.REGISTER

    def __str__(self) -> str:
        return f"{self.child} {self.get_state_display()}"

    def state_on(self, day: dt.date) -> RegistrationState:
        """The state on a day: an active registration becomes renewable, then expires."""
        if self.state == RegistrationState.ACTIVE and self.expires_on and self.renewal_opens_on:
            if day > self.expires_on:
                return RegistrationState.EXPIRED
            if day >= self.renewal_opens_on:
                return RegistrationState.RENEWABLE
        return RegistrationState(self.state)

    def is_active_on(self, day: dt.date) -> bool:
        return self.state_on(day) in (RegistrationState.ACTIVE, RegistrationState.RENEWABLE)
