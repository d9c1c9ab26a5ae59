"""Who acts, for which facilities, when: the values that policies and triggers read.

They live in the transaction (`SET LOCAL`), so a pooled connection carries nothing over, and an
unset value means nothing: no rows, and no change either.
"""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction
from django.http import HttpRequest

from history import clock
from history.enums import Act

NAMES = (
    "actor", "role", "facilities", "household", "entry", "address", "terminal", "request",
    "reason", "at", "key",
)  # fmt: skip


@dataclasses.dataclass(frozen=True, kw_only=True)
class Context:
    """One actor in one transaction.

    `actor` is a user's number or `system:<name>`; `role` is the role of the membership in force
    (`parent` at the public entry); `facilities` are the ids worked for, not those one might.
    `purpose` is what somebody chose to read records for, in place of what the page is for.
    """

    actor: str
    role: str = ""
    facilities: tuple[int, ...] = ()
    household: uuid.UUID | None = None
    entry: str = ""
    address: str = ""
    terminal: str = ""
    request: uuid.UUID | None = None
    reason: str = ""
    purpose: str = ""
    at: dt.datetime = dataclasses.field(default_factory=clock.now)

    def values(self) -> dict[str, str]:
        """What PostgreSQL is told; the empty text stands for nothing."""
        return {
            "actor": self.actor,
            "role": self.role,
            "facilities": f"{{{','.join(map(str, self.facilities))}}}" if self.facilities else "",
            "household": str(self.household or ""),
            "entry": self.entry,
            "address": self.address,
            "terminal": self.terminal,
            "request": str(self.request or ""),
            "reason": self.reason,
            "at": self.at.isoformat(),
        }


class WalledRequest(HttpRequest):
    """A request inside the wall: the middleware has said who acts.

    `owed` are entries to be written in a transaction of their own, whatever becomes of this one:
    what was done, and the number of the account it was about, where there is one.
    """

    context: Context
    owed: list[tuple[Act, int | None]]


def enter(context: Context) -> None:
    """Set the context for the rest of the transaction. Outside of one it would have no effect."""
    _set(context.values())


def state(**values: str) -> None:
    """Change single values of the context in force, such as the reason or the household.

    `key` is set in no other way: the digest of what a request knows, which opens the one row that
    holds it (a terminal's secret, a registration link).
    """
    unknown = values.keys() - set(NAMES)
    if unknown:
        raise ValueError(f"not in the context: {unknown}")
    _set(values)


def leave() -> None:
    """Clear every value for the rest of the transaction."""
    _set(dict.fromkeys(NAMES, ""))


@contextmanager
def acting(
    actor: str, *, reason: str = "", at: dt.datetime | None = None, role: str = ""
) -> Iterator[None]:
    """A transaction of a command, a job or a fixture, on behalf of `system:<name>`."""
    with transaction.atomic():
        enter(Context(actor=actor, role=role, reason=reason, at=at or clock.now(), entry="worker"))
        yield


def _set(values: dict[str, str]) -> None:
    calls = ", ".join(["set_config(%s, %s, true)"] * len(values))
    arguments = [text for name, value in values.items() for text in (f"app.{name}", value)]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {calls}", arguments)
