"""訂正 of a closed day."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.day.models.day_correction import LONGEST
from booking.models import Booking
from history import clock
from records.validators import validate_no_my_number


def _time(label: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={
            "required": _("時刻を入力してください。例：17:05"),
            "invalid": _("時刻を読み取れません。例：17:05"),
        },
    )  # fmt: skip


class CorrectionForm(forms.Form):
    arrived = _time(_("受け入れ"))
    left = _time(_("お迎え"))
    reason = forms.CharField(
        label=_("訂正の理由"), max_length=LONGEST, validators=[validate_no_my_number],
        error_messages={"required": _("訂正の理由を入力してください。")},
    )  # fmt: skip

    def __init__(self, *args: Any, booking: Booking, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.booking = booking

    @property
    def values(self) -> dict[str, Any]:
        """What the action asks for."""
        return {
            "arrived_at": self._at("arrived"),
            "left_at": self._at("left"),
            "reason": self.cleaned_data["reason"],
        }

    def _at(self, name: str) -> dt.datetime:
        return clock.at(self.booking.day, self.cleaned_data[name])
