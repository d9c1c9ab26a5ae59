"""The marks that stand beside a child's name wherever staff meet it: shape and word, never colour
alone (look.md). Pure: models with their related rows in, marks out.
"""

import dataclasses
import datetime as dt
from collections.abc import Iterator

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from records.enums import Allergen, Answer, CareNeedKind, DoctorForm, Severity
from records.models import Allergy, CareNeed, Child


class Sign(models.TextChoices):
    """What kind of mark; the value names its shape in the stylesheet and the drawing."""

    ANAPHYLAXIS = Severity.ANAPHYLAXIS.value, Severity.ANAPHYLAXIS.label
    EXCLUSION = Severity.EXCLUSION.value, Severity.EXCLUSION.label
    CAUTION = Severity.CAUTION.value, Severity.CAUTION.label
    UNGRADED = "ungraded", _("アレルギー")
    UNKNOWN = "unknown", Answer.UNKNOWN.label
    UNCONFIRMED = "unconfirmed", _("未確認")
    ILLNESS = CareNeedKind.ILLNESS.value, CareNeedKind.ILLNESS.label
    DISABILITY = CareNeedKind.DISABILITY.value, CareNeedKind.DISABILITY.label
    ONE_TO_ONE = "one_to_one", _("個別対応")


@dataclasses.dataclass(frozen=True)
class Mark:
    """One mark: its sign, what it is about, and what the doctor's form lacks, if anything.

    A withdrawn one was confirmed and is denied by the parent since: it counts until the facility
    has confirmed anew.
    """

    sign: Sign
    text: str = ""
    form: str = ""
    is_withdrawn: bool = False

    @property
    def is_severe(self) -> bool:
        return self.sign == Sign.ANAPHYLAXIS


@dataclasses.dataclass(frozen=True)
class NeedOnDay:
    """A care need with the state of its doctor's form on a day."""

    need: CareNeed
    form: DoctorForm

    @property
    def has_form(self) -> bool:
        return self.form != DoctorForm.NOT_NEEDED

    @property
    def is_form_missing(self) -> bool:
        return self.form in _FORM_WARNINGS


def needs_on(child: Child, day: dt.date) -> list[NeedOnDay]:
    """All care needs of a child, in the order in which they are asked."""
    return [NeedOnDay(need, need.form_on(day)) for need in child.needs_in_order()]


def marks_of(child: Child, *, on: dt.date) -> tuple[Mark, ...]:
    """The marks of a child on a day, the gravest first.

    Empty means that every need was answered with no and confirmed. Reads `care_needs` with their
    `allergies`; prefetch both for a list.
    """
    needs = {CareNeedKind(need.kind): need for need in child.care_needs.all()}
    marks: list[Mark] = []
    if allergy := needs.get(CareNeedKind.ALLERGY):
        marks += _allergy_marks(allergy, on)
    marks += _open_questions(needs)
    marks += _other_marks(needs)
    if child.needs_one_to_one:
        marks.append(Mark(Sign.ONE_TO_ONE))
    return tuple(marks)


def allergen_name(allergy: Allergy) -> str:
    """The food by name; of "other" the words that say which."""
    if allergy.allergen == Allergen.OTHER and allergy.detail:
        return _one_line(allergy.detail)
    return str(allergy.get_allergen_display())


def _allergy_marks(need: CareNeed, on: dt.date) -> Iterator[Mark]:
    if need.answer == Answer.UNKNOWN:
        yield Mark(Sign.UNKNOWN, gettext("アレルギー"))
    form = str(_FORM_WARNINGS.get(need.form_on(on), "")) if need.answer == Answer.YES else ""
    allergies = list(need.allergies.all())
    for severity in Severity:
        for withdrawn in (False, True):
            names = [
                allergen_name(each)
                for each in allergies
                if each.severity == severity and each.is_withdrawn == withdrawn
            ]
            if names:
                # Said once, beside the gravest.
                yield Mark(Sign(severity.value), "、".join(names), form, withdrawn)
                form = ""
    if need.answer == Answer.YES and not need.stated_allergies():
        yield Mark(Sign.UNGRADED, _one_line(need.content), form)
    if need.confirmed_content:
        yield Mark(Sign.UNGRADED, _one_line(need.confirmed_content), is_withdrawn=True)


def _open_questions(needs: dict[CareNeedKind, CareNeed]) -> Iterator[Mark]:
    # A need that nobody ever asked about is as open as one that nobody confirmed.
    names = [
        str(kind.label)
        for kind in CareNeedKind
        if kind not in needs or not needs[kind].is_confirmed
    ]
    if names:
        yield Mark(Sign.UNCONFIRMED, "、".join(names))


def _other_marks(needs: dict[CareNeedKind, CareNeed]) -> Iterator[Mark]:
    for kind in (CareNeedKind.ILLNESS, CareNeedKind.DISABILITY):
        need = needs.get(kind)
        if need is not None and need.answer == Answer.YES:
            yield Mark(Sign(kind.value), _one_line(need.content))
        if need is not None and need.confirmed_content:
            yield Mark(Sign(kind.value), _one_line(need.confirmed_content), is_withdrawn=True)


def _one_line(text: str) -> str:
    """Every word of it: what was cut off would be what matters."""
    return " ".join(text.split())


_FORM_WARNINGS = {
    DoctorForm.EXPIRED: DoctorForm.EXPIRED.label,
    DoctorForm.MISSING: _("書類未提出"),
}
