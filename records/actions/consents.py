"""Consents are given to the newest version of each text."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from records.models import Consent, ConsentText, Household, User


@transaction.atomic
def give(
    *, household: Household, texts: Iterable[ConsentText], by: User, at: dt.datetime
) -> list[Consent]:
    """Record consent to each text; one already given stands."""
    return [
        Consent.objects.get_or_create(
            household=household,
            text=text,
            withdrawn_at=None,
            defaults={"given_by": by, "given_at": at},
        )[0]
        for text in texts
    ]
