"""One tap of a roll call."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from booking.day.enums import RollCallAct
from booking.day.models.roll_call import LONGEST_NAME
from booking.day.roll_calls import RollCallSheet
from records.models import User
from records.validators import validate_no_my_number

TAPS = [each for each in RollCallAct if each != RollCallAct.ENDED]
UNKNOWN = _("一覧にいない人です。画面を開き直して、もう一度押してください。")


def _name(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=LONGEST_NAME, required=False, validators=[validate_no_my_number]
    )


class RollCallForm(forms.Form):
    """Of whom, and what. `sheet` says who is on the page; anybody else is written by name."""

    act = forms.TypedChoiceField(
        choices=[(each.value, each.label) for each in TAPS], coerce=RollCallAct,
        error_messages={"required": UNKNOWN, "invalid_choice": UNKNOWN},
    )  # fmt: skip
    booking = forms.UUIDField(required=False)
    staff = forms.IntegerField(required=False)
    visitor = _name(_("来訪者の名前"))
    handed_to = _name(_("引き渡した相手"))
    # Chosen from whoever may fetch the child; what is typed beside it goes before.
    person = _name(_("お迎えの人"))

    def __init__(self, *args: Any, sheet: RollCallSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.bookings = {each.row.booking.pk: each.row.booking for each in sheet.people}
        self.staff_ids = {each.number for each in sheet.adults if each.number}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        booking, staff = cleaned.get("booking"), cleaned.get("staff")
        named = [each for each in (booking, staff, cleaned.get("visitor")) if each]
        if self.errors:
            return cleaned
        if not named:
            raise ValidationError(_("名前を入力してください。"))
        is_known = not booking or booking in self.bookings
        if len(named) != 1 or not is_known or (staff and staff not in self.staff_ids):
            raise ValidationError(UNKNOWN)
        if cleaned["act"] == RollCallAct.HANDED and not (booking and self._handed_to):
            raise ValidationError(_("引き渡した相手を選ぶか、名前を入力してください。"))
        return cleaned

    @property
    def _handed_to(self) -> str:
        return self.cleaned_data.get("handed_to") or self.cleaned_data.get("person") or ""

    @property
    def values(self) -> dict[str, Any]:
        """What the action asks for. Call it on a valid form."""
        given = self.cleaned_data
        is_handed = given["act"] == RollCallAct.HANDED
        return {
            "act": given["act"],
            "booking": self.bookings.get(given["booking"]),
            "staff": User.objects.get(pk=given["staff"]) if given["staff"] else None,
            "visitor": given["visitor"],
            "handed_to": self._handed_to if is_handed else "",
        }
