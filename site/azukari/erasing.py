"""A legal erasure by order: two people of the center, the law, a certificate. See ADR 0040."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db import models, transaction
from django.template.loader import render_to_string

from history import actions, officers, tombstones
from history.context import Context
from history.enums import Act
from history.models import Entry, Tombstone
from history.walls import tracked_models
from records.account_book import center_member
from records.enums import Role
from records.models import User

# What an entry of the ledger has room for.
BASIS_LENGTH = 40


class Refused(Exception):
    """Nothing was erased; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """What is to be erased: `fields` of the record (or entry) `key`, and what stands there then.

    `basis` is the law or the order by name and number, `reason` why it applies; `by` has it done,
    `second` has looked through it and agrees. Both are of the center.
    """

    model: type[models.Model]
    key: str
    fields: Mapping[str, object]
    basis: str
    reason: str
    by: User
    second: User


@dataclass(frozen=True)
class Certificate:
    """The text (消去証明書), its SHA-256 in hexadecimal, and how many rows were emptied."""

    text: str
    digest: str
    count: int


def order(
    *, label: str, key: str, fields: Mapping[str, str | None], basis: str, reason: str, by: str,
    second: str, on: dt.date,
) -> Order:  # fmt: skip
    """The order in these words, if it is one; `by` and `second` are staff IDs. Raises Refused.

    A field without a value is emptied; of an entry of the ledger, all that may go goes.
    """
    model = _model(label)
    if not basis.strip() or len(basis) > BASIS_LENGTH:
        raise Refused(f"the basis names the law in 1 to {BASIS_LENGTH} characters")
    if not reason.strip():
        raise Refused("the certificate needs a reason")
    people = [_member(staff_id, on) for staff_id in (by, second)]
    if people[0] == people[1]:
        raise Refused("the second person must be another than the first")
    if model is Entry:
        unknown = fields.keys() - tombstones.ENTRY_FIELDS.keys()
        if unknown:
            raise Refused(f"of an entry these stay: {', '.join(sorted(unknown))}")
        values = {
            name: value
            for name, value in tombstones.ENTRY_FIELDS.items()
            if not fields or name in fields
        }
    else:
        values = {name: _value(model, name, value) for name, value in fields.items()}
    if not values:
        raise Refused("name at least one field")
    return Order(
        model=model, key=key, fields=values, basis=basis, reason=reason, by=people[0],
        second=people[1],
    )  # fmt: skip


def rows(wanted: Order) -> list[models.Model]:
    """The entry, or the rows of the record's history, that would be emptied. Raises Refused."""
    if wanted.model is Entry:
        found: list[models.Model] = list(Entry.objects.filter(pk=wanted.key))
    else:
        found = list(tombstones.holding(wanted.model, wanted.key, wanted.fields))
    if not found:
        raise Refused("there is nothing to erase: no such record, or all of it is empty already")
    stones = Tombstone.objects.filter(
        table=found[0]._meta.db_table, row__in=[str(row.pk) for row in found]
    )
    done = list(stones.values_list("row", flat=True))
    if done:
        raise Refused(f"something was erased from these rows before: {', '.join(done)}")
    return found


def carry_out(wanted: Order, *, at: dt.datetime) -> Certificate:
    """Erase, certify, and tell the officers, all or nothing. For the owner of the database.

    The ledger holds one entry for each row, and one for each of the two people with the digest of
    the certificate, so that a certificate can be told from one that somebody made up. Neither the
    reason nor what was erased is in it. Raises Refused.
    """
    by = Context(actor=str(wanted.by.pk), role=Role.CENTER, entry="owner", at=at)
    with transaction.atomic():
        found = rows(wanted)
        if wanted.model is Entry:
            stones = [
                tombstones.erase(row, fields=wanted.fields, basis=wanted.basis, by=by)
                for row in found
            ]
        else:
            stones = tombstones.erase_record(
                wanted.model, wanted.key, fields=wanted.fields, basis=wanted.basis, by=by
            )
        text = _certificate(wanted, stones, at)
        digest = hashlib.sha256(text.encode()).hexdigest()
        for person in (wanted.by, wanted.second):
            _sign(wanted, person, digest, at)
        officers.tell_of_erasure(order=wanted, count=len(stones), digest=digest, at=at)
    return Certificate(text, digest, len(stones))


def _certificate(wanted: Order, stones: list[Tombstone], at: dt.datetime) -> str:
    about: Any = wanted.model._meta
    labels = [about.get_field(name).verbose_name for name in wanted.fields]
    return render_to_string(
        "history/erasure_certificate.txt",
        {"order": wanted, "about": about, "labels": labels, "stones": stones, "at": at},
    )


def _sign(wanted: Order, person: User, digest: str, at: dt.datetime) -> None:
    actions.record(
        Act.ERASE,
        context=Context(actor=str(person.pk), role=Role.CENTER, entry="owner", at=at),
        purpose=wanted.basis,
        model=wanted.model._meta.label_lower,
        object_ids=[wanted.key],
        fields=sorted(wanted.fields),
        digest=digest,
    )


def _model(label: str) -> type[models.Model]:
    """The ledger, or a model with a history."""
    try:
        model: Any = apps.get_model(label)
    except (LookupError, ValueError) as error:
        raise Refused(f"there is no model {label}") from error
    if model is not Entry and model not in tracked_models():
        raise Refused(f"{label} has no history that could keep anything")
    return model


def _member(staff_id: str, on: dt.date) -> User:
    found = center_member(staff_id, on=on)
    if found is None:
        raise Refused(f"{staff_id} is nobody who works for the center today")
    return found


def _value(model: type[models.Model], name: str, given: str | None) -> object:
    """What is to stand in a field. Raises Refused where it can't be emptied just so."""
    try:
        field: Any = model._meta.get_field(name)
    except FieldDoesNotExist as error:
        raise Refused(f"{model._meta.label_lower} has no field {name}") from error
    if field.is_relation or field.primary_key:
        raise Refused(f"{name} says which record it is, and stays")
    if given is not None:
        return field.to_python(given)
    if field.null:
        return None
    if field.empty_strings_allowed:
        return ""
    raise Refused(f"{name} can't be empty: say what is to stand there, {name}=…")
