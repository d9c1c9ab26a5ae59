"""Forms of the day at the facility."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.enums import LateEntry
from booking.models import Attendance, Booking
from history import clock
from records.validators import validate_no_my_number

BOOKED = "booked"
# The tap came so many minutes later than the child, or it came as booked.
WHEN = [("0", _("今")), ("5", _("5分前")), ("10", _("10分前")), (BOOKED, _("予約の時刻"))]


class AttendanceForm(forms.Form):
    """Who brought or fetched the child, if anybody asks; on a later day also when it was."""

    person = forms.CharField(
        label=_("送り迎えの人"),
        max_length=60,
        required=False,
        validators=[validate_no_my_number],
    )
    when = forms.ChoiceField(label=_("いつ"), choices=WHEN, required=False)
    # 後から入力: the time that it had, and why it is entered only now.
    time = forms.TimeField(label=_("時刻"), required=False)
    late_entry = forms.ChoiceField(
        label=_("後から入力する理由"), choices=LateEntry.choices, required=False
    )

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
        elif cleaned.get("time") and not cleaned.get("late_entry"):
            self.add_error("late_entry", ValidationError(_("後から入力する理由を選んでください。")))
        return cleaned

    @property
    def late_entry_reason(self) -> str:
        """Why the time was typed; empty for a tap."""
        given = self.cleaned_data
        return given["late_entry"] if given.get("time") else ""

    @property
    def moment(self) -> dt.datetime:
        """When it happened: now, or at the time typed on the day of the booking."""
        time = self.cleaned_data.get("time")
        if time:
            return clock.at(self.booking.day, time)
        when = self.cleaned_data.get("when") or "0"
        if when == BOOKED:
            return self.booking.ends_at if self.after else self.booking.starts_at
        return self.at - dt.timedelta(minutes=int(when))


class DepartureForm(AttendanceForm):
    """Who fetches the child."""

    @property
    def values(self) -> dict[str, Any]:
        """What the action asks for besides the moment."""
        return {
            "fetched_by": self.cleaned_data["person"],
            "late_entry": self.late_entry_reason,
        }


class ArrivalForm(AttendanceForm):
    """How the child is when it comes."""

    temperature = forms.DecimalField(
        label=_("体温（℃）"), max_digits=3, decimal_places=1, required=False, localize=False,
        validators=Attendance._meta.get_field("temperature").validators,
    )  # fmt: skip
    condition = Attendance._meta.get_field("condition").formfield(
        widget=forms.TextInput, label=_("ようす")
    )

    @property
    def values(self) -> dict[str, Any]:
        """What the action asks for besides the moment."""
        return {
            "brought_by": self.cleaned_data["person"],
            "late_entry": self.late_entry_reason,
            "temperature": self.cleaned_data["temperature"],
            "condition": self.cleaned_data["condition"],
        }


class UndoForm(forms.Form):
    """Why an arrival or a departure is taken back; needed after ten minutes only."""

    reason = forms.CharField(
        label=_("理由"), max_length=200, required=False, validators=[validate_no_my_number]
    )
