"""Forms of the staff's own pages about children."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from history import clock
from records.actions.reviews import Review
from records.enums import (
    Answer,
    CareNeedKind,
    DeclineReason,
    DoctorForm,
    InterviewState,
    ProofSeen,
    ProposalState,
)
from records.forms.care_needs import Statements
from records.forms.fields import DateField
from records.models import CareNeed, Child, HandoverNote, Proposal, User
from records.validators import validate_no_my_number

STANDING, TODAY = "standing", "today"


class HandoverNoteForm(forms.ModelForm):
    """A note for whoever cares for the child next."""

    scope = forms.ChoiceField(
        label=_("いつの申し送りですか"),
        choices=[(TODAY, _("この日だけ")), (STANDING, _("これからも毎回"))],
        initial=TODAY,
        widget=forms.RadioSelect,
    )

    class Meta:
        model = HandoverNote
        fields = ("text",)
        widgets = {"text": forms.Textarea(attrs={"rows": 3, "maxlength": 1000})}

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = day

    def write(self, *, child: Child, facility_id: int, by: User, at: dt.datetime) -> HandoverNote:
        """Save the note for a child. Call it on a valid form."""
        note = self.instance
        note.child = child
        note.facility_id = facility_id
        note.written_by = by
        note.written_at = at
        note.day = self.day if self.cleaned_data["scope"] == TODAY else None
        return self.save()


class OutcomeForm(forms.Form):
    """Whether the family came, and what was talked about."""

    outcome = forms.ChoiceField(
        label=_("面接の結果"),
        choices=[
            (InterviewState.HELD.value, _("面接を行った")),
            (InterviewState.ABSENT.value, _("来られなかった（欠席）")),
            (
                InterviewState.WITHDRAWN.value,
                _("施設の都合で取り消す（ご家庭へメールでお知らせします）"),
            ),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("面接の結果を選んでください。")},
    )
    note = forms.CharField(
        label=_("面接の記録"),
        max_length=2000,
        required=False,
        validators=[validate_no_my_number],
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("登録施設とセンターの職員だけが読みます。保護者には表示しません。"),
    )


class DecisionForm(forms.Form):
    """Whether what a family proposed goes into the record, and what that rests on."""

    decision = forms.ChoiceField(
        label=_("確認の結果"),
        choices=[
            (ProposalState.ACCEPTED.value, _("届出のとおり変更する")),
            (ProposalState.DECLINED.value, _("変更しない")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("確認の結果を選んでください。")},
    )
    proof = forms.ChoiceField(
        label=_("確認した書類（変更するとき）"),
        choices=[("", _("書類なし")), *ProofSeen.choices],
        required=False,
    )
    reason = forms.ChoiceField(
        label=_("理由（変更しないとき）"),
        choices=[("", _("選んでください")), *DeclineReason.choices],
        required=False,
        help_text=_("保護者の画面に、この言葉で表示します。"),
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.needs_proof = "date_of_birth" in proposal.values
        if self.needs_proof:
            self.fields["proof"].help_text = _("生年月日の変更には、書類の確認が必要です。")

    @property
    def accepts(self) -> bool:
        return bool(self.cleaned_data["decision"] == ProposalState.ACCEPTED)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        decision = data.get("decision")
        if decision == ProposalState.ACCEPTED and self.needs_proof and not data.get("proof"):
            self.add_error("proof", _("生年月日を変更するには、確認した書類を選んでください。"))
        if decision == ProposalState.DECLINED and not data.get("reason"):
            self.add_error("reason", _("変更しない理由を選んでください。"))
        return data


class ReviewForm(forms.Form):
    """What the facility made sure of for one kind of need."""

    is_confirmed = forms.BooleanField(label=_("保護者と内容を確認した（確認済）"), required=False)
    form = forms.ChoiceField(
        label=_("保育所におけるアレルギー疾患生活管理指導表"),
        choices=[
            (state.value, state.label)
            for state in (DoctorForm.NOT_NEEDED, DoctorForm.MISSING, DoctorForm.VALID)
        ],
        widget=forms.RadioSelect,
    )
    form_valid_until = DateField(label=_("書類の有効期限"), required=False)

    def __init__(self, data: Any = None, *, kind: CareNeedKind, need: CareNeed | None) -> None:
        initial: dict[str, Any] = {"form": DoctorForm.NOT_NEEDED}
        if need is not None:
            initial = {
                "is_confirmed": need.is_confirmed,
                "form": need.form,
                "form_valid_until": need.form_valid_until,
            }
        super().__init__(data, prefix=f"review-{kind.value}", initial=initial)
        self.kind = kind
        if kind != CareNeedKind.ALLERGY:
            # Only allergies come with that form.
            del self.fields["form"]
            del self.fields["form_valid_until"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("form") != DoctorForm.VALID:
            cleaned["form_valid_until"] = None
        elif not cleaned.get("form_valid_until") and "form_valid_until" not in self.errors:
            self.add_error(
                "form_valid_until",
                ValidationError(_("「有効」のときは、書類の有効期限を入力してください。")),
            )
        elif cleaned.get("form_valid_until") and cleaned["form_valid_until"] < clock.today():
            self.add_error(
                "form_valid_until",
                ValidationError(
                    _("期限が過ぎています。新しい書類を受け取るまでは「未提出」を選んでください。")
                ),
            )
        return cleaned

    @property
    def review(self) -> Review:
        cleaned = self.cleaned_data
        return Review(
            is_confirmed=cleaned["is_confirmed"],
            form=DoctorForm(cleaned.get("form") or DoctorForm.NOT_NEEDED),
            form_valid_until=cleaned.get("form_valid_until"),
        )


class OneToOneForm(forms.ModelForm):
    class Meta:
        model = Child
        fields = ("needs_one_to_one",)


class ChildReview:
    """Everything that is gone through for one child, as one form."""

    def __init__(self, data: Any = None, *, child: Child) -> None:
        needs = list(child.care_needs.prefetch_related("allergies"))
        by_kind = {CareNeedKind(need.kind): need for need in needs}
        self.statements = Statements(data, needs=needs)
        self.reviews = [
            ReviewForm(data, kind=kind, need=by_kind.get(kind)) for kind in CareNeedKind
        ]
        self.one_to_one = OneToOneForm(data, instance=child)

    @property
    def foods(self) -> Any:
        return self.statements.foods

    @property
    def pairs(self) -> list[tuple[forms.Form, ReviewForm]]:
        """The family's statement and the facility's word on it, by kind of need."""
        return list(zip(self.statements.forms, self.reviews, strict=True))

    @property
    def all_forms(self) -> list[forms.BaseForm]:
        """For the list of messages on top."""
        first, *others = self.statements.forms
        return [first, *self.foods.forms, *others, *self.reviews, self.one_to_one]

    @property
    def has_errors(self) -> bool:
        return any(form.is_bound and form.errors for form in self.all_forms)

    def is_valid(self) -> bool:
        checked = [form.is_valid() for form in (*self.reviews, self.one_to_one)]
        return self.statements.is_valid() and self._fits_foods() and all(checked)

    def _fits_foods(self) -> bool:
        """A food typed under another answer than yes would vanish unseen."""
        allergy, *_others = self.statements.forms
        # Foods known before go with the answer; only new ones speak against it.
        has_new = any(food.has_changed() for food in self.foods.extra_forms)
        if allergy.cleaned_data["answer"] == Answer.YES or not has_new:
            return True
        allergy.add_error("answer", _("原因食品を入力したときは、「ある」を選んでください。"))
        return False

    @property
    def needs_one_to_one(self) -> bool:
        return self.one_to_one.cleaned_data["needs_one_to_one"]

    @property
    def by_kind(self) -> dict[CareNeedKind, Review]:
        return {form.kind: form.review for form in self.reviews}
