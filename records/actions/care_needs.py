"""Care needs: what a parent states, and what the facility confirms. The two are never mixed."""

import dataclasses
import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from records.enums import Answer, Confirmation, DoctorForm
from records.models import Allergy, CareNeed, User
from records.refusals import ContentMissing

ALLERGY_FIELDS = ("allergen", "severity", "detail", "medicine", "grounds")


@dataclasses.dataclass(frozen=True)
class Statement:
    """What a parent says of one kind of need. `allergies` hold the fields of Allergy; the days are
    an illness's, `support_level` and `handbook_kind` a disability's."""

    answer: Answer
    content: str = ""
    allergies: tuple[dict[str, str], ...] = ()
    since: dt.date | None = None
    resolved_on: dt.date | None = None
    support_level: str = ""
    handbook_kind: str = ""


@transaction.atomic
def state(need: CareNeed, statement: Statement) -> CareNeed:
    """Take down a parent's statement. A changed one is unconfirmed, also when it clears.

    It warns at once and clears nothing: what was confirmed before stays beside it, marked as
    withdrawn, until the facility confirms anew (domain.md 4.2, items 15 to 17). Call it for what
    differs only: it never leaves a valid form. Raises ContentMissing when the statement says yes
    and names nothing.
    """
    if statement.answer == Answer.YES and not (statement.content or statement.allergies):
        raise ContentMissing
    was_confirmed = need.is_confirmed
    if was_confirmed and need.answer == Answer.YES and need.content != statement.content:
        need.confirmed_content = need.content
    need.answer = statement.answer
    need.content = statement.content
    need.since, need.resolved_on = statement.since, statement.resolved_on
    need.support_level = statement.support_level
    need.handbook_kind = statement.handbook_kind
    need.confirmation = Confirmation.UNCONFIRMED
    need.confirmed_by = None
    need.confirmed_on = None
    need.form = _form_after(statement, DoctorForm(need.form))
    need.form_valid_until = None
    need.save()
    _keep_to(need, statement.allergies, was_confirmed=was_confirmed)
    return need


@transaction.atomic
def confirm(
    need: CareNeed,
    *,
    by: User,
    on: dt.date,
    form: DoctorForm = DoctorForm.NOT_NEEDED,
    form_valid_until: dt.date | None = None,
) -> CareNeed:
    """The facility has made sure, with the doctor's form where there is one.

    A yes stays a yes when the form expires; the expiry stands beside it.
    """
    need.confirmation = Confirmation.CONFIRMED
    need.confirmed_by = by
    need.confirmed_on = on
    need.form = form
    need.form_valid_until = form_valid_until if form == DoctorForm.VALID else None
    need.confirmed_content = ""
    need.save()
    for allergy in need.allergies.filter(is_withdrawn=True):
        allergy.delete()
    return need


def _form_after(statement: Statement, form: DoctorForm) -> DoctorForm:
    if statement.answer == Answer.NO:
        return DoctorForm.NOT_NEEDED
    # The doctor wrote about what was stated before. Whether the paper still fits is seen at the
    # confirmation; until then a family's own words must not stand under a valid form.
    if form == DoctorForm.VALID or statement.allergies:
        return DoctorForm.MISSING
    return form


def _keep_to(need: CareNeed, said: Iterable[dict[str, str]], *, was_confirmed: bool) -> None:
    """Make the allergies those that were said. What stays the same is not touched, so that the
    history tells what really changed; what was confirmed and is said no more is withdrawn."""
    left = list(Allergy.objects.filter(care_need=need))
    new = []
    for fields in said:
        same = next((row for row in left if _says(row, fields)), None)
        if same is None:
            new.append(fields)
        else:
            left.remove(same)
            _withdraw(same, withdrawn=False)
    standing = [row for row in left if was_confirmed or row.is_withdrawn]
    for row in standing:
        left.remove(row)
        _withdraw(row, withdrawn=True)
    for fields in new:
        known = next((row for row in left if row.allergen == fields["allergen"]), None)
        if known is not None:
            left.remove(known)
        row = known or Allergy(care_need=need)
        for name in ALLERGY_FIELDS:
            setattr(row, name, fields.get(name, ""))
        row.save()
    for row in left:
        row.delete()


def _withdraw(row: Allergy, *, withdrawn: bool) -> None:
    if row.is_withdrawn != withdrawn:
        row.is_withdrawn = withdrawn
        row.save()


def _says(row: Allergy, fields: dict[str, str]) -> bool:
    return all(getattr(row, name) == fields.get(name, "") for name in ALLERGY_FIELDS)
