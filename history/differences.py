"""Changes as people read them: who, when, from where, and field by field what it was and became."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib import admin
from django.db import models
from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from history import clock, discretion
from history.walls import history_model

# What a key of a model is called, as far as the reader may see it.
Labels = dict[tuple[Any, Any], str]
Living = dict[Any, dict[Any, Any]]
# The name of the key by which a model says which child it is about.
CHILD = "child"

# What fields are called that hold yen.
AMOUNT = "amount"

NOTHING = "－"
KINDS = {"+": _("登録"), "~": _("変更"), "-": _("削除")}
ENTRIES = {
    "public": _("保護者用の画面"),
    "staff": _("職員用の画面"),
    "worker": _("自動処理"),
    "owner": _("管理作業"),
}


@dataclass(frozen=True)
class People:
    """How to name who acted; this app knows neither names nor roles.

    `names_of` gives the names of accounts by number, as far as the reader may see them; `roles`
    the words for roles; `numbers_of` what children and households are called without their names.
    """

    names_of: Callable[[set[int]], dict[int, str]] = lambda numbers: {}
    roles: Mapping[str, str | Promise] = field(default_factory=dict)
    numbers_of: Callable[[set[uuid.UUID]], dict[uuid.UUID, str]] = lambda keys: {}


@dataclass(frozen=True)
class Line:
    label: str
    before: str
    after: str
    is_hidden: bool = False


@dataclass
class Change:
    """One row of a history, beside the row before it."""

    model: type[models.Model]
    row: Any
    previous: Any | None
    who: str | Promise = ""
    role: str | Promise = ""
    subject: str = ""
    lines: list[Line] = field(default_factory=list)

    @property
    def at(self) -> dt.datetime:
        return self.row.history_date

    @property
    def kind(self) -> str | Promise:
        return KINDS[self.row.history_type]

    @property
    def record(self) -> str:
        return str(self.model._meta.verbose_name)

    @property
    def entry(self) -> str | Promise:
        return ENTRIES.get(self.row.history_entry, self.row.history_entry)

    @property
    def address(self) -> str:
        return self.row.history_address

    @property
    def reason(self) -> str:
        return self.row.history_change_reason or ""


def history_of(model: type[models.Model]) -> QuerySet[Any]:
    """The history rows that the reader may see, newest first, each knowing the one before."""
    rows = history_model(model)
    key = model._meta.pk.attname  # type: ignore[union-attr]
    before = (
        rows._default_manager.filter(**{key: OuterRef(key)}, history_id__lt=OuterRef("history_id"))
        .order_by("-history_id")
        .values("history_id")[:1]
    )
    return rows._default_manager.annotate(previous_id=Subquery(before)).order_by(
        "-history_date", "-history_id"
    )


def read(
    model: type[models.Model], rows: Iterable[Any], *, people: People, discreet: bool = False
) -> list[Change]:
    """The changes of rows from `history_of`, in their order.

    `discreet` hides what was written, and names families by their number only.

    One query for the rows before, one for the living records, one per model that foreign keys
    point to, one for the children those are about, and those for the names: however many rows
    there are.
    """
    rows = list(rows)
    if not rows:
        return []
    previous = history_model(model)._default_manager.in_bulk(
        [row.previous_id for row in rows if row.previous_id]
    )
    changes = [Change(model, row, previous.get(row.previous_id)) for row in rows]
    fields = shown_fields(model)
    versions = [*rows, *previous.values()]
    living = _living(model, fields, versions, discreet=discreet)
    labels = {(each, key): str(row) for each, found in living.items() for key, row in found.items()}
    children = _children(model, living)
    if discreet:
        labels |= _numbers(model, fields, versions, people)
    names = people.names_of({row.history_user_id for row in rows if row.history_user_id})
    for change in changes:
        change.who = _who(change.row, names)
        change.role = people.roles.get(change.row.history_role, "")
        change.subject = _subject(change, fields, labels, children)
        change.lines = _lines(change, fields, labels, discreet=discreet)
    # A change of nothing but the database's own copies tells nobody anything.
    return [change for change in changes if change.lines]


def shown_fields(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    """What a person would call a field: no keys, no copies that the database keeps."""
    excluded = getattr(history_model(model), "_history_excluded_fields", ())
    return [
        each
        for each in model._meta.concrete_fields
        if (each.editable or each.generated) and not each.primary_key and each.name not in excluded
    ]


def _who(row: Any, names: dict[int, str]) -> str | Promise:
    if row.history_user_id is None:
        return _("システム")
    if row.history_user_id in names:
        return names[row.history_user_id]
    return _("保護者") if row.history_entry == "public" else _("職員")


def _lines(
    change: Change,
    fields: Sequence[models.Field[Any, Any]],
    labels: Labels,
    *,
    discreet: bool,
) -> list[Line]:
    old, new = change.previous, change.row
    hidden = str(discretion.HIDDEN)
    if change.row.history_type == "-":
        old, new = change.row, None
    elif change.row.history_type == "+":
        old = None
    lines = []
    for each in fields:
        before, after = (getattr(row, each.attname) if row else None for row in (old, new))
        if discreet and not discretion.is_open(each):
            # Neither the words nor, of a new record, whether there are any.
            if not (old and new) or (before or None) != (after or None):
                lines.append(Line(str(each.verbose_name), hidden, hidden, is_hidden=True))
            continue
        if before == after or (not before and not after):
            continue
        lines.append(
            Line(str(each.verbose_name), _text(each, before, labels), _text(each, after, labels))
        )
    return lines


def _text(each: models.Field[Any, Any], value: Any, labels: Labels) -> str:
    if value is None or value == "":
        return NOTHING
    if each.is_relation:
        return labels.get((each.related_model, value), str(_("（ここでは見られない記録）")))
    if hasattr(each, "describe"):
        return str(each.describe(value))
    if each.choices:
        return str(dict(each.flatchoices).get(value, value))
    if isinstance(value, bool):
        return str(_("はい") if value else _("いいえ"))
    if isinstance(value, int) and each.name.endswith(AMOUNT):
        return gettext("%(amount)s円") % {"amount": f"{value:,}"}
    if isinstance(value, dt.datetime):
        return str(_("終わりなし")) if clock.is_endless(value) else clock.written(value)
    if isinstance(value, dt.date):
        return formats.date_format(value)
    if isinstance(value, dt.time):
        return formats.time_format(value)
    return str(value)


def _subject(
    change: Change,
    fields: Iterable[models.Field[Any, Any]],
    labels: Labels,
    children: Labels,
) -> str:
    """Which record it was: its own words, led by the child it is about."""
    key = (change.model, getattr(change.row, change.model._meta.pk.attname))  # type: ignore[union-attr]
    about = [
        (labels if each.name == CHILD else children).get(
            (each.related_model, getattr(change.row, each.attname)), ""
        )
        for each in fields
        if each.is_relation
    ]
    own = labels.get(key, "")
    return " ".join(word for word in [*(each for each in about if each not in own), own] if word)


def _children(model: type[models.Model], living: Living) -> Labels:
    """Whom the records are about that those of `model` point to, as an allergy to its care need."""
    about = {
        (each, key): getattr(row, f"{CHILD}_id")
        for each, found in living.items()
        if each is not model and any(field.name == CHILD for field in each._meta.concrete_fields)
        for key, row in found.items()
    }
    if not about:
        return {}
    # Not by a join: a record that outlives the lease of its child must still be named.
    child = next(iter(about))[0]._meta.get_field(CHILD).related_model
    names = child._base_manager.in_bulk(set(about.values()))
    return {key: str(names[number]) for key, number in about.items() if number in names}


def _numbers(
    model: type[models.Model],
    fields: Sequence[models.Field[Any, Any]],
    rows: Sequence[Any],
    people: People,
) -> Labels:
    """Records of a family by its number, and so the keys that lead to one."""
    families = discretion.families_of(model, rows)
    keys = [each for each in fields if each.name in discretion.FAMILY]
    linked = {(each.related_model, getattr(row, each.attname)) for each in keys for row in rows}
    numbers = people.numbers_of({*families.values(), *(number for _model, number in linked)})
    found = {(model, key): numbers[family] for key, family in families.items() if family in numbers}
    return found | {link: numbers[link[1]] for link in linked if link[1] in numbers}


def _living(
    model: type[models.Model],
    fields: Iterable[models.Field[Any, Any]],
    rows: Sequence[Any],
    *,
    discreet: bool,
) -> Living:
    """The living records and what the foreign keys of their history point to, where visible."""
    wanted: dict[Any, set[int | uuid.UUID]] = {}
    key = model._meta.pk.attname  # type: ignore[union-attr]
    wanted[model] = {getattr(row, key) for row in rows}
    for each in fields:
        if each.is_relation:
            keys = {getattr(row, each.attname) for row in rows} - {None}
            wanted.setdefault(each.related_model, set()).update(keys)
    return {
        each: _with_joins(each).in_bulk(keys)
        for each, keys in wanted.items()
        if keys and not (discreet and discretion.is_about_a_family(each))
    }


def _with_joins(model: type[models.Model]) -> QuerySet[Any]:
    """With what the text of a row reads: its list in the staff tool declares that already."""
    known = admin.site._registry.get(model)
    joins = known.list_select_related if known else ()
    queryset = model._base_manager.all()
    return (
        queryset.select_related(*joins) if isinstance(joins, (list, tuple)) and joins else queryset
    )
