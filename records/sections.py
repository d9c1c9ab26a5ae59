"""Parts of my page that other apps bring along. An app joins in its own `sections.py`."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from records.models import Household

# What a part needs to be shown: the name of its template, and the values for it.
Part = tuple[str, dict[str, Any]]

_sections: list[Callable[[Household, dt.datetime], Part]] = []


def join(section: Callable[[Household, dt.datetime], Part]) -> Callable[..., Part]:
    """Add a part, as a decorator. It is given the household and the moment."""
    _sections.append(section)
    return section


def parts(household: Household, at: dt.datetime) -> list[Part]:
    return [section(household, at) for section in _sections]
