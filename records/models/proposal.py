"""変更の届出: what a family says has changed of who it is, until its facility decides."""

import dataclasses
import datetime as dt
import uuid
from typing import Any, cast

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records import dates
from records.enums import DeclineReason, ProofSeen, ProposalState, Retention, Sex
from records.fields import EncryptedTextField
from records.models.child import Child
from records.models.household import Parent
from records.visibility import visible

NAMES = ("family_name", "given_name", "family_name_kana", "given_name_kana")
# What may be proposed of a child; of a parent the names alone.
IDENTITY = (*NAMES, "sex", "date_of_birth")


@dataclasses.dataclass(frozen=True)
class Change:
    """One fact as it is recorded and as it shall be, both as read."""

    label: str
    old: str
    new: str


class ProposalQuerySet(models.QuerySet["Proposal"]):
    def visible_to(self, user: object) -> "ProposalQuerySet":
        """A parent's own household's; to staff those of the facilities they work for."""
        return self.filter(
            visible(user, facility="home_facility_id", parents="household__parents"),
            child__withdrawn_at__isnull=True,
        )


class Proposal(models.Model):
    """Other names, sex or birth date of one child, or other names of one parent.

    Each fact is kept encrypted; None means that nothing is proposed of it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="proposals"
    )
    home_facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("登録施設"), related_name="+",
        null=True, editable=False,
    )  # fmt: skip
    child = models.ForeignKey(
        Child, models.PROTECT, verbose_name=_("児童"), related_name="proposals",
        null=True, blank=True,
    )  # fmt: skip
    parent = models.ForeignKey(
        Parent, models.PROTECT, verbose_name=_("保護者"), related_name="proposals",
        null=True, blank=True,
    )  # fmt: skip

    # Proposed
    family_name = EncryptedTextField(_("姓"), null=True, blank=True)
    given_name = EncryptedTextField(_("名"), null=True, blank=True)
    family_name_kana = EncryptedTextField(_("セイ"), null=True, blank=True)
    given_name_kana = EncryptedTextField(_("メイ"), null=True, blank=True)
    sex = EncryptedTextField(_("性別"), choices=Sex.choices, null=True, blank=True)
    # As 2025-10-20.
    date_of_birth = EncryptedTextField(_("生年月日"), null=True, blank=True)
    proposed_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("届け出た人"), related_name="+"
    )
    proposed_at = models.DateTimeField(_("届出日時"), default=clock.now)

    # Decided
    state = models.CharField(
        _("状態"), max_length=10, choices=ProposalState.choices, default=ProposalState.WAITING
    )
    proof = models.CharField(
        _("確認した書類"), max_length=20, choices=ProofSeen.choices, blank=True
    )
    reason = models.CharField(
        _("反映しない理由"), max_length=20, choices=DeclineReason.choices, blank=True
    )
    decided_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("確認した職員"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    decided_at = models.DateTimeField(_("確認日時"), null=True, blank=True)

    history = tracked()
    objects = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("変更の届出")
        verbose_name_plural = _("変更の届出")
        ordering = ["proposed_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(child__isnull=False, parent__isnull=True)
                | Q(
                    child__isnull=True, parent__isnull=False, sex__isnull=True,
                    date_of_birth__isnull=True,
                ),
                name="proposal_of_one_child_or_parent",
            ),
            models.CheckConstraint(
                condition=~Q(**{f"{name}__isnull": True for name in IDENTITY}),
                name="proposal_says_something",
            ),
            models.UniqueConstraint(
                fields=["child"], condition=Q(state=ProposalState.WAITING),
                name="proposal_one_waiting_per_child",
            ),
            models.UniqueConstraint(
                fields=["parent"], condition=Q(state=ProposalState.WAITING),
                name="proposal_one_waiting_per_parent",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=[ProposalState.ACCEPTED, ProposalState.DECLINED],
                    decided_by__isnull=False, decided_at__isnull=False,
                )
                | Q(
                    state__in=[ProposalState.WAITING, ProposalState.WITHDRAWN],
                    decided_by__isnull=True, decided_at__isnull=True,
                ),
                name="proposal_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(state=ProposalState.DECLINED) & ~Q(reason=""))
                | (~Q(state=ProposalState.DECLINED) & Q(reason="")),
                name="proposal_declined_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(proof="") | Q(state=ProposalState.ACCEPTED),
                name="proposal_proof_is_of_accepted",
            ),
            models.CheckConstraint(
                condition=~Q(state=ProposalState.ACCEPTED)
                | Q(date_of_birth__isnull=True)
                | ~Q(proof=""),
                name="proposal_birth_date_needs_proof",
                violation_error_message=_("生年月日は、書類を確認してから変更してください。"),
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "household", "home_facility", "child", "parent", "state", "proposed_at",
            "decided_at",
        )  # fmt: skip
        personal = (*IDENTITY, "proposed_by", "proof", "reason", "decided_by")
        retention = Retention.REGISTER

    def __str__(self) -> str:
        return f"{self.subject} {clock.written(self.proposed_at)}"

    @property
    def subject(self) -> Child | Parent:
        """Whom it is about."""
        return cast("Child | Parent", self.child or self.parent)

    @property
    def children(self) -> list[Child]:
        """Whom the ledger names when it is read: the child, or all children of the parent."""
        return [self.child] if self.child else list(self.household.children.all())

    @property
    def proposer(self) -> Parent | None:
        """Staff know parents, never their accounts."""
        return self.household.parents.filter(user_id=self.proposed_by_id).first()

    @property
    def is_waiting(self) -> bool:
        return self.state == ProposalState.WAITING

    @property
    def is_declined(self) -> bool:
        return self.state == ProposalState.DECLINED

    @property
    def values(self) -> dict[str, Any]:
        """What is proposed, by the name of the field and as the subject keeps it."""
        found: dict[str, Any] = {name: getattr(self, name) for name in IDENTITY}
        proposed = {name: str(value) for name, value in found.items() if value is not None}
        if "date_of_birth" in proposed:
            return proposed | {"date_of_birth": dt.date.fromisoformat(proposed["date_of_birth"])}
        return proposed

    @property
    def changes(self) -> list[Change]:
        """Each proposed fact beside what is recorded now."""
        return [
            Change(
                label=str(self._meta.get_field(name).verbose_name),  # type: ignore[union-attr]
                old=_read(name, getattr(self.subject, name)),
                new=_read(name, value),
            )
            for name, value in self.values.items()
        ]


def _read(name: str, value: Any) -> str:
    if name == "sex":
        return str(Sex(value).label)
    return dates.era_date(value) if name == "date_of_birth" else str(value)
