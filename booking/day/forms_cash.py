"""Counting the cash box, coin by coin."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from booking.day.cash import Takings
from booking.day.models.cash_count import PIECES
from records.validators import validate_no_my_number

MOST_PIECES = 9_999
MOST_YEN = 10_000_000


def _number(label: Any, most: int, *, required: bool = False, **kwargs: Any) -> forms.IntegerField:
    attributes = {"inputmode": "numeric", "autocomplete": "off"}
    return forms.IntegerField(
        label=label, min_value=0, max_value=most, required=required,
        widget=forms.NumberInput(attrs=attributes), **kwargs,
    )  # fmt: skip


class CashCountForm(forms.Form):
    """What was found. `taken` is the cash of the payments that the page showed, in yen."""

    taken = forms.IntegerField(widget=forms.HiddenInput)
    float_amount = _number(
        _("つり銭（円）"), MOST_YEN, required=True,
        help_text=_("朝、用意した金額です。前の日の日計で残した金額が入っています。"),
        error_messages={"required": _("朝のつり銭を入力してください。用意していない日は 0")},
    )  # fmt: skip
    deposit_amount = _number(
        _("引き継ぎ・入金する金額（円）"),
        MOST_YEN,
        help_text=_("金庫や銀行へ移す金額です。残りが、次の日のつり銭になります。"),
    )
    slip = forms.CharField(
        label=_("引継書・入金票の番号"), max_length=40, required=False,
        validators=[validate_no_my_number],
    )  # fmt: skip
    difference_reason = forms.CharField(
        label=_("差額の理由"), max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 2}), validators=[validate_no_my_number],
        help_text=_("差額があるときだけ入力します。児童や保護者の名前は書かないでください。"),
    )  # fmt: skip

    open_count = forms.IntegerField(widget=forms.HiddenInput, required=False)
    open_reason = forms.CharField(
        label=_("残したまま締める理由"), max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 2}), validators=[validate_no_my_number],
        help_text=_("児童や保護者の名前は書かないでください。"),
    )  # fmt: skip

    def __init__(self, *args: Any, takings: Takings, open_count: int = 0, **kwargs: Any) -> None:
        """`open_count` is how many rows are open now."""
        super().__init__(*args, **kwargs)
        self.takings = takings
        self.open_now = open_count
        self.initial = {
            "taken": takings.cash_amount, "float_amount": takings.float_amount, **self.initial,
        }  # fmt: skip
        for piece in PIECES:
            self.fields[f"yen_{piece}"] = _number(f"{piece:,}円", MOST_PIECES)

    @property
    def piece_fields(self) -> list[forms.BoundField]:
        """One input for each coin and note, the largest first."""
        return [self[f"yen_{piece}"] for piece in PIECES]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.has_new_takings:
            raise ValidationError(
                _("数えているあいだに、入金がありました。現金の収納の金額を確かめてください。")
            )
        if self.is_counted and (cleaned.get("deposit_amount") or 0) > self.found_amount:
            self.add_error("deposit_amount", _("数えた金額より多くは引き継げません。"))
        if self.is_counted and self.difference and not cleaned.get("difference_reason"):
            self.add_error(
                "difference_reason",
                _("差額があります。数え直しても合わないときは、理由を入力してください。"),
            )
        self._ask_about_open_rows(cleaned)
        return cleaned

    def _ask_about_open_rows(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("open_count") not in (None, self.open_now):
            raise ValidationError(
                _("数えているあいだに、残っているものが変わりました。一覧を確かめてください。")
            )
        if self.open_now and not cleaned.get("open_reason") and "open_reason" not in self.errors:
            self.add_error(
                "open_reason",
                _("残っているものがあります。先に済ませるか、理由を入力してください。"),
            )

    @property
    def has_new_takings(self) -> bool:
        """Whether a payment came in since the page was shown."""
        return self.cleaned_data.get("taken") not in (None, self.takings.cash_amount)

    @cached_property
    def pieces(self) -> dict[int, int]:
        return {piece: self.cleaned_data.get(f"yen_{piece}") or 0 for piece in PIECES}

    @property
    def is_counted(self) -> bool:
        """Whether what was typed adds up to something to compare."""
        counted = {"taken", "float_amount", *(f"yen_{piece}" for piece in PIECES)}
        return self.is_bound and not counted & self.errors.keys()

    @property
    def found_amount(self) -> int:
        return sum(piece * number for piece, number in self.pieces.items())

    @property
    def expected_amount(self) -> int:
        return int(self.cleaned_data["float_amount"]) + self.takings.cash_amount

    @property
    def difference(self) -> int:
        """Yen too many; below 0 that many are missing."""
        return self.found_amount - self.expected_amount

    @property
    def values(self) -> dict[str, Any]:
        """What the action asks for."""
        return {
            "pieces": self.pieces,
            "float_amount": self.cleaned_data["float_amount"],
            "cash_amount": self.cleaned_data["taken"],
            "deposit_amount": self.cleaned_data.get("deposit_amount") or 0,
            "slip": self.cleaned_data["slip"],
            "difference_reason": self.cleaned_data["difference_reason"],
            "open_count": self.open_now,
            "open_reason": self.cleaned_data["open_reason"],
        }
