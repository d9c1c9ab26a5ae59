"""What staff must know to keep a child safe. Three things are kept apart (domain.md 3.7):
the parent's answer, the facility's confirmation, and the doctor's form."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from history.models import tracked
from records.enums import (
    Allergen,
    Answer,
    CareNeedKind,
    Confirmation,
    DoctorForm,
    Ground,
    Handbook,
    Retention,
    Severity,
    SupportLevel,
)
from records.fields import EncryptedCodesField, EncryptedTextField
from records.validators import validate_no_my_number


class CareNeed(models.Model):
    """One kind of need of one child: allergy, illness or injury, disability."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(
        "records.Child", models.PROTECT, verbose_name=_("児童"), related_name="care_needs"
    )
    home_facility = models.ForeignKey(
        "records.Facility",
        models.PROTECT,
        verbose_name=_("登録施設"),
        related_name="+",
        null=True,
        editable=False,
    )
    kind = models.CharField(_("種類"), max_length=12, choices=CareNeedKind.choices)

    # The parent's answer
    answer = models.CharField(_("保護者の回答"), max_length=10, choices=Answer.choices)
    content = EncryptedTextField(
        _("内容"), max_length=1000, default="", blank=True, validators=[validate_no_my_number]
    )

    # Of an illness or injury
    since = models.DateField(_("いつから"), null=True, blank=True)
    resolved_on = models.DateField(_("治った日"), null=True, blank=True)

    # Of a disability
    support_level = EncryptedTextField(
        _("支援の程度"), choices=SupportLevel.choices, default="", blank=True
    )
    handbook_kind = EncryptedCodesField(
        _("お持ちの手帳"), choices=Handbook.choices, default="", blank=True
    )

    # What was confirmed before the parent changed the answer: it counts until we confirm anew
    confirmed_content = EncryptedTextField(
        _("前に確認した内容"), max_length=1000, default="", blank=True, editable=False
    )

    # Our confirmation
    confirmation = models.CharField(
        _("施設の確認"), max_length=12, choices=Confirmation.choices,
        default=Confirmation.UNCONFIRMED,
    )  # fmt: skip
    confirmed_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("確認した職員"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    confirmed_on = models.DateField(_("確認日"), null=True, blank=True)

    # The doctor's form
    form = models.CharField(
        _("生活管理指導表"), max_length=12, default=DoctorForm.NOT_NEEDED,
        choices=[c for c in DoctorForm.choices if c[0] != DoctorForm.EXPIRED],
    )  # fmt: skip
    form_valid_until = models.DateField(_("書類の有効期限"), null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = _("配慮事項")
        verbose_name_plural = _("配慮事項")
        constraints = [
            models.UniqueConstraint(fields=["child", "kind"], name="care_need_one_per_kind"),
            models.CheckConstraint(
                condition=Q(confirmation=Confirmation.UNCONFIRMED)
                | Q(confirmed_by__isnull=False, confirmed_on__isnull=False),
                name="care_need_confirmed_by_somebody",
                violation_error_message=_("確認済にするには、確認した職員と日が必要です。"),
            ),
            models.CheckConstraint(
                condition=~Q(form=DoctorForm.VALID) | Q(form_valid_until__isnull=False),
                name="care_need_form_has_term",
                violation_error_message=_("書類の有効期限を入力してください。"),
            ),
            models.CheckConstraint(
                condition=Q(kind=CareNeedKind.ILLNESS)
                | Q(since__isnull=True, resolved_on__isnull=True),
                name="care_need_dates_are_of_illnesses",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True)
                | Q(resolved_on__isnull=True)
                | Q(resolved_on__gte=F("since")),
                name="care_need_resolved_after_its_start",
                violation_error_message=_("治った日は、「いつから」の日以後にしてください。"),
            ),
            # To be unsure is possible of an allergy; an illness or a disability is known or not.
            models.CheckConstraint(
                condition=Q(kind=CareNeedKind.ALLERGY) | ~Q(answer=Answer.UNKNOWN),
                name="care_need_unknown_is_for_allergies",
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "child", "home_facility", "kind")
        personal = (
            "answer", "content", "since", "resolved_on", "support_level", "handbook_kind",
            "confirmed_content", "confirmation", "confirmed_by",
            "confirmed_on", "form", "form_valid_until",
        )  # fmt: skip
        retention = Retention.REGISTER

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.get_answer_display()}"

    @property
    def is_confirmed(self) -> bool:
        return self.confirmation == Confirmation.CONFIRMED

    def stated_allergies(self) -> list["Allergy"]:
        """Those that the parent states now, without the withdrawn ones."""
        return [allergy for allergy in self.allergies.all() if not allergy.is_withdrawn]

    def form_on(self, day: dt.date) -> DoctorForm:
        """The state of the doctor's form on a day; the warning itself never expires."""
        if self.form == DoctorForm.VALID and self.form_valid_until and self.form_valid_until < day:
            return DoctorForm.EXPIRED
        return DoctorForm(self.form)


class Allergy(models.Model):
    """One thing that a child must not be given. Codes in all languages, encrypted like the text."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    care_need = models.ForeignKey(
        CareNeed, models.PROTECT, verbose_name=_("配慮事項"), related_name="allergies"
    )
    home_facility = models.ForeignKey(
        "records.Facility",
        models.PROTECT,
        verbose_name=_("登録施設"),
        related_name="+",
        null=True,
        editable=False,
    )
    allergen = EncryptedTextField(_("原因食品"), choices=Allergen.choices)
    severity = EncryptedTextField(_("重さ"), choices=Severity.choices)
    detail = EncryptedTextField(
        _("症状・食べられる形など"), max_length=500, default="", blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    medicine = EncryptedTextField(
        _("緊急時の薬"), max_length=200, default="", blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip

    grounds = EncryptedCodesField(
        _("除去根拠"), choices=Ground.choices, default="", blank=True,
        help_text=_("あてはまるものをすべて選んでください。"),
    )  # fmt: skip

    # No longer stated by the parent, but confirmed before: a warning until we confirm anew.
    is_withdrawn = models.BooleanField(_("保護者が取り下げ・確認待ち"), default=False)

    history = tracked()

    class Meta:
        verbose_name = _("アレルギー")
        verbose_name_plural = _("アレルギー")

    class Privacy:
        open = ("id", "care_need", "home_facility")
        personal = ("allergen", "severity", "detail", "medicine", "grounds", "is_withdrawn")
        retention = Retention.REGISTER

    def __str__(self) -> str:
        return f"{self.get_allergen_display()} {self.get_severity_display()}"
