"""Families on their way through the application, and acting as one of them inside the walls."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from history import clock, context
from history.context import Context
from history.walls import PUBLIC
from records.models import Consent, ConsentText, Household, InterviewPlace, User
from tests.factories.records import (
    CareNeedFactory,
    ChildFactory,
    HouseholdFactory,
    InterviewPlaceFactory,
    ParentFactory,
    RegistrationFactory,
)

NOW = clock.now().replace(microsecond=0)


def family(*, children: int = 1, consents: bool = True, **fields: object) -> Household:
    """A household that no facility knows yet: a parent, children in draft, every consent given."""
    household = HouseholdFactory.create(home_facility=None, **fields)
    parent = ParentFactory.create(household=household, with_account=True)
    parent.email = parent.user.email
    parent.save()
    for _ in range(children):
        child = ChildFactory.create(household=household)
        RegistrationFactory.create(child=child)
        CareNeedFactory.create(child=child, confirmed=True)
    if consents:
        for text in ConsentText.objects.newest():
            Consent.objects.create(household=household, text=text, given_by=parent.user)
    return household


def account_of(household: Household) -> User:
    return household.parents.get(user__isnull=False).user


def place(days: int = 3, **fields: object) -> InterviewPlace:
    return InterviewPlaceFactory.create(starts_at=NOW + dt.timedelta(days=days), **fields)


@contextmanager
def as_parent(user: User, household: Household | None = None) -> Iterator[None]:
    """A transaction of the public entry; for real commits, on a connection of one's own."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL ROLE {PUBLIC}")
        context.enter(
            Context(
                actor=str(user.pk),
                role="parent",
                household=household.pk if household else None,
                entry="public",
            )
        )
        yield
