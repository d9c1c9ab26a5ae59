"""Reading about contractors: who was let in, for which ticket, and when they were there."""

import dataclasses
import datetime as dt

from django.db.models import QuerySet

from history.enums import Act
from history.models import Entry
from records.enums import Kind
from records.models import ContractorAccess, FacilityMembership, User

# The newest; older ones stay in the history.
SHOWN = 100


@dataclasses.dataclass(frozen=True)
class Access:
    """One access as it stands at a moment, with the log-ins within it."""

    row: ContractorAccess
    is_live: bool
    is_to_come: bool
    log_ins: tuple[dt.datetime, ...]

    @property
    def ended_early_at(self) -> dt.datetime | None:
        return self.row.membership.ended_at


def accesses(*, at: dt.datetime) -> list[Access]:
    """The newest first. Two statements; log-ins for those only who may read the ledger."""
    rows = list(ContractorAccess.objects.select_related("membership__user", "granted_by")[:SHOWN])
    people = {str(row.membership.user_id) for row in rows}
    log_ins = list(
        Entry.objects.filter(act=Act.LOGIN, entry="staff", actor__in=people)
        .order_by("at")
        .values_list("actor", "at")
    )
    return [_access(row, log_ins, at) for row in rows]


def candidates(*, on: dt.date) -> QuerySet[User]:
    """Named accounts without any other work here from a day on."""
    working = FacilityMembership.objects.to_come(on).values("user")
    found = User.objects.filter(kind=Kind.STAFF, is_active=True).exclude(pk__in=working)
    return found.order_by("username")


def _access(
    row: ContractorAccess, log_ins: list[tuple[str, dt.datetime]], at: dt.datetime
) -> Access:
    actor = str(row.membership.user_id)
    return Access(
        row=row,
        is_live=row.is_live(at),
        is_to_come=at < row.starts_at and row.membership.ended_at is None,
        log_ins=tuple(
            moment for who, moment in log_ins
            if who == actor and row.starts_at <= moment < row.ends_at
        ),
    )  # fmt: skip
