"""Which named constraint the database refused a change by."""

from django.db import IntegrityError


def constraint_of(error: IntegrityError) -> str:
    """The constraint's name, or the empty text."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return (diagnosis.constraint_name if diagnosis else None) or ""


def detail_of(error: IntegrityError) -> str:
    """What the database says besides, or the empty text."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return (diagnosis.message_detail if diagnosis else None) or ""
