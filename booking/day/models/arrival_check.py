"""来所前チェック: how a child is in the morning of the day, said by its family before it comes."""

import uuid
from decimal import Decimal

from django.db import models
from django.utils.translation import gettext_lazy as _

from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number

# From here on a temperature is a fever that a carer must have seen before the child is taken in.
FEVER = Decimal("37.5")
LONGEST = 100


class ArrivalCheck(models.Model):
    """What the family said last of one booking; what it said before stands in the history."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.OneToOneField(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="arrival_check"
    )
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="+"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    # In tenths of a degree as written: 36.8; empty where it was not taken.
    temperature = EncryptedTextField(_("けさの体温（℃）"), default="", blank=True)
    meal = EncryptedTextField(
        _("最後の食事"), max_length=LONGEST, default="", blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    sleep = EncryptedTextField(
        _("睡眠"), max_length=LONGEST, default="", blank=True, validators=[validate_no_my_number]
    )
    medicine = EncryptedTextField(
        _("飲んだ薬・ぬった薬"), max_length=LONGEST, default="", blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    phone = EncryptedTextField(_("今日つながる電話番号"), default="", blank=True)
    # 変わりありません, said in one tap for every child of the day.
    is_well = models.BooleanField(_("変わりありません"), default=False)
    sent_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("知らせた人"), related_name="+"
    )
    sent_at = models.DateTimeField(_("知らせた日時"))

    history = tracked()

    class Meta:
        verbose_name = _("来所前チェック")
        verbose_name_plural = _("来所前チェック")

    class Privacy:
        open = ("id", "booking", "household", "facility", "sent_at")
        personal = (
            "temperature", "meal", "sleep", "medicine", "phone", "is_well", "sent_by",
        )  # fmt: skip
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.booking}"

    @property
    def has_fever(self) -> bool:
        return bool(self.temperature) and Decimal(self.temperature) >= FEVER

    @property
    def is_warning(self) -> bool:
        """Whether a carer must look before taking the child in."""
        return self.has_fever or bool(self.medicine)
