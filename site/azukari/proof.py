"""Whether a database is whole and answers: asked of a restored one, and of any other."""

import secrets
from collections.abc import Callable, Iterator

from django.apps import apps
from django.contrib.auth.hashers import identify_hasher
from django.db import connection, models, transaction

from booking.actions import counters
from history import context, verification
from records.backends.staff import StaffBackend
from records.enums import Kind
from records.fields import EncryptedTextField
from records.models import User

ACTOR = "system:verification"


class RolledBack(Exception):
    """Ends the trial of a log-in."""


def constraints() -> Iterator[str]:
    """Every constraint and index of the schema holds for every row."""
    yield from _rows(
        "SELECT conrelid::regclass || ': ' || conname || ' is not valid' FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace AND NOT convalidated"
    )
    yield from _rows(
        "SELECT indexrelid::regclass || ' is not valid' FROM pg_index WHERE NOT indisvalid"
    )


def seats() -> Iterator[str]:
    """The counters of the half hours equal the bookings that hold a seat."""
    for number, taken, *_rest in counters.mismatches():
        yield f"slot {number} counts {taken}"


def ledger() -> Iterator[str]:
    """The chain is whole, and no row of ledger or history was touched."""
    yield from map(str, verification.verify().faults)


def secrets_open() -> Iterator[str]:
    """The keys at hand open what is encrypted: one value of each field."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                yield from _opens(model, field)


def log_in() -> Iterator[str]:
    """Passwords are whole, and one of the staff gets in with one set and taken back again."""
    try:
        people = list(User.objects.filter(kind=Kind.STAFF, is_active=True))
    except (ValueError, LookupError) as error:
        yield f"no password opens: {error}"
        return
    for user in people:
        try:
            identify_hasher(user.password)
        except ValueError:
            # An account whose password was never set holds none.
            if user.has_usable_password():
                yield f"account {user.pk} has no password that can be checked"
    if not people:
        return
    user = people[0]
    password = secrets.token_urlsafe(20)
    try:
        with context.acting(ACTOR):
            user.set_password(password)
            user.save(update_fields=["password"])
            backend = StaffBackend()
            if backend.authenticate(None, username=user.username, password=password) is None:
                yield "a right password does not log in"
            if backend.authenticate(None, username=user.username, password="") is not None:
                yield "a wrong password logs in"
            raise RolledBack
    except RolledBack:
        return


CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "constraints": constraints,
    "seats": seats,
    "ledger": ledger,
    "secrets": secrets_open,
    "log-in": log_in,
}


def _opens(model: type[models.Model], field: models.Field) -> Iterator[str]:  # type: ignore[type-arg]
    try:
        with transaction.atomic():
            model._base_manager.exclude(**{f"{field.name}__isnull": True}).values_list(
                field.name, flat=True
            ).first()
    except (ValueError, LookupError) as error:
        yield f"{model._meta.label}.{field.name} does not open: {error}"


def _rows(statement: str) -> Iterator[str]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        yield from (row[0] for row in cursor.fetchall())
