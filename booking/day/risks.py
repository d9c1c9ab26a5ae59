"""What of a child's care needs two carers must have read. Pure: models with related rows in.

A risk is a short text; a graver one holds the lesser ones beside it. So a need was added or has
worsened exactly if a child has a risk that was not there when its card was read, and a changed
telephone number is none.
"""

import json
from collections.abc import Iterable, Iterator

from records.care_marks import allergen_name
from records.enums import Answer, CareNeedKind, Severity
from records.models import Allergy, CareNeed, Child

# The lightest first.
GRADES = [severity.value for severity in reversed(Severity)]


def risks_of(child: Child) -> frozenset[str]:
    """Reads `care_needs` with their `allergies`; prefetch both for a list.

    A need that nobody confirmed is a risk of its own. What a parent has withdrawn stays one until
    the facility has confirmed anew.
    """
    needs = {CareNeedKind(need.kind): need for need in child.care_needs.all()}
    found = {f"{kind} unconfirmed" for kind in CareNeedKind if not _is_confirmed(needs.get(kind))}
    if child.needs_one_to_one:
        found.add("one_to_one")
    for kind, need in needs.items():
        found.update(f"{kind} {text}" for text in _risks_of_need(need))
    return frozenset(found)


def written(risks: Iterable[str]) -> str:
    """As a reading keeps them."""
    return json.dumps(sorted(risks), ensure_ascii=False)


def read(text: str) -> frozenset[str]:
    """What a reading has kept."""
    return frozenset(json.loads(text or "[]"))


def _is_confirmed(need: CareNeed | None) -> bool:
    return need is not None and need.is_confirmed


def _risks_of_need(need: CareNeed) -> Iterator[str]:
    if need.answer == Answer.UNKNOWN:
        yield Answer.UNKNOWN.value
    if need.answer == Answer.YES and need.content:
        yield need.content
    if need.confirmed_content:
        yield need.confirmed_content
    for allergy in need.allergies.all():
        yield from _risks_of_allergy(allergy)


def _risks_of_allergy(allergy: Allergy) -> Iterator[str]:
    name = allergen_name(allergy)
    for grade in GRADES[: GRADES.index(allergy.severity) + 1]:
        yield f"{name} {grade}"
    for text in (allergy.detail, allergy.medicine):
        if text:
            yield f"{name} {text}"
