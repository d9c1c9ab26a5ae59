"""変更の届出: a family proposes who it is now; its facility decides."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext

from history import context
from records import mail
from records.actions import children, households
from records.enums import DeclineReason, ProofSeen, ProposalState
from records.models import Child, Household, Parent, Proposal, User
from records.models.proposal import IDENTITY
from records.refusals import AlreadyDone, NothingProposed, ProofMissing, ProposalWaiting


@transaction.atomic
def propose(
    *, subject: Child | Parent, values: dict[str, Any], by: User, at: dt.datetime
) -> Proposal:
    """Hand in what changed of a child or parent: validated values by the name of their field.

    The same sent twice is one proposal. Raises NothingProposed without a value, ProposalWaiting
    while another proposal of the same person waits.
    """
    # Two taps wait for each other here.
    household = Household.objects.select_for_update().get(pk=subject.household_id)
    if not values:
        raise NothingProposed
    about = {"child": subject} if isinstance(subject, Child) else {"parent": subject}
    waiting = Proposal.objects.filter(state=ProposalState.WAITING, **about).first()
    if waiting is not None:
        if waiting.values == values:
            return waiting
        raise ProposalWaiting
    kept = {name: _kept(values[name]) for name in IDENTITY if name in values}
    return Proposal.objects.create(
        household=household, proposed_by=by, proposed_at=at, **about, **kept
    )


@transaction.atomic
def withdraw(*, proposal: Proposal) -> Proposal:
    """The family takes it back. A second call finds it withdrawn; AlreadyDone once decided."""
    locked = _waiting(proposal)
    if locked is None:
        proposal.refresh_from_db()
        if proposal.state == ProposalState.WITHDRAWN:
            return proposal
        raise AlreadyDone
    locked.state = ProposalState.WITHDRAWN
    locked.save(update_fields=["state"])
    return locked


@transaction.atomic
def accept(*, proposal: Proposal, proof: str, by: User, at: dt.datetime) -> Proposal:
    """Write what was proposed into the record, and tell the family by mail.

    `proof` is a ProofSeen, or empty. A corrected birth date is told on as any correction. Raises
    AlreadyDone unless it waits, ProofMissing for a birth date without a proof.
    """
    locked = _waiting(proposal)
    if locked is None:
        raise AlreadyDone
    values = locked.values
    if "date_of_birth" in values and not proof:
        raise ProofMissing
    seen = ProofSeen(proof).label if proof else gettext("書類なし")
    context.state(reason=gettext("変更の届出を反映（%(proof)s）") % {"proof": seen})
    _decide(locked, ProposalState.ACCEPTED, by=by, at=at, proof=proof)
    subject = locked.subject
    for name, value in values.items():
        setattr(subject, name, value)
    if isinstance(subject, Child):
        children.correct(child=subject, fields=list(values))
    else:
        households.change_parent(subject)
    mail.notify_family(locked.household, "records/email/proposal_decided")
    return locked


@transaction.atomic
def decline(*, proposal: Proposal, reason: DeclineReason, by: User, at: dt.datetime) -> Proposal:
    """Leave the record as it is, and tell the family by mail. Raises AlreadyDone unless it
    waits."""
    locked = _waiting(proposal)
    if locked is None:
        raise AlreadyDone
    context.state(reason=gettext("変更の届出を反映しない（%(reason)s）") % {"reason": reason.label})
    _decide(locked, ProposalState.DECLINED, by=by, at=at, reason=reason)
    mail.notify_family(locked.household, "records/email/proposal_decided")
    return locked


def _waiting(proposal: Proposal) -> Proposal | None:
    """As it stands now, locked; None when it was decided or taken back. Two taps wait here."""
    found = Proposal.objects.select_for_update(of=["self"]).filter(state=ProposalState.WAITING)
    return found.filter(pk=proposal.pk).first()


def _decide(
    proposal: Proposal,
    state: ProposalState,
    *,
    by: User,
    at: dt.datetime,
    proof: str = "",
    reason: str = "",
) -> None:
    proposal.state, proposal.proof, proposal.reason = state, proof, reason
    proposal.decided_by, proposal.decided_at = by, at
    proposal.save(update_fields=["state", "proof", "reason", "decided_by", "decided_at"])


def _kept(value: Any) -> str:
    return value.isoformat() if isinstance(value, dt.date) else str(value)
