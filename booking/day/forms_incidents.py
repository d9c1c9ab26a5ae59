"""Writing a report of an accident, and adding to it."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.day.enums import (
    EntryKind,
    IncidentKind,
    Recipient,
    ReportStage,
    Seriousness,
    TellingWay,
)
from booking.day.models import Incident, IncidentEntry
from booking.models import Booking
from history import clock
from records.models import User
from records.validators import validate_no_my_number

FUTURE = _("これからの時刻は記録できません。")
NEEDED_HINT = _("提出するときに必要です。")


def _text(model: Any, name: str, rows: int = 3, **kwargs: Any) -> forms.Field:
    attributes = {"rows": rows, "autocomplete": "off"}
    widget: forms.Widget = forms.Textarea(attrs=attributes)
    if rows == 1:
        widget = forms.TextInput(attrs={"autocomplete": "off"})
    field: forms.Field = model._meta.get_field(name).formfield(
        widget=widget, required=False, **kwargs
    )
    return field


class _MomentForm(forms.Form):
    """A day and a time of the past."""

    day = forms.DateField(
        label=_("日"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("日を入力してください。"),
            "invalid": _("日を入力してください。例：2026-11-24"),
        },
    )  # fmt: skip
    time = forms.TimeField(
        label=_("時刻"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={
            "required": _("時刻を入力してください。"),
            "invalid": _("時刻を入力してください。例：10:05"),
        },
    )  # fmt: skip

    def __init__(self, *args: Any, moment: dt.datetime, at: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at, self.usual = at, clock.local(moment)
        self.fields["day"].initial = self.usual.date()
        self.fields["time"].initial = self.usual.time()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not {"day", "time"} & self.errors.keys() and self.moment > self.at:
            self.add_error("time", ValidationError(FUTURE))
        return cleaned

    @property
    def moment(self) -> dt.datetime:
        """What was typed; untouched it keeps its seconds."""
        typed = clock.at(self.cleaned_data["day"], self.cleaned_data["time"])
        return self.usual if typed == self.usual.replace(second=0, microsecond=0) else typed


class IncidentForm(_MomentForm):
    """The report itself. Nothing but the moment is asked for until it is handed in."""

    # When the text was written that the person has before the eyes.
    seen = forms.DateTimeField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(
        label=_("種類"), choices=IncidentKind.choices, widget=forms.RadioSelect
    )
    bookings = forms.MultipleChoiceField(
        label=_("児童"), required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("この日に来ている児童です。ヒヤリハットでは、選ばなくてもかまいません。"),
    )  # fmt: skip
    place = _text(
        Incident, "place", 1, help_text=_("例：保育室、園庭、トイレ。提出するときに必要です。")
    )
    what_happened = _text(Incident, "what_happened", 5, help_text=NEEDED_HINT)
    injury = _text(Incident, "injury", 2)
    what_was_done = _text(Incident, "what_was_done", 4, help_text=NEEDED_HINT)
    witnesses = _text(
        Incident, "witnesses", 1, help_text=_("ほかの児童の名前は書かないでください。")
    )
    prevention = _text(Incident, "prevention")

    FIELDS = (
        "place", "what_happened", "injury", "what_was_done", "witnesses", "prevention",
    )  # fmt: skip

    def __init__(
        self,
        *args: Any,
        incident: Incident,
        bookings: list[Booking],
        at: dt.datetime,
        **kwargs: Any,
    ) -> None:
        """`bookings` are those to choose from."""
        super().__init__(*args, moment=incident.happened_at, at=at, **kwargs)
        self.choosable = {str(booking.pk): booking for booking in bookings}
        chosen = self.fields["bookings"]
        chosen.choices = [  # type: ignore[attr-defined]
            (number, booking.child_name) for number, booking in self.choosable.items()
        ]
        chosen.initial = [str(child.booking_id) for child in incident.children.all()]
        self.fields["seen"].initial = incident.written_at.isoformat()
        for name in ("kind", *self.FIELDS):
            self.fields[name].initial = getattr(incident, name)

    def look_again(self, incident: Incident) -> None:
        """The person now has before the eyes what another wrote meanwhile."""
        self.data = {**self.data, "seen": incident.written_at.isoformat()}

    @property
    def values(self) -> dict[str, Any]:
        """What the action asks for. Call it on a valid form."""
        texts = {name: self.cleaned_data[name] or None for name in self.FIELDS}
        return {
            "content": {"kind": self.cleaned_data["kind"], "happened_at": self.moment, **texts},
            "bookings": [self.choosable[number] for number in self.cleaned_data["bookings"]],
            "seen": self.cleaned_data["seen"],
        }


class _EntryForm(_MomentForm):
    """What is added; `kind` says which of these forms it is."""

    kind: EntryKind
    fields_of: tuple[str, ...] = ()

    text = _text(IncidentEntry, "text")

    def __init__(
        self, *args: Any, incident: Incident, by: User, at: dt.datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, moment=at, at=at, **kwargs)
        self.incident, self.by = incident, by

    @property
    def values(self) -> dict[str, Any]:
        """What the action asks for besides who and when. Call it on a valid form."""
        details = {name: self.cleaned_data[name] for name in self.fields_of}
        details["text"] = self.cleaned_data["text"] or None
        return {"kind": self.kind, "happened_at": self.moment, **details}


class ToldForm(_EntryForm):
    """A parent was told: of which child, who, how, and by whom."""

    kind = EntryKind.TOLD
    fields_of = ("whom", "way", "teller")

    booking = forms.ChoiceField(
        label=_("児童"), widget=forms.RadioSelect,
        error_messages={"required": _("どの児童についての連絡かを選んでください。")},
    )  # fmt: skip
    whom = _text(IncidentEntry, "whom", 1, help_text=_("例：母"))
    way = forms.ChoiceField(
        label=_("方法"), choices=TellingWay.choices, widget=forms.RadioSelect,
        error_messages={"required": _("方法を選んでください。")},
    )  # fmt: skip
    teller = _text(IncidentEntry, "teller", 1)
    field_order = ("booking", "day", "time", "whom", "way", "teller", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.children = {str(c.booking_id): c.booking for c in self.incident.children.all()}
        choices = [(number, booking.child_name) for number, booking in self.children.items()]
        self.fields["booking"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["booking"].initial = choices[0][0]
        self.fields["teller"].initial = self.by.name
        self.fields["text"].label = _("話したこと・保護者のことば")
        for name, message in (
            ("whom", _("連絡した相手を入力してください。")),
            ("teller", _("連絡した職員を入力してください。")),
        ):
            self.fields[name].required = True
            self.fields[name].error_messages["required"] = message

    @property
    def values(self) -> dict[str, Any]:
        return {**super().values, "booking": self.children[self.cleaned_data["booking"]]}


class FollowUpForm(_EntryForm):
    """受診の結果, the next day's telephone call …"""

    kind = EntryKind.FOLLOW_UP

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].required = True
        self.fields["text"].error_messages["required"] = _("内容を入力してください。")


class SeriousForm(_EntryForm):
    """That it is a serious accident, or turned out to be none."""

    kind = EntryKind.SERIOUS
    fields_of = ("seriousness",)

    seriousness = forms.ChoiceField(
        label=_("判断"), choices=Seriousness.choices, widget=forms.RadioSelect,
        error_messages={"required": _("判断を選んでください。")},
    )  # fmt: skip
    field_order = ("seriousness", "day", "time", "text")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["day"].label, self.fields["time"].label = _("わかった日"), _("わかった時刻")


class ReportForm(_EntryForm):
    """That a stage of the report was made."""

    kind = EntryKind.REPORT
    fields_of = ("stage", "recipient")

    stage = forms.ChoiceField(
        label=_("段階"), choices=ReportStage.choices, widget=forms.RadioSelect,
        error_messages={"required": _("第1報か第2報かを選んでください。")},
    )  # fmt: skip
    recipient = forms.ChoiceField(
        label=_("報告先"), choices=Recipient.choices, widget=forms.RadioSelect,
        error_messages={"required": _("報告先を選んでください。")},
    )  # fmt: skip
    field_order = ("stage", "recipient", "day", "time", "text")


class ReasonForm(forms.Form):
    """Why a report is rewritten or taken back."""

    reason = forms.CharField(
        label=_("理由"), max_length=200, validators=[validate_no_my_number],
        error_messages={"required": _("理由を入力してください。")},
    )  # fmt: skip


ENTRY_FORMS = {form.kind.value: form for form in (ToldForm, FollowUpForm, SeriousForm, ReportForm)}
