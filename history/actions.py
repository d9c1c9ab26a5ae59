"""Writing entries. The caller's transaction carries them: no entry, no data."""

import uuid
from collections.abc import Iterable

from history.context import Context
from history.enums import READINGS, Act
from history.models import Entry

# Readings of one's own choice; a list is the day's work.
CHOSEN_FOR = tuple(act for act in READINGS if act != Act.LIST)


def record(
    act: Act,
    *,
    context: Context,
    purpose: str = "",
    model: str = "",
    object_ids: Iterable[object] = (),
    child_ids: Iterable[uuid.UUID] = (),
    fields: Iterable[str] = (),
    path: str = "",
    digest: str = "",
) -> Entry:
    """Record one thing done or seen, in the transaction of the reading itself.

    `context` is the one the request runs under. `object_ids` and `child_ids` name every record
    that was shown, `fields` the groups of fields; never their content. A purpose that the reader
    chose goes before that of the page, except for a list that shows everybody. `digest` is the
    SHA-256 of a document that the entry vouches for, in hexadecimal.
    """
    child_ids = list(child_ids)
    if child_ids and act in CHOSEN_FOR:
        purpose = context.purpose or purpose
    return Entry.objects.create(
        at=context.at,
        act=act,
        actor=context.actor,
        role=context.role,
        # A reading for one facility is that facility's; the center's is nobody's.
        facility=context.facilities[0] if len(context.facilities) == 1 else None,
        entry=context.entry,
        address=context.address,
        terminal=context.terminal,
        request=context.request,
        purpose=purpose,
        model=model,
        object_ids=[str(number) for number in object_ids],
        child_ids=child_ids,
        fields=list(fields),
        path=path[:200],
        digest=digest,
    )
