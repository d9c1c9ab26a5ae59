"""日計: what lies in the cash box at the end of a day, against what was taken."""

import uuid
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, cast

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.day.models.two_names import SecondName, takes_two
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number
from records.visibility import visible

if TYPE_CHECKING:
    from django.db.models.expressions import Expression

# Coins and notes in yen, the largest first: the order in which a drawer is emptied.
PIECES = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10, 5, 1)


def _found() -> "Expression":
    return cast("Expression", reduce(add, (F(f"yen_{piece}") * piece for piece in PIECES)))


def _pieces(piece: int) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(f"{piece:,}円", default=0)


class CashCountQuerySet(models.QuerySet["CashCount"]):
    def visible_to(self, user: object) -> "CashCountQuerySet":
        """To staff those of the facilities they work for."""
        return self.filter(visible(user, facility="facility_id"))

    def with_people(self) -> "CashCountQuerySet":
        return self.select_related("facility", "closed_by", "second_by")


class CashCount(SecondName):
    """One count of one facility's cash. It covers the payments from `since_at` until before
    `until_at`, which begins the next; the database refuses a payment dated before it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    day = models.DateField(_("日"))
    # None before the first count of a facility
    since_at = models.DateTimeField(_("集計の始まり"), null=True, blank=True)
    until_at = models.DateTimeField(_("集計の終わり"))

    # Yen. What should be there: the float of the morning and the cash taken
    float_amount = models.PositiveIntegerField(_("つり銭"))
    cash_amount = models.PositiveIntegerField(_("現金の収納"))

    # How many of each coin and note were found
    yen_10000 = _pieces(10_000)
    yen_5000 = _pieces(5_000)
    yen_2000 = _pieces(2_000)
    yen_1000 = _pieces(1_000)
    yen_500 = _pieces(500)
    yen_100 = _pieces(100)
    yen_50 = _pieces(50)
    yen_10 = _pieces(10)
    yen_5 = _pieces(5)
    yen_1 = _pieces(1)
    found_amount = models.GeneratedField(
        expression=_found(), output_field=models.PositiveIntegerField(), db_persist=True,
        verbose_name=_("数えた金額"),
    )  # fmt: skip
    difference = models.GeneratedField(
        expression=_found() - F("float_amount") - F("cash_amount"),
        output_field=models.IntegerField(), db_persist=True, verbose_name=_("差額"),
    )  # fmt: skip
    difference_reason = EncryptedTextField(
        _("差額の理由"), max_length=200, null=True, blank=True, validators=[validate_no_my_number]
    )

    # What left the box, and what stays as the float of the next day
    deposit_amount = models.PositiveIntegerField(_("引き継ぎ・入金した金額"), default=0)
    slip = EncryptedTextField(
        _("引継書・入金票の番号"), max_length=40, default="", blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    kept_amount = models.GeneratedField(
        expression=_found() - F("deposit_amount"), output_field=models.IntegerField(),
        db_persist=True, verbose_name=_("次の日のつり銭"),
    )  # fmt: skip

    # What was still open when it was closed, and why it was closed all the same
    open_count = models.PositiveSmallIntegerField(_("残っていた件数"), default=0)
    open_reason = EncryptedTextField(
        _("残したまま締めた理由"), max_length=200, null=True, blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip

    # The first of two names
    closed_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("数えた職員"), related_name="+"
    )
    closed_at = models.DateTimeField(_("締めた日時"))

    history = tracked()
    objects = CashCountQuerySet.as_manager()

    class Meta:
        verbose_name = _("日計")
        verbose_name_plural = _("日計")
        ordering = ["-day", "facility"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "day"], name="cash_count_once",
                violation_error_message=_("この日の日計は、すでに締めています。"),
            ),
            models.CheckConstraint(
                condition=Q(difference=0, difference_reason__isnull=True)
                | ~Q(difference=0) & Q(difference_reason__isnull=False),
                name="cash_count_difference_has_reason",
                violation_error_message=_("差額の理由を入力してください。"),
            ),
            models.CheckConstraint(
                condition=Q(kept_amount__gte=0), name="cash_count_deposit_was_there",
                violation_error_message=_("数えた金額より多くは引き継げません。"),
            ),
            models.CheckConstraint(
                condition=Q(open_count=0, open_reason__isnull=True)
                | Q(open_count__gt=0, open_reason__isnull=False),
                name="cash_count_open_has_reason",
                violation_error_message=_("残したまま締める理由を入力してください。"),
            ),
            *takes_two(
                "cash_count", _("確かめるのは、数えた職員とは別の職員です。"),
                first_by="closed_by", first_at="closed_at",
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "facility", "day", "since_at", "until_at", "float_amount", "cash_amount",
            "yen_10000", "yen_5000", "yen_2000", "yen_1000", "yen_500", "yen_100", "yen_50",
            "yen_10", "yen_5", "yen_1", "found_amount", "difference", "deposit_amount",
            "kept_amount", "closed_at", "second_at", "open_count",
        )  # fmt: skip
        personal = ("difference_reason", "slip", "open_reason", "closed_by", "second_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {self.day}"

    @property
    def expected_amount(self) -> int:
        """Yen that should be there."""
        return self.float_amount + self.cash_amount

    @property
    def pieces(self) -> list[tuple[int, int, int]]:
        """What was found: yen of one piece, how many, and what they are worth."""
        counted = ((piece, getattr(self, f"yen_{piece}")) for piece in PIECES)
        return [(piece, number, piece * number) for piece, number in counted if number]
