"""One tap for one sleeping child, or for all of them."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.day.actions.naps import Look
from booking.day.enums import Breathing, SleepPosition
from booking.day.models.nap import LONGEST_NOTE
from booking.day.naps import Sleeper
from records.validators import validate_no_my_number

EVERYBODY = "all"


class NapChecksForm(forms.Form):
    """`sleepers` are those whom the page shows. `nap` and `concern` are the buttons: of one child
    or of everybody, and of one child with which something is wrong."""

    nap = forms.CharField(max_length=36, required=False)
    concern = forms.CharField(max_length=36, required=False)

    def __init__(self, *args: Any, sleepers: Sequence[Sleeper], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        self.by_number = {str(each.watch.pk): each for each in sleepers}
        for number, sleeper in self.by_number.items():
            self.fields |= _fields(number, sleeper)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self._tapped(cleaned) not in (EVERYBODY, *self.by_number):
            raise ValidationError(_("お子さんはもう起きたか、お迎えが済んでいます。"))
        return cleaned

    def children(self) -> list[tuple[Sleeper, forms.BoundField, forms.BoundField]]:
        """Each sleeper with its fields: position, and what is wrong."""
        return [
            (each, self[f"position-{number}"], self[f"note-{number}"])
            for number, each in self.by_number.items()
        ]

    def looks(self) -> list[Look]:
        """What was seen of whom the tap was for. Call it on a valid form."""
        tapped = self._tapped(self.cleaned_data)
        return [
            self._look(number) for number in (self.by_number if tapped == EVERYBODY else [tapped])
        ]

    def _look(self, number: str) -> Look:
        given = self.cleaned_data
        note = given[f"note-{number}"]
        # Whoever writes something down has seen something, whichever button they tap.
        is_concern = bool(note) or given["concern"] == number
        return Look(
            watch=uuid.UUID(number),
            position=SleepPosition(given[f"position-{number}"] or SleepPosition.BACK),
            breathing=Breathing.CONCERN if is_concern else Breathing.CALM,
            note=note,
        )

    @staticmethod
    def _tapped(given: dict[str, Any]) -> str:
        return str(given.get("concern") or given.get("nap") or "")


def _fields(number: str, sleeper: Sleeper) -> dict[str, forms.Field]:
    return {
        f"position-{number}": forms.ChoiceField(
            label=_("姿勢"), choices=SleepPosition.choices, required=False,
            widget=forms.RadioSelect, initial=_position(sleeper),
        ),
        f"note-{number}": forms.CharField(
            label=_("気になったこと"), max_length=LONGEST_NOTE, required=False,
            validators=[validate_no_my_number],
        ),
    }  # fmt: skip


def _position(sleeper: Sleeper) -> str:
    """As last seen; whoever was turned lies on the back."""
    lies_aside = sleeper.last is not None and sleeper.last.position == SleepPosition.SIDE
    return SleepPosition.SIDE if lies_aside else SleepPosition.BACK
