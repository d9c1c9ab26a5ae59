"""The form for one booking."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.family import Candidate
from history import clock


class ChildRadio(forms.RadioSelect):
    """Children who can't be booked stay in sight, with the reason, and can't be chosen."""

    closed: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.closed:
            option["attrs"]["disabled"] = True
        return option


class BookingForm(forms.Form):
    """Child, day and time at one facility. `key` stands for this filled-in form: see `request`."""

    child = forms.ChoiceField(label=_("お子さん"), widget=ChildRadio)
    day = forms.TypedChoiceField(label=_("利用日"), coerce=dt.date.fromisoformat)
    start = forms.TypedChoiceField(label=_("お預かりの開始"), coerce=dt.time.fromisoformat)
    end = forms.TypedChoiceField(label=_("お迎え"), coerce=dt.time.fromisoformat)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        candidates: Iterable[Candidate],
        days: Iterable[tuple[str, str]],
        hours: Iterable[tuple[dt.time, dt.time]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {str(each.child.pk): each for each in candidates}
        self._offer("child", [(number, _label(each)) for number, each in self.candidates.items()])
        self.fields["child"].widget.closed = frozenset(
            number for number, each in self.candidates.items() if each.refusal
        )
        self._offer("day", days)
        pairs = list(hours)
        self._offer("start", [_time(start) for start, _end in pairs])
        self._offer("end", [_time(end) for _start, end in pairs])
        for name in ("day", "start", "end"):
            self.fields[name].error_messages["invalid_choice"] = _("もう一度選んでください。")

    def clean_child(self) -> Any:
        candidate = self.candidates[self.cleaned_data["child"]]
        if candidate.refusal:
            raise ValidationError(str(candidate.refusal))
        return candidate.child

    def clean_key(self) -> uuid.UUID:
        return self.cleaned_data["key"] or uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end <= start:
            self.add_error("end", _("お迎えは、開始より後の時刻を選んでください。"))
        return cleaned

    @property
    def starts_at(self) -> dt.datetime:
        return clock.at(self.cleaned_data["day"], self.cleaned_data["start"])

    @property
    def ends_at(self) -> dt.datetime:
        return clock.at(self.cleaned_data["day"], self.cleaned_data["end"])

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        cast("forms.ChoiceField", self.fields[name]).choices = list(choices)


def _label(candidate: Candidate) -> str:
    name = candidate.child.full_name
    return f"{name}　{candidate.refusal}" if candidate.refusal else name


def _time(time: dt.time) -> tuple[str, str]:
    return f"{time:%H:%M}", f"{time.hour}:{time:%M}"
