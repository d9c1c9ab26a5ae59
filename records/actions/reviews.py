"""What the facility makes sure of with the family, child by child."""

import dataclasses
import datetime as dt

from django.db import transaction

from records.actions import care_needs, children
from records.actions.care_needs import Statement
from records.enums import Answer, CareNeedKind, Confirmation, DoctorForm
from records.models import CareNeed, Child, User


@dataclasses.dataclass(frozen=True)
class Review:
    """The outcome for one kind of need: confirmed or still open, and the doctor's form."""

    is_confirmed: bool
    form: DoctorForm = DoctorForm.NOT_NEEDED
    form_valid_until: dt.date | None = None


@transaction.atomic
def record(
    *,
    child: Child,
    needs_one_to_one: bool,
    statements: dict[CareNeedKind, Statement],
    reviews: dict[CareNeedKind, Review],
    by: User,
    on: dt.date,
) -> Child:
    """Write down what the family said anew, then what was confirmed of it.

    `statements` hold only what differs from the parent's own; each is first taken down as
    unconfirmed, so that the history shows both steps. Raises ContentMissing when a statement says
    yes and names nothing.
    """
    child.needs_one_to_one = needs_one_to_one
    children.correct(child=child, fields=["needs_one_to_one"])
    for need in child.care_needs.all():
        kind = CareNeedKind(need.kind)
        if kind in statements:
            care_needs.state(need, statements[kind])
        if kind in reviews:
            _settle(need, reviews[kind], by=by, on=on)
    return child


def _settle(need: CareNeed, review: Review, *, by: User, on: dt.date) -> None:
    form = review.form if need.answer == Answer.YES else DoctorForm.NOT_NEEDED
    if review.is_confirmed:
        # Who confirmed first, and when, stays unless something changed.
        known = (need.is_confirmed, need.form, need.form_valid_until)
        if known != (True, form, review.form_valid_until):
            care_needs.confirm(
                need, by=by, on=on, form=form, form_valid_until=review.form_valid_until
            )
        return
    need.confirmation = Confirmation.UNCONFIRMED
    need.confirmed_by = None
    need.confirmed_on = None
    need.form = form
    need.form_valid_until = review.form_valid_until if form == DoctorForm.VALID else None
    need.save()
