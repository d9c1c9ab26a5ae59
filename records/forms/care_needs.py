"""The three questions about a child's health, and the list of foods, as one form."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from history import clock
from records.actions.care_needs import Statement
from records.enums import Allergen, Answer, CareNeedKind, Handbook, Severity, SupportLevel
from records.fields import CodesField
from records.forms.fields import DateField
from records.models import Allergy, CareNeed
from records.validators import validate_no_my_number

# Empty lines for foods besides those known; the page folds all but the first away.
SPARE_LINES = 4

# What is asked further of one kind of need, by the fields of Statement and CareNeed.
DETAILS: dict[CareNeedKind, tuple[str, ...]] = {
    CareNeedKind.ALLERGY: (),
    CareNeedKind.ILLNESS: ("since", "resolved_on"),
    CareNeedKind.DISABILITY: ("support_level", "handbook_kind"),
}

CONTENT_LABELS = {
    CareNeedKind.ALLERGY: _("アレルギーについて、ほかに知っておいてほしいこと"),
    CareNeedKind.ILLNESS: _("疾病・ケガの内容"),
    CareNeedKind.DISABILITY: _("障害の内容"),
}


class StatementForm(forms.Form):
    """What a parent says of one kind of need."""

    answer = forms.ChoiceField(widget=forms.RadioSelect)
    content = forms.CharField(
        max_length=1000, required=False, validators=[validate_no_my_number],
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("症状、お薬、気をつけてほしいことなど。"),
    )  # fmt: skip

    since = DateField(
        label=_("いつから"), required=False,
        help_text=_("おおよそでかまいません。日がわからないときは、その月の1日を入力してください。"),
    )  # fmt: skip
    resolved_on = DateField(
        label=_("治った日"), required=False,
        help_text=_("今も続いているときは、空欄のままにしてください。"),
    )  # fmt: skip
    support_level = forms.ChoiceField(
        label=_("支援の程度"), required=False, choices=[("", _("選ばない")), *SupportLevel.choices],
        help_text=_("ふだんの生活で、どのくらい手助けが必要かをお選びください。"),
    )  # fmt: skip
    handbook_kind = CodesField(
        label=_("お持ちの手帳"), required=False, choices=Handbook.choices,
        help_text=_("お持ちの場合だけ、お選びください。"),
    )  # fmt: skip

    def __init__(self, data: Any, *, kind: CareNeedKind, initial: Any) -> None:
        super().__init__(data, prefix=kind.value, initial=initial)
        self.kind = kind
        for name in {name for names in DETAILS.values() for name in names} - {*DETAILS[kind]}:
            del self.fields[name]
        is_allergy = kind == CareNeedKind.ALLERGY
        answers = [Answer.NO, Answer.YES, *([Answer.UNKNOWN] if is_allergy else [])]
        self.fields["answer"].label = kind.label
        self.fields["content"].label = CONTENT_LABELS[kind]
        choice = cast("forms.ChoiceField", self.fields["answer"])
        choice.choices = [(answer.value, answer.label) for answer in answers]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_text_needed = self.kind != CareNeedKind.ALLERGY and cleaned.get("answer") == Answer.YES
        if is_text_needed and not cleaned.get("content") and "content" not in self.errors:
            self.add_error("content", _("「ある」を選んだときは、内容を入力してください。"))
        self._check_days(cleaned)
        return cleaned

    @property
    def details(self) -> list[forms.BoundField]:
        """The fields of this kind of need alone."""
        return [self[name] for name in DETAILS[self.kind]]

    def _check_days(self, cleaned: dict[str, Any]) -> None:
        since, resolved_on = cleaned.get("since"), cleaned.get("resolved_on")
        for name, day in (("since", since), ("resolved_on", resolved_on)):
            if day and day > clock.today():
                self.add_error(name, _("今日より後の日付です。"))
        if since and resolved_on and resolved_on < since <= clock.today():
            self.add_error("resolved_on", _("「いつから」より前の日付です。"))


class AllergyForm(forms.ModelForm):
    class Meta:
        model = Allergy
        fields = ("allergen", "severity", "detail", "medicine", "grounds")
        widgets = {
            "detail": forms.Textarea(attrs={"rows": 2}),
            "medicine": forms.TextInput(attrs={"maxlength": 200}),
        }
        help_texts = {
            "severity": _("重いと言われたことがあるときは「重」をお選びください。"),
            "medicine": _("エピペン、内服薬など。"),
            "grounds": _(
                "食べない理由です。生活管理指導表にあるものや、わかるものをすべて選んでください。"
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("allergen", Allergen.choices), ("severity", Severity.choices)):
            field = cast("forms.ChoiceField", self.fields[name])
            field.choices = [("", _("選んでください")), *choices]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("allergen") == Allergen.OTHER and not cleaned.get("detail"):
            self.add_error("detail", _("「その他」のときは、食品の名前を入力してください。"))
        return cleaned


AllergyFormSet = forms.formset_factory(
    AllergyForm, extra=SPARE_LINES, can_delete=True, can_delete_extra=False
)


class Statements:
    """All answers of one child. `needs` are the statements in force, if there are any."""

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, needs: Iterable[CareNeed] = ()
    ) -> None:
        known = {need.kind: need for need in needs}
        self.before = {CareNeedKind(kind): _said(need) for kind, need in known.items()}
        self.forms = [
            StatementForm(data, kind=kind, initial=_initial(self.before.get(kind)))
            for kind in CareNeedKind
        ]
        allergy = self.before.get(CareNeedKind.ALLERGY)
        self.foods = AllergyFormSet(
            data, prefix="foods", initial=allergy.allergies if allergy else ()
        )
        for line in self.foods:
            if "DELETE" in line.fields:
                line.fields["DELETE"].label = _("この食品を取り消す")

    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in self.forms]
        if not (self.foods.is_valid() and all(checked)):
            return False
        allergy, *_others = self.forms
        if allergy.cleaned_data["answer"] != Answer.YES or self._foods_said():
            return True
        if not allergy.cleaned_data["content"]:
            allergy.add_error("answer", _("「ある」のときは、原因食品を1つ以上選んでください。"))
            return False
        return True

    def said(self) -> dict[CareNeedKind, Statement]:
        """The statements of a valid form."""
        return {form.kind: self._statement(form) for form in self.forms}

    def changed(self) -> dict[CareNeedKind, Statement]:
        """Those that differ from the ones in force: only they must be confirmed again."""
        return {kind: said for kind, said in self.said().items() if said != self.before.get(kind)}

    def _statement(self, form: StatementForm) -> Statement:
        answer = Answer(form.cleaned_data["answer"])
        is_allergic = form.kind == CareNeedKind.ALLERGY and answer == Answer.YES
        return Statement(
            answer=answer,
            content="" if answer == Answer.NO else form.cleaned_data["content"],
            allergies=self._foods_said() if is_allergic else (),
            **(_details(form.cleaned_data, form.kind) if answer == Answer.YES else {}),
        )

    def _foods_said(self) -> tuple[dict[str, str], ...]:
        return _in_order(
            {name: str(food[name]) for name in AllergyForm.Meta.fields}
            for food in self.foods.cleaned_data
            if food.get("allergen") and not food.get("DELETE")
        )


def _said(need: CareNeed) -> Statement:
    return Statement(
        answer=Answer(need.answer),
        content=str(need.content),
        allergies=_in_order(
            {name: str(getattr(allergy, name)) for name in AllergyForm.Meta.fields}
            for allergy in need.stated_allergies()
        ),
        **_details(vars(need), CareNeedKind(need.kind)),
    )


def _details(values: Mapping[str, Any], kind: CareNeedKind) -> dict[str, Any]:
    return {name: values[name] for name in DETAILS[kind]}


def _in_order(foods: Iterable[dict[str, str]]) -> tuple[dict[str, str], ...]:
    """So that the same foods in another order are no change."""
    return tuple(sorted(foods, key=lambda food: tuple(food.values())))


def _initial(before: Statement | None) -> dict[str, str] | None:
    return dataclasses.asdict(before) if before else None
