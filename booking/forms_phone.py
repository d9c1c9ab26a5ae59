"""Forms of staff who book for a family that telephones or stands at the counter."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.callers import Caller
from booking.enums import Accepts, Channel
from booking.models.opening import Weekday
from booking.phone import CHANNELS, Hours
from booking.regular_use import LONGEST, RegularUse, days_of
from records.forms.fields import DateField
from records.forms.finding import FindChildForm
from records.models import Facility


class CallForm(FindChildForm):
    """Who calls, and how they reached us."""

    channel = forms.TypedChoiceField(
        label=_("受付方法"),
        coerce=Channel,
        initial=Channel.PHONE,
        required=False,
        empty_value=Channel.PHONE,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, channels: Sequence[Channel] = CHANNELS, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(channel.value, channel.label) for channel in channels]
        self.fields["channel"].choices = choices  # type: ignore[attr-defined]
        if Channel.PAPER in channels:
            self.fields["channel"].help_text = _(
                "紙の台帳にある予約は、その日の受付が始まる前に入力します。"
            )


class WalkInForm(forms.Form):
    """Until when a child stays that has just come."""

    end = forms.TypedChoiceField(label=_("お迎えの予定"), coerce=dt.time.fromisoformat)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, ends: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["end"].choices = ends  # type: ignore[attr-defined]


class RegularUseForm(forms.Form):
    """A weekday and hours for a term. `seen` says which values the list of days was made of: what
    is changed afterwards is listed anew before it is booked."""

    facility = forms.ModelChoiceField(
        label=_("施設"), queryset=Facility.objects.bookable(), empty_label=None
    )
    weekday = forms.TypedChoiceField(
        label=_("曜日"),
        choices=[(day.value, day.label) for day in Weekday if day != Weekday.HOLIDAY],
        coerce=int,
    )
    start = forms.TypedChoiceField(label=_("お預かりの開始"), coerce=dt.time.fromisoformat)
    end = forms.TypedChoiceField(label=_("お迎え"), coerce=dt.time.fromisoformat)
    first = DateField(label=_("はじめの日"))
    last = DateField(label=_("おわりの日"))
    accepts = forms.TypedChoiceField(
        label=_("とれない日があるとき"),
        choices=Accepts.choices,
        coerce=Accepts,
        initial=Accepts.WHAT_FITS,
        widget=forms.RadioSelect,
    )
    key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        today: dt.date,
        hours: Hours,
        facilities: Iterable[Facility],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        offered = Facility.objects.bookable().filter(pk__in=[each.pk for each in facilities])
        self.fields["facility"].queryset = offered  # type: ignore[attr-defined]
        for name, times in (
            ("start", [start for start, _end in hours]),
            ("end", [end for _start, end in hours]),
        ):
            choices = [(f"{each:%H:%M}", f"{each:%-H:%M}") for each in times]
            self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end <= start:
            self.add_error("end", _("お迎えは、開始より後の時刻を選んでください。"))
        first, last = cleaned.get("first"), cleaned.get("last")
        if first and first < self.today:
            self.add_error("first", _("今日からあとの日を入力してください。"))
        if first and last and last < first:
            self.add_error("last", _("はじめの日よりあとの日を入力してください。"))
        if first and last and last - first > LONGEST:
            self.add_error("last", _("一度に入力できるのは、半年までです。"))
        weekday = cleaned.get("weekday")
        if first and last and weekday is not None and not list(days_of(weekday, first, last)):
            self.add_error("weekday", _("この期間に、その曜日の日はありません。"))
        return cleaned

    @property
    def fingerprint(self) -> str:
        """Equal for equal wishes."""
        names = ("facility", "weekday", "start", "end", "first", "last", "accepts")
        return "|".join(str(self.cleaned_data[name]) for name in names)

    @property
    def is_seen(self) -> bool:
        """Whether the days that these values make were listed before."""
        return self.cleaned_data["seen"] == self.fingerprint

    def wanted(self, caller: Caller) -> RegularUse:
        cleaned = self.cleaned_data
        return RegularUse(
            caller=caller,
            facility=cleaned["facility"],
            weekday=cleaned["weekday"],
            start=cleaned["start"],
            end=cleaned["end"],
            first=cleaned["first"],
            last=cleaned["last"],
        )
