"""Preparing a closure: which facilities, which hours, why, and when it is decided."""

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.enums_closures import ClosureKind, ClosureReason
from booking.models import Closure
from history import clock
from records import dates
from records.validators import validate_no_my_number

# The hour at which it is usually decided, on the day itself.
USUAL_TIME = dt.time(6, 30)
# Further ahead, opening hours and the pattern of holidays say it.
FURTHEST = dt.timedelta(days=90)


class ClosureForm(forms.Form):
    """One facility or several. With one to choose from there is nothing to choose."""

    facilities = forms.TypedMultipleChoiceField(
        label=_("施設"), coerce=int, widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("施設を選んでください。")},
    )  # fmt: skip
    day = forms.DateField(label=_("日"), widget=forms.DateInput(attrs={"type": "date"}))
    kind = forms.ChoiceField(
        label=_("休み方"), choices=ClosureKind.choices, widget=forms.RadioSelect,
        initial=ClosureKind.CLOSED,
    )  # fmt: skip
    time = forms.TimeField(
        label=_("開く時刻・閉める時刻"), required=False,
        help_text=_("「遅れて開く」「早く閉める」のときに入れてください。例：10:00"),
        widget=forms.TimeInput(attrs={"type": "time"}),
    )  # fmt: skip
    reason = forms.ChoiceField(label=_("理由"), choices=[("", "－"), *ClosureReason.choices])
    words = forms.CharField(
        label=_("ご家庭への言葉"), required=False, max_length=400,
        widget=forms.Textarea(attrs={"rows": 3}), validators=[validate_no_my_number],
        help_text=Closure._meta.get_field("words").help_text,
    )  # fmt: skip
    decide_on = forms.DateField(label=_("決める日"), widget=forms.DateInput(attrs={"type": "date"}))
    decide_at = forms.TimeField(
        label=_("決める時刻"), initial=USUAL_TIME,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=_("この時刻までに「決定」か「見送り」を押します。押すまで、ご家庭には知らせません。"),
    )  # fmt: skip

    def __init__(
        self, *args: Any, choices: Sequence[tuple[int, str]], at: dt.datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        tomorrow = clock.local(at).date() + dt.timedelta(days=1)
        self.initial = {"day": tomorrow, "decide_on": tomorrow, **self.initial}
        cast("forms.TypedMultipleChoiceField", self.fields["facilities"]).choices = choices
        if len(choices) == 1:
            self.initial["facilities"] = [choices[0][0]]

    def clean_day(self) -> dt.date:
        day: dt.date = self.cleaned_data["day"]
        today = clock.local(self.at).date()
        if not dates.is_in_reach(day) or not today <= day <= today + FURTHEST:
            raise ValidationError(_("今日から90日先までの日を入れてください。"))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("kind") != ClosureKind.CLOSED and not (
            cleaned.get("time") or "time" in self.errors
        ):
            self.add_error("time", ValidationError(_("時刻を入れてください。例：10:00")))
        if {"day", "decide_on", "decide_at"} <= cleaned.keys() and self.announce_at > clock.at(
            cleaned["day"], dt.time.max
        ):
            self.add_error("decide_on", ValidationError(_("休む日までの時刻にしてください。")))
        return cleaned

    @property
    def announce_at(self) -> dt.datetime:
        return clock.at(self.cleaned_data["decide_on"], self.cleaned_data["decide_at"])

    @property
    def values(self) -> dict[str, Any]:
        """What `closures.prepare` asks for besides the facilities."""
        cleaned = self.cleaned_data
        kind = ClosureKind(cleaned["kind"])
        return {
            "day": cleaned["day"],
            "kind": kind,
            "opens_at": cleaned["time"] if kind == ClosureKind.OPENS_LATE else None,
            "closes_at": cleaned["time"] if kind == ClosureKind.CLOSES_EARLY else None,
            "reason": ClosureReason(cleaned["reason"]),
            "words": cleaned["words"],
            "announce_at": self.announce_at,
        }
