"""Forms of the roster and of the places of a day."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.models import CapacityChange, Slot
from history import clock
from records.admin.columns import day as written_day
from records.admin.columns import hour

MOST_STAFF = 99
NUMBER = {"inputmode": "numeric", "autocomplete": "off"}


def staff_field(label: object, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,  # type: ignore[arg-type]
        min_value=0,
        max_value=MOST_STAFF,
        localize=False,
        widget=forms.NumberInput(attrs=NUMBER),
        error_messages={
            "required": _("職員数を入れてください。いないときは0です。"),
            "invalid": _("職員数を数で入れてください。"),
        },
        **options,
    )


class RosterForm(forms.Form):
    """How many staff are on duty, a field for each half hour of a day."""

    def __init__(self, *args: Any, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = slots
        for slot in slots:
            times = f"{hour(clock.local(slot.starts_at))}～{hour(clock.local(slot.ends_at))}"
            self.fields[self._name(slot)] = staff_field(times, initial=slot.staff)

    @property
    def rows(self) -> list[tuple[Slot, forms.BoundField]]:
        return [(slot, self[self._name(slot)]) for slot in self.slots]

    @property
    def staff(self) -> dict[dt.datetime, int]:
        """By the start of each half hour."""
        return {slot.starts_at: self.cleaned_data[self._name(slot)] for slot in self.slots}

    def _name(self, slot: Slot) -> str:
        return f"staff_{clock.local(slot.starts_at):%H%M}"


class FillForm(forms.Form):
    """One number for several half hours at once; the others stay as they are."""

    first = forms.TypedChoiceField(label=_("から"))
    last = forms.TypedChoiceField(label=_("まで"))
    number = staff_field(_("職員数"))

    def __init__(self, *args: Any, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slots = slots
        self.fields["first"].choices = [self._choice(slot.starts_at) for slot in slots]  # type: ignore[attr-defined]
        self.fields["last"].choices = [self._choice(slot.ends_at) for slot in slots]  # type: ignore[attr-defined]
        if slots:
            self.initial = {"last": self._choice(slots[-1].ends_at)[0], **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"first", "last"} <= cleaned.keys() and cleaned["first"] >= cleaned["last"]:
            self.add_error("last", ValidationError(_("終わりは始まりより後にしてください。")))
        return cleaned

    @property
    def staff(self) -> dict[dt.datetime, int]:
        """All half hours of the day by their starts, those filled with the new number."""
        first, last = self.cleaned_data["first"], self.cleaned_data["last"]
        return {
            slot.starts_at: self.cleaned_data["number"]
            if first <= self._choice(slot.starts_at)[0] < last
            else slot.staff
            for slot in self.slots
        }

    def _choice(self, moment: dt.datetime) -> tuple[str, str]:
        local = clock.local(moment)
        return f"{local:%H:%M}", hour(local)


class CopyForm(forms.Form):
    """Other days that get the roster of this one."""

    days = forms.TypedMultipleChoiceField(
        label=_("写す日"),
        coerce=dt.date.fromisoformat,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("写す日を選んでください。")},
    )

    def __init__(self, *args: Any, days: Sequence[dt.date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].choices = [(each.isoformat(), written_day(each)) for each in days]  # type: ignore[attr-defined]


class CapacityForm(forms.ModelForm):  # type: ignore[type-arg]
    """Fewer places than usual on a day, and why."""

    class Meta:
        model = CapacityChange
        fields = ("places", "reason")
        widgets = {"places": forms.NumberInput(attrs=NUMBER), "reason": forms.TextInput}

    def __init__(self, *args: Any, usual: int, **kwargs: Any) -> None:
        """`usual` is the facility's capacity; a day can't have more."""
        super().__init__(*args, **kwargs)
        self.usual = usual

    def clean_places(self) -> int:
        places = self.cleaned_data["places"]
        if places > self.usual:
            raise ValidationError(
                _("定員は%(usual)d人です。それより少ない人数を入れてください。"),
                params={"usual": self.usual},
            )
        return places
