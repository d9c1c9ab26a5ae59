"""Care needs: what a parent states, and what the facility confirms. The two are never mixed."""

import dataclasses
import datetime as dt

from django.db import transaction

from records.enums import Answer, Confirmation, DoctorForm
from records.models import Allergy, CareNeed, User
from records.refusals import ContentMissing


@dataclasses.dataclass(frozen=True)
class Statement:
    """What a parent says of one kind of need. `allergies` hold the fields of Allergy."""

    answer: Answer
    content: str = ""
    allergies: tuple[dict[str, str], ...] = ()


@transaction.atomic
def state(need: CareNeed, statement: Statement) -> CareNeed:
    """Take down a parent's statement. A changed one is unconfirmed, also when it clears.

    Raises ContentMissing when it says yes and names nothing.
    """
    if statement.answer == Answer.YES and not (statement.content or statement.allergies):
        raise ContentMissing
    need.answer = statement.answer
    need.content = statement.content
    need.confirmation = Confirmation.UNCONFIRMED
    need.confirmed_by = None
    need.confirmed_on = None
    if need.answer == Answer.YES and need.form == DoctorForm.NOT_NEEDED and statement.allergies:
        need.form = DoctorForm.MISSING
    need.save()
    need.allergies.all().delete()
    for fields in statement.allergies:
        Allergy.objects.create(care_need=need, **fields)
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
    need.save()
    return need
