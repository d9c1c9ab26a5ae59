"""Households and parents."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records import codes
from records.enums import Retention
from records.validators import (
    validate_kana,
    validate_no_my_number,
    validate_phone,
    validate_postal_code,
)
from records.visibility import visible


class HouseholdQuerySet(models.QuerySet["Household"]):
    def visible_to(self, user: object) -> "HouseholdQuerySet":
        """A parent's own household; to staff those of the facilities they work for."""
        return self.filter(visible(user, facility="home_facility_id", parents="parents"))


class Household(models.Model):
    """An address and the family living there. The home facility (登録施設) keeps its records."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(
        _("世帯ID"), max_length=9, unique=True, default=codes.new_code, editable=False
    )
    home_facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("登録施設"), related_name="households",
        null=True, blank=True,
    )  # fmt: skip

    # Address
    postal_code = models.CharField(_("郵便番号"), max_length=7, validators=[validate_postal_code])
    prefecture = models.CharField(_("都道府県"), max_length=4, default="東京都")
    city = models.CharField(_("市区町村"), max_length=30, default="練馬区")
    street = models.CharField(
        _("町名・丁目・番地"), max_length=80, validators=[validate_no_my_number]
    )
    building = models.CharField(
        _("建物名・部屋番号"), max_length=80, blank=True, validators=[validate_no_my_number]
    )
    residency_checked_on = models.DateField(_("住所確認日"), null=True, blank=True)
    visits_until = models.DateField(
        _("滞在の終わる日（里帰りなど）"), null=True, blank=True,
        help_text=_("区外にお住まいで、区内に滞在しているご家庭だけに入れます。"),
    )  # fmt: skip
    is_protected = models.BooleanField(
        _("住所を伏せる"), default=False,
        help_text=_("支援措置などにより、住所を画面と書類に出さないご家庭です。"),
    )  # fmt: skip

    created_at = models.DateTimeField(_("作成日時"), default=clock.now, editable=False)
    history = tracked()
    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = _("世帯")
        verbose_name_plural = _("世帯")
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=codes.PATTERN), name="household_code_shape"
            )
        ]

    class Privacy:
        open = ("id", "code", "home_facility", "created_at")
        personal = (
            "postal_code", "prefecture", "city", "street", "building", "residency_checked_on",
            "visits_until", "is_protected",
        )  # fmt: skip
        retention = Retention.REGISTER

    def __str__(self) -> str:
        return codes.display(self.code)

    @property
    def full_address(self) -> str:
        return f"{self.prefecture}{self.city}{self.street} {self.building}".strip()


class ParentQuerySet(models.QuerySet["Parent"]):
    def reachable(self) -> "ParentQuerySet":
        """Whom mail reaches: with an address that none has come back from."""
        return self.exclude(email="").filter(bounced_at=None)


class Parent(models.Model):
    """An adult with responsibility for the household's children; need not have an account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(
        Household, models.PROTECT, verbose_name=_("世帯"), related_name="parents"
    )
    home_facility = models.ForeignKey(
        "records.Facility",
        models.PROTECT,
        verbose_name=_("登録施設"),
        related_name="+",
        null=True,
        editable=False,
    )
    user = models.OneToOneField(
        "records.User", models.PROTECT, verbose_name=_("アカウント"), related_name="parent",
        null=True, blank=True, editable=False,
    )  # fmt: skip

    # Name
    family_name = models.CharField(_("姓"), max_length=40)
    given_name = models.CharField(_("名"), max_length=40, blank=True)
    family_name_kana = models.CharField(_("セイ"), max_length=60, validators=[validate_kana])
    given_name_kana = models.CharField(
        _("メイ"), max_length=60, blank=True, validators=[validate_kana]
    )

    # How to reach them
    mobile_phone = models.CharField(
        _("電話番号（携帯）"), max_length=11, blank=True, validators=[validate_phone]
    )
    phone = models.CharField(_("電話番号"), max_length=11, blank=True, validators=[validate_phone])
    email = models.EmailField(_("メールアドレス"), blank=True)
    # Of the account's address, kept here: staff read parents and never their accounts.
    bounced_at = models.DateTimeField(_("メールが届かなかった日時"), null=True, blank=True)
    is_first_contact = models.BooleanField(_("最初の連絡先"), default=False)

    history = tracked()
    objects = ParentQuerySet.as_manager()

    class Meta:
        verbose_name = _("保護者")
        verbose_name_plural = _("保護者")
        ordering = ["-is_first_contact", "family_name_kana", "given_name_kana", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["household"], condition=Q(is_first_contact=True),
                name="parent_one_first_contact",
                violation_error_message=_("最初の連絡先は、お一人だけ選んでください。"),
            ),
            models.CheckConstraint(
                condition=Q(is_first_contact=False) | ~Q(mobile_phone=""),
                name="parent_first_contact_has_mobile",
                violation_error_message=_("最初の連絡先の方には、携帯の電話番号が必要です。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "household", "home_facility", "is_first_contact")
        personal = (
            "user", "family_name", "given_name", "family_name_kana", "given_name_kana",
            "mobile_phone", "phone", "email", "bounced_at",
        )  # fmt: skip
        retention = Retention.REGISTER

    def __str__(self) -> str:
        return self.full_name

    @property
    def full_name(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def full_name_kana(self) -> str:
        return f"{self.family_name_kana} {self.given_name_kana}".strip()

    @property
    def best_phone(self) -> str:
        return self.mobile_phone or self.phone
