"""The forms of a family: a request for one child or several, and another time for a booking."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.actions.bookings import Wish
from booking.enums import Accepts
from booking.family import Candidate
from history import clock
from records.models import Child, Facility

# More is a slip, or a term that staff enter.
MOST_AT_ONCE = 40


class ChildBoxes(forms.CheckboxSelectMultiple):
    """Children who can't be booked stay in sight, with the reason, and can't be chosen."""

    closed: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option = super().create_option(name, value, *args, **kwargs)
        if str(value) in self.closed:
            option["attrs"]["disabled"] = True
        return option


class TimeForm(forms.Form):
    """A day and a time at a facility. `key` stands for this filled-in form."""

    day = forms.TypedChoiceField(label=_("利用日"), coerce=dt.date.fromisoformat)
    start = forms.TypedChoiceField(label=_("お預かりの開始"), coerce=dt.time.fromisoformat)
    end = forms.TypedChoiceField(label=_("お迎え"), coerce=dt.time.fromisoformat)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        days: Iterable[tuple[str, str]],
        hours: Iterable[tuple[dt.time, dt.time]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        pairs = list(hours)
        self._offer("day", days)
        self._offer("start", [_time(start) for start, _end in pairs])
        self._offer("end", [_time(end) for _start, end in pairs])

    def clean_key(self) -> uuid.UUID:
        return self.cleaned_data["key"] or uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and end <= start:
            self.add_error("end", _("お迎えは、開始より後の時刻を選んでください。"))
        return cleaned

    def period_on(self, day: dt.date) -> tuple[dt.datetime, dt.datetime]:
        """The chosen time `[start, end)` on a day."""
        cleaned = self.cleaned_data
        return clock.at(day, cleaned["start"]), clock.at(day, cleaned["end"])

    def renew_key(self) -> None:
        """What is changed after it was sent is another wish, so it gets another key."""
        data = cast("QueryDict", self.data).copy()
        data["key"] = str(uuid.uuid4())
        self.data = data

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = list(choices)
        field.error_messages["invalid_choice"] = _("もう一度選んでください。")


class ChildrenForm(TimeForm):
    """Children, a day and a time at a facility."""

    child = forms.MultipleChoiceField(label=_("お子さん"), widget=ChildBoxes)

    field_order: Iterable[str] = ("child", "day", "start", "end")

    def __init__(self, *args: Any, candidates: Iterable[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {str(each.child.pk): each for each in candidates}
        self._offer("child", [(number, _label(each)) for number, each in self.candidates.items()])
        self.fields["child"].widget.closed = frozenset(
            number for number, each in self.candidates.items() if each.refusal
        )

    def clean_child(self) -> list[Child]:
        chosen = [self.candidates[number] for number in self.cleaned_data["child"]]
        for each in chosen:
            if each.refusal:
                raise ValidationError(f"{each.child.full_name}：{each.refusal}")
        return [each.child for each in chosen]


class BookingForm(ChildrenForm):
    """Children, days and one time at a facility."""

    more_days = forms.TypedMultipleChoiceField(
        label=_("ほかの利用日"),
        coerce=dt.date.fromisoformat,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    accepts = forms.TypedChoiceField(
        label=_("とれない日やお子さんがあるとき"),
        choices=Accepts.choices,
        coerce=Accepts,
        initial=Accepts.ALL,
        required=False,
        empty_value=Accepts.ALL,
        widget=forms.RadioSelect,
    )

    field_order = ("child", "day", "start", "end", "more_days", "accepts")

    def __init__(self, *args: Any, days: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        offered = list(days)
        super().__init__(*args, days=offered, **kwargs)
        self._offer("more_days", offered)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        number = len(cleaned.get("child", ())) * len(self._days(cleaned))
        if number > MOST_AT_ONCE:
            text = _("一度に申し込めるのは、お子さんと日を合わせて%(most)s件までです。")
            self.add_error("more_days", text % {"most": MOST_AT_ONCE})
        return cleaned

    @property
    def has_siblings(self) -> bool:
        """Whether several children may be chosen, so that not all of them may be had."""
        return len(self.candidates) > 1

    def wishes(self, facility: Facility) -> list[Wish]:
        """Each child on each day, the earliest day first."""
        return [
            Wish(child, facility, *self.period_on(day))
            for day in self._days(self.cleaned_data)
            for child in self.cleaned_data["child"]
        ]

    @staticmethod
    def _days(cleaned: dict[str, Any]) -> list[dt.date]:
        days = {cleaned.get("day"), *(cleaned.get("more_days") or ())}
        return sorted(day for day in days if day)


class TicketForm(forms.Form):
    """What of a ticket is booked where not everything can be had, and what of it is published."""

    accepts = BookingForm.base_fields["accepts"]
    is_hidden = forms.BooleanField(
        label=_("公表する一覧に、希望をのせない"),
        help_text=_("抽選番号と順番だけがのります。結果は変わりません。"),
        required=False,
    )


def _label(candidate: Candidate) -> str:
    name = candidate.child.full_name
    return f"{name}　{candidate.refusal}" if candidate.refusal else name


def _time(time: dt.time) -> tuple[str, str]:
    return f"{time:%H:%M}", f"{time.hour}:{time:%M}"
