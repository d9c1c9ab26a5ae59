"""What a staff page shows of children, written into the record of reads."""

import uuid
from collections.abc import Iterable, Sequence

from history import actions as history
from history.enums import Act
from records.admin.views.gate import StaffRequest


def listed(
    request: StaffRequest,
    purpose: str,
    model: str,
    children: Iterable[uuid.UUID],
    fields: Sequence[str],
) -> None:
    """A list: these fields of each of these children."""
    history.record(
        Act.LIST,
        context=request.context,
        purpose=purpose,
        model=model,
        child_ids=list(children),
        fields=fields,
        path=request.path,
    )


def viewed(
    request: StaffRequest,
    purpose: str,
    model: str,
    objects: Iterable[uuid.UUID],
    children: Iterable[uuid.UUID],
    fields: Sequence[str],
) -> None:
    """One page of these records."""
    history.record(
        Act.VIEW,
        context=request.context,
        purpose=purpose,
        model=model,
        object_ids=list(objects),
        child_ids=list(children),
        fields=fields,
        path=request.path,
    )
