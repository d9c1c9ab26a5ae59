"""Forms of staff who book for a family that telephones or stands at the counter."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from booking.enums import Channel
from booking.phone import CHANNELS
from records.forms.finding import FindChildForm


class CallForm(FindChildForm):
    """Who calls, and how they reached us."""

    channel = forms.TypedChoiceField(
        label=_("受付方法"),
        choices=[(channel.value, channel.label) for channel in CHANNELS],
        coerce=Channel,
        initial=Channel.PHONE,
        required=False,
        empty_value=Channel.PHONE,
        widget=forms.RadioSelect,
    )


class WalkInForm(forms.Form):
    """Until when a child stays that has just come, and who brought it."""

    end = forms.TypedChoiceField(label=_("お迎えの予定"), coerce=dt.time.fromisoformat)
    person = forms.CharField(label=_("送ってきた人"), max_length=60, required=False)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, ends: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["end"].choices = ends  # type: ignore[attr-defined]
