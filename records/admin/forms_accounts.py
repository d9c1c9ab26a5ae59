"""Forms around staff accounts: a reason is chosen from a short list, not typed."""

from typing import Any, cast

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from records.enums import CloseReason, EndReason, FactorReason, HelpReason, ResetReason
from records.models import FacilityMembership, User

CHOOSE = [("", _("選んでください"))]
# What a job of the night says of an account is not for people to choose.
BY_PEOPLE = [choice for choice in CloseReason.choices if choice[0] != CloseReason.UNUSED]


class AccountForm(forms.Form):
    """Without a colon behind the labels, as in all of the staff tool."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""


def _reason(choices: list[Any]) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("理由"), choices=[*CHOOSE, *choices])


class HelperField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}（{obj.username}）"


class PlaceField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: FacilityMembership) -> str:
        return f"{obj.facility.name} {obj.get_role_display()}"


class HelpForm(AccountForm):
    user = HelperField(
        label=_("応援に来る職員"), queryset=None, empty_label=_("選んでください"),
        help_text=_("同じ運営事業者のほかの施設で働いている職員です。"),
    )  # fmt: skip
    reason = _reason(HelpReason.choices)

    def __init__(self, *args: Any, helpers: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("HelperField", self.fields["user"]).queryset = helpers


class EndForm(AccountForm):
    membership = PlaceField(label=_("終了する所属"), queryset=None, empty_label=_("選んでください"))
    reason = _reason(EndReason.choices)

    def __init__(
        self, *args: Any, memberships: QuerySet[FacilityMembership], **kwargs: Any
    ) -> None:
        super().__init__(*args, prefix="end", **kwargs)
        cast("PlaceField", self.fields["membership"]).queryset = memberships


class CloseForm(AccountForm):
    reason = _reason(BY_PEOPLE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="close", **kwargs)


class ResetForm(AccountForm):
    reason = _reason(ResetReason.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="reset", **kwargs)


class FactorAwayForm(AccountForm):
    reason = _reason(FactorReason.choices)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, prefix="factor", **kwargs)
