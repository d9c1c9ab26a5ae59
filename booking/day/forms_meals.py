"""食事・おやつ前の確認."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.day.actions.meal_checks import Eater
from booking.day.day_sheet import Row
from booking.day.enums import MealKind
from booking.day.meals import in_words
from history import clock
from records.validators import validate_no_my_number

CHANGED = _("確認の間に、在室している児童が変わりました。一覧を見直して、もう一度押してください。")


class PaperTimeForm(forms.Form):
    """When two signed on paper, today and before `at`."""

    time = forms.TimeField(
        label=_("用紙に書いた時刻"),
        widget=forms.TimeInput(attrs={"type": "time"}),
        error_messages={
            "required": _("用紙に書いた時刻を入力してください。例：11:30"),
            "invalid": _("時刻は「11:30」のように入力してください。"),
        },
    )

    def __init__(self, *args: Any, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.at = at

    def clean_time(self) -> dt.time:
        time: dt.time = self.cleaned_data["time"]
        if clock.at(clock.local(self.at).date(), time) > self.at:
            raise ValidationError(_("これからの時刻は記録できません。"))
        return time

    @property
    def moment(self) -> dt.datetime:
        return clock.at(clock.local(self.at).date(), self.cleaned_data["time"])


class MealCheckForm(forms.Form):
    """One look. `rows` are the children who are here now and must not have something."""

    kind = forms.ChoiceField(
        label=_("何の前の確認ですか"), choices=MealKind.choices, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, rows: Sequence[Row], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.rows = rows
        for row in rows:
            self.fields[self._name("brought", row)] = forms.CharField(
                label=_("食べるもの・持参したもの"),
                max_length=200,
                required=False,
                validators=[validate_no_my_number],
            )
            self.fields[self._name("seat", row)] = forms.BooleanField(
                label=_("席を分けた"), required=False
            )

        self.fields["shown"] = forms.MultipleChoiceField(
            required=False,
            choices=[(number, number) for number in sorted(self.shown)],
            error_messages={"invalid_choice": CHANGED},
        )

    def clean(self) -> dict[str, Any]:
        """Who came or went while the page was open was not looked at."""
        cleaned = super().clean() or {}
        if "shown" in self.errors:
            self.add_error(None, self.errors.pop("shown").as_data())
        elif set(cleaned["shown"]) != self.shown:
            raise ValidationError(CHANGED)
        return cleaned

    @property
    def shown(self) -> set[str]:
        return {str(row.booking.pk) for row in self.rows}

    def children(self) -> list[tuple[Row, forms.BoundField, forms.BoundField]]:
        """Each child with its two fields."""
        return [
            (row, self[self._name("brought", row)], self[self._name("seat", row)])
            for row in self.rows
        ]

    def eaters(self) -> list[Eater]:
        given = self.cleaned_data
        return [
            Eater(
                booking=row.booking,
                marks=in_words(row),
                brought=given[self._name("brought", row)],
                has_own_seat=given[self._name("seat", row)],
            )
            for row in self.rows
        ]

    @staticmethod
    def _name(field: str, row: Row) -> str:
        return f"{field}-{row.booking.pk}"
