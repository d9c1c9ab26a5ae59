"""Children and the people who may fetch them: the safety side of the register."""

import datetime as dt
import uuid

from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records import codes, dates
from records.enums import CareNeedKind, Confirmation, Enrolment, Retention, Sex
from records.models.care_need import CareNeed
from records.validators import (
    validate_birth_date,
    validate_kana,
    validate_no_my_number,
    validate_phone,
)
from records.visibility import visible


class ChildQuerySet(models.QuerySet["Child"]):
    def visible_to(self, user: object) -> "ChildQuerySet":
        """A parent's own children; to staff those at home in the facilities they work for.

        Children visible by a lease only are not here: they stand on the day's list and the care
        card (`on_lease`).
        """
        return self.filter(visible(user, facility="home_facility_id", parents="household__parents"))

    def on_lease(self, facility_id: int, at: dt.datetime) -> "ChildQuerySet":
        """Children that a facility may read because of a booking or an emergency."""
        return self.filter(
            leases__facility_id=facility_id, leases__starts_at__lte=at, leases__ends_at__gt=at
        ).distinct()

    def with_confirmed_kinds(self) -> "ChildQuerySet":
        """With the kinds of care needs that are confirmed; not what they say."""
        confirmed = CareNeed.objects.filter(
            child=models.OuterRef("pk"), confirmation=Confirmation.CONFIRMED
        )
        return self.annotate(confirmed_kinds=ArraySubquery(confirmed.values("kind")))


class ChildManager(models.Manager.from_queryset(ChildQuerySet)):  # type: ignore[misc]
    """All but the drafts that were withdrawn; for families, staff and rules they are not there."""

    def get_queryset(self) -> ChildQuerySet:
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class Child(models.Model):
    """The person cared for, once for the whole ward."""

    # Read by `with_confirmed_kinds` alone.
    confirmed_kinds: list[str] | None = None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    code = models.CharField(
        _("児童ID"), max_length=9, unique=True, default=codes.new_code, editable=False
    )
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="children"
    )
    home_facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("登録施設"), related_name="children",
        null=True, editable=False,
    )  # fmt: skip

    # Name
    family_name = models.CharField(_("姓"), max_length=40)
    given_name = models.CharField(_("名"), max_length=40, blank=True)
    family_name_kana = models.CharField(_("セイ"), max_length=60, validators=[validate_kana])
    given_name_kana = models.CharField(
        _("メイ"), max_length=60, blank=True, validators=[validate_kana]
    )

    sex = models.CharField(_("性別"), max_length=10, choices=Sex.choices)
    date_of_birth = models.DateField(_("生年月日"))
    enrolment = models.CharField(
        _("在籍"), max_length=15, choices=Enrolment.choices, blank=True,
        help_text=_("利用の決まりで、在籍しているお子さんの利用を分けるときに入れます。"),
    )  # fmt: skip
    needs_one_to_one = models.BooleanField(_("個別の対応（職員1人）が必要"), default=False)

    created_at = models.DateTimeField(_("作成日時"), default=clock.now, editable=False)
    # A draft that its family took back: in no list any more, and in the history for good.
    withdrawn_at = models.DateTimeField(_("取り下げた日時"), null=True, blank=True)
    history = tracked()
    objects = ChildManager()

    class Meta:
        verbose_name = _("児童")
        verbose_name_plural = _("児童")
        ordering = ["family_name_kana", "given_name_kana", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=codes.PATTERN), name="child_code_shape")
        ]

    class Privacy:
        open = ("id", "code", "household", "home_facility", "created_at")
        personal = (
            "family_name", "given_name", "family_name_kana", "given_name_kana", "sex",
            "date_of_birth", "enrolment", "needs_one_to_one", "withdrawn_at",
        )  # fmt: skip
        retention = Retention.REGISTER

    def __str__(self) -> str:
        return self.full_name

    def clean(self) -> None:
        """A birth date is looked at when it is new: who has grown too old keeps a true record."""
        known = Child.objects.filter(pk=self.pk).values_list("date_of_birth", flat=True).first()
        if self.date_of_birth and self.date_of_birth != known:
            try:
                validate_birth_date(self.date_of_birth)
            except ValidationError as error:
                raise ValidationError({"date_of_birth": error}) from error

    @property
    def full_name(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def short_name(self) -> str:
        """For mails, which others may read: no more than the family needs to tell siblings."""
        return self.given_name or self.family_name

    @property
    def full_name_kana(self) -> str:
        return f"{self.family_name_kana} {self.given_name_kana}".strip()

    def needs_in_order(self) -> list[CareNeed]:
        """The care needs in the order in which they are asked, whichever changed last."""
        order = CareNeedKind.values
        return sorted(self.care_needs.all(), key=lambda need: order.index(need.kind))

    def has_confirmed_needs(self) -> bool:
        """Whether every kind of care need was asked and confirmed (F-16)."""
        kinds = self.confirmed_kinds
        if kinds is None:
            kinds = [need.kind for need in self.care_needs.all() if need.is_confirmed]
        return set(kinds) == set(CareNeedKind.values)

    def age_on(self, day: dt.date) -> tuple[int, int]:
        """Full years and the months beyond them."""
        return divmod(dates.months_on(self.date_of_birth, day), 12)


class PickUpPerson(models.Model):
    """Somebody who may fetch a child besides its parents."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(
        Child, models.PROTECT, verbose_name=_("児童"), related_name="pick_up_people"
    )
    home_facility = models.ForeignKey(
        "records.Facility",
        models.PROTECT,
        verbose_name=_("登録施設"),
        related_name="+",
        null=True,
        editable=False,
    )
    name = models.CharField(_("氏名"), max_length=60, validators=[validate_no_my_number])
    name_kana = models.CharField(_("氏名（カナ）"), max_length=80, validators=[validate_kana])
    relation = models.CharField(_("続柄"), max_length=20, validators=[validate_no_my_number])
    phone = models.CharField(_("電話番号"), max_length=11, validators=[validate_phone])

    history = tracked()

    class Meta:
        verbose_name = _("お迎えの人")
        verbose_name_plural = _("お迎えの人")
        ordering = ["name_kana", "id"]

    class Privacy:
        open = ("id", "child", "home_facility")
        personal = ("name", "name_kana", "relation", "phone")
        retention = Retention.REGISTER

    def __str__(self) -> str:
        return f"{self.name}（{self.relation}）"
