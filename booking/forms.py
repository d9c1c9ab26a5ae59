"""The forms of a family: a request for one child or several, and another time for a booking."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from booking.actions.bookings import Wish
from booking.enums import Accepts
from booking.family import Candidate
from history import clock
from records import dates
from records.models import Child, Facility

# What a form offers, read when it is shown: what is sent the rules judge, and refuse in words.
Days = Callable[[], Iterable[tuple[str, str]]]
Hours = Callable[[], Iterable[tuple[dt.time, dt.time]]]
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


class Judged:
    """A choice that is read whether it is offered or not: the rules say why it can't be had."""

    def valid_value(self, value: object) -> bool:
        return True


class JudgedChoice(Judged, forms.TypedChoiceField):
    """One of them."""


class JudgedChoices(Judged, forms.TypedMultipleChoiceField):
    """Several."""


def _day(text: str) -> dt.date:
    day = dates.parse_day_of_address(text)
    if day is None:
        raise ValueError(text)
    return day


def _clock_time(text: str) -> dt.time:
    return dt.datetime.strptime(text, "%H:%M").time()  # noqa: DTZ007  Tokyo's wall clock


class TimeForm(forms.Form):
    """A day and a time at a facility. `key` stands for this filled-in form."""

    day = JudgedChoice(label=_("利用日"), coerce=_day)
    start = JudgedChoice(label=_("お預かりの開始"), coerce=_clock_time)
    end = JudgedChoice(label=_("お迎え"), coerce=_clock_time)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, days: Days, hours: Hours, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("day", days)
        self._offer("start", lambda: [_time(start) for start, _end in hours()])
        self._offer("end", lambda: [_time(end) for _start, end in hours()])

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

    def _offer(self, name: str, choices: Days) -> None:
        field = cast("forms.ChoiceField", self.fields[name])
        field.choices = choices
        field.error_messages["invalid_choice"] = _("もう一度選んでください。")


class ChildrenForm(TimeForm):
    """Children, a day and a time at a facility."""

    child = forms.MultipleChoiceField(label=_("お子さん"), widget=ChildBoxes)

    field_order: Iterable[str] = ("child", "day", "start", "end")

    def __init__(self, *args: Any, candidates: Iterable[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = {str(each.child.pk): each for each in candidates}
        labels = [(number, _label(each)) for number, each in self.candidates.items()]
        self._offer("child", lambda: labels)
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

    more_days = JudgedChoices(
        label=_("ほかの利用日"),
        coerce=_day,
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

    def __init__(self, *args: Any, days: Days, **kwargs: Any) -> None:
        super().__init__(*args, days=days, **kwargs)
        self._offer("more_days", days)

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
