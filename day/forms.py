"""Forms of the day at the facility."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.models import Booking
from history import clock
from records.validators import validate_no_my_number


class AttendanceForm(forms.Form):
    """Who brought or fetched the child, if anybody asks; on a later day also when it was."""

    person = forms.CharField(
        label=_("送り迎えの人"),
        max_length=60,
        required=False,
        validators=[validate_no_my_number],
    )
    time = forms.TimeField(label=_("時刻"), required=False)

    def __init__(
        self,
        *args: Any,
        booking: Booking,
        at: dt.datetime,
        after: dt.datetime | None = None,
        **kwargs: Any,
    ) -> None:
        """`after` is the arrival that a departure must follow."""
        super().__init__(*args, **kwargs)
        self.booking = booking
        self.at = at
        self.after = after

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "time" in self.errors:
            return cleaned
        if self.booking.day < clock.local(self.at).date() and not cleaned.get("time"):
            self.add_error("time", ValidationError(_("時刻を入力してください。例：17:05")))
        elif self.moment > self.at:
            self.add_error("time", ValidationError(_("これからの時刻は記録できません。")))
        elif self.after is not None and self.moment <= self.after:
            self.add_error(
                "time", ValidationError(_("お迎えの時刻は、受け入れより後にしてください。"))
            )
        return cleaned

    @property
    def moment(self) -> dt.datetime:
        """When it happened: now, or at the time typed on the day of the booking."""
        time = self.cleaned_data.get("time")
        return clock.at(self.booking.day, time) if time else self.at
