"""Changes for a reader who audits: that something changed, by whom, when and in which field, and
nothing of what it says. Closed by default: only what a model's `Privacy` calls open is shown.
"""

import uuid
from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from history.walls import history_model, tracked_models

HIDDEN = _("（内容は表示しません）")
# The models that a family consists of, and the keys of the same names that lead to them.
FAMILY = ("child", "household")


def is_open(field: models.Field[Any, Any]) -> bool:
    return field.name in getattr(getattr(field.model, "Privacy", None), "open", ())


def is_about_a_family(model: type[models.Model]) -> bool:
    """Whether its rows belong to a child or a household, so that their words may tell of it."""
    return model._meta.model_name in FAMILY or _way_of(model) is not None


def families_of(model: type[models.Model], rows: Iterable[Any]) -> dict[Any, uuid.UUID]:
    """The child, else the household, that each record is about, by the record's key.

    Out of the history, since the living records are closed to this reader. One query for each
    model on the way, as from a payment over its fee to the booking.
    """
    key = model._meta.pk.attname  # type: ignore[union-attr]
    way = _way_of(model)
    if model._meta.model_name in FAMILY:
        return {getattr(row, key): getattr(row, key) for row in rows}
    if way is None:
        return {}
    above = {getattr(row, key): getattr(row, way.attname) for row in rows}
    if way.name in FAMILY:
        return above
    found = _families_above(way.related_model, set(above.values()))
    return {number: found[up] for number, up in above.items() if up in found}


def _families_above(model: Any, keys: set[Any]) -> dict[Any, uuid.UUID]:
    key, way = model._meta.pk.attname, _way_of(model)
    rows = history_model(model)._default_manager.filter(**{f"{key}__in": keys})
    return families_of(model, rows.only(key, *([way.attname] if way else [])))


def _way_of(model: type[models.Model]) -> models.Field[Any, Any] | None:
    """The key that leads to the family: directly, or over a record that has such a key."""
    relations = [field for field in model._meta.concrete_fields if field.is_relation]
    for name in FAMILY:
        for field in relations:
            if field.name == name:
                return field
    above = set(tracked_models()) - {model}
    return next(
        (f for f in relations if f.related_model in above and is_about_a_family(f.related_model)),
        None,
    )
