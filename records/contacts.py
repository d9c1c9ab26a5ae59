"""Whom to call about a child: what the day needs to know of parents, at home and by lease."""

import dataclasses
import uuid
from collections import defaultdict
from collections.abc import Iterable

from django.db import connection

from records.models import Child


@dataclasses.dataclass(frozen=True)
class Contact:
    """A parent as a card shows one; not the account, nor where it is written to."""

    family_name: str
    given_name: str
    family_name_kana: str
    given_name_kana: str
    mobile_phone: str
    phone: str
    is_first_contact: bool

    @property
    def full_name(self) -> str:
        return f"{self.family_name} {self.given_name}".strip()

    @property
    def full_name_kana(self) -> str:
        return f"{self.family_name_kana} {self.given_name_kana}".strip()


def of_child(child: Child) -> list[Contact]:
    return of([child.household_id])[child.household_id]


def of(households: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[Contact]]:
    """The parents of each household whose children the facility may read, the first contact first.

    Asks the one function through which a lease shows parents. One statement.
    """
    found: defaultdict[uuid.UUID, list[Contact]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM records_contacts_of(%s)", [list(set(households))])
        for household, *values in cursor.fetchall():
            found[household].append(Contact(*values))
    return found
