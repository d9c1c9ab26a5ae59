"""Forms about bookings that don't come about: cancelling, turning away, appealing, deciding."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.cancelling import Cost
from booking.enums import Channel
from booking.enums_rules import CancelReason
from records.validators import validate_no_my_number

# What was read when nothing was to be paid, whatever the reason.
FREE = "free"
# The channels by which staff hear that a family can't come.
HEARD = [(channel.value, channel.label) for channel in (Channel.PHONE, Channel.COUNTER)]


class CancelForm(forms.Form):
    """Why a family can't come, with what each reason costs beside it.

    `seen` is what the page said; where it would cost something else by now, the page comes again
    and nothing is cancelled. `shows` says whether yen may be read.
    """

    cause = forms.TypedChoiceField(
        label=gettext_lazy("キャンセルの理由"),
        choices=[],
        coerce=CancelReason,
        required=False,
        empty_value=None,
        widget=forms.RadioSelect,
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, costs: Iterable[Cost], shows: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.costs = list(costs)
        self.shows = shows
        self.is_free = all(cost.stage is None for cost in self.costs)
        # Whether it costs the same whatever the reason.
        self.is_uniform = len({cost.stage and cost.stage.pk for cost in self.costs}) == 1
        field = self.fields["cause"]
        field.choices = [(cost.reason.value, self._label(cost)) for cost in self.costs]  # type: ignore[attr-defined]
        # Where the reason decides, it must be given; else nobody is asked why.
        field.required = not self.is_uniform
        field.error_messages["required"] = _(
            "理由を選んでください。理由によって、料金が変わります。"
        )
        self.fields["seen"].initial = self.current

    @property
    def current(self) -> str:
        """What it costs now, in a form that tells one stage from another."""
        stages = [str(cost.stage.pk) if cost.stage else "" for cost in self.costs]
        return FREE if self.is_free else "-".join(stages)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (cleaned.get("seen") or FREE) != self.current:
            data = cast("QueryDict", self.data).copy()
            data[self.add_prefix("seen")] = self.current
            self.data = data
            raise ValidationError(
                _("この画面を開いている間に、キャンセル料が変わりました。もう一度ご確認ください。")
            )
        return cleaned

    def _label(self, cost: Cost) -> str:
        if self.is_uniform:
            return str(cost.reason.label)
        words = {"reason": cost.reason.label, "cost": self._words(cost)}
        return _("%(reason)s（%(cost)s）") % words

    @property
    def cost(self) -> str:
        """What it costs where every reason costs the same."""
        return self._words(self.costs[0])

    def _words(self, cost: Cost) -> str:
        if cost.stage is None:
            return _("無料")
        if cost.stage.percent is None:
            return _("%(amount)s円") % {"amount": f"{cost.stage.amount or 0:,}"}
        values = {"percent": cost.stage.percent, "amount": f"{cost.amount:,}"}
        if self.shows:
            return _("利用料の%(percent)s％：%(amount)s円") % values
        return _("利用料の%(percent)s％") % values


class StaffCancelForm(CancelForm):
    """Staff for a family that rang or came; whoever manages may let it off the fee."""

    channel = forms.TypedChoiceField(
        label=gettext_lazy("連絡の方法"), choices=HEARD, coerce=Channel, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=gettext_lazy("補足"),
        help_text=gettext_lazy("ご家庭も読みます。"),
        max_length=200,
        required=False,
        validators=[validate_no_my_number],
    )
    waived_because = forms.CharField(
        label=gettext_lazy("キャンセル料を免除する理由"),
        help_text=gettext_lazy("免除するときだけ入力します。ご家庭も読みます。"),
        max_length=200,
        required=False,
        validators=[validate_no_my_number],
    )

    def __init__(self, *args: Any, may_waive: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_waive or self.is_free:
            del self.fields["waived_because"]


class TurnAwayForm(forms.Form):
    """What was measured, what was seen: one of them by the rule."""

    temperature = forms.DecimalField(
        label=gettext_lazy("体温（℃）"),
        max_digits=3,
        decimal_places=1,
        min_value=Decimal(34),
        max_value=Decimal(42),
        required=False,
        localize=False,
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.1"}),
    )
    words = forms.CharField(
        label=gettext_lazy("お子さんのようす"),
        help_text=gettext_lazy("熱のほかに理由があるとき。ご家庭も読みます。"),
        max_length=150,
        required=False,
        validators=[validate_no_my_number],
    )

    def __init__(self, *args: Any, limit: Decimal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.limit = limit

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        measured, words = cleaned.get("temperature"), cleaned.get("words")
        if self.errors or words:
            return cleaned
        if measured is None:
            self.add_error("temperature", _("体温か、お子さんのようすを入力してください。"))
        elif measured < self.limit:
            text = _("%(limit)s℃未満です。ほかの理由があるときは、ようすを入力してください。")
            self.add_error("temperature", text % {"limit": self.limit})
        return cleaned


class WordsForm(forms.Form):
    """A reason that the family reads."""

    words = forms.CharField(
        label=gettext_lazy("理由"),
        help_text=gettext_lazy("ご家庭も読みます。"),
        max_length=200,
        validators=[validate_no_my_number],
        error_messages={"required": gettext_lazy("理由を入力してください。")},
    )


class AppealForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("異議の内容"),
        help_text=gettext_lazy("登録施設の責任者とセンターが読みます。出せるのは1回です。"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
        validators=[validate_no_my_number],
        error_messages={"required": gettext_lazy("連絡できなかった事情などを入力してください。")},
    )


class AnswerForm(forms.Form):
    decision = forms.ChoiceField(
        label=gettext_lazy("決定"),
        choices=[
            ("lift", gettext_lazy("停止を解除する")),
            ("keep", gettext_lazy("停止を続ける")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("どちらかを選んでください。")},
    )
    words = forms.CharField(
        label=gettext_lazy("ご家庭への返事"),
        help_text=gettext_lazy("理由を書いてください。ご家庭が読みます。"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        validators=[validate_no_my_number],
        error_messages={"required": gettext_lazy("ご家庭への返事を入力してください。")},
    )

    @property
    def lifts(self) -> bool:
        return bool(self.cleaned_data["decision"] == "lift")
