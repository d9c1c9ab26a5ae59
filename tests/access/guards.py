"""Taking the guards of a cell away, one by one, inside the transaction of a test.

Between a person and another family's words stand up to three: the right to the page, the rows that
the code filters, and the policies of the database.
"""

import contextlib
import functools
import sys
from collections.abc import Iterator

from django.db import connection
from django.db.models import Q

from history.admin import RuledMixin
from history.walls import PUBLIC, STAFF
from records import visibility

RIGHTS, ROWS, POLICIES, FAMILY_POLICIES = "rights", "rows", "policies", "family policies"


@contextlib.contextmanager
def without(*guards: str) -> Iterator[None]:
    with contextlib.ExitStack() as stack:
        for guard in guards:
            stack.enter_context(REMOVALS[guard]())
        yield


@contextlib.contextmanager
def _without_rights() -> Iterator[None]:
    """Everybody may look at every list of the admin."""
    before = RuledMixin.has_view_permission
    RuledMixin.has_view_permission = lambda self, request, obj=None: True
    try:
        yield
    finally:
        RuledMixin.has_view_permission = before


@contextlib.contextmanager
def _without_rows() -> Iterator[None]:
    """The code filters nothing: `visible` gives every row, wherever it was imported."""
    filtering = visibility.visible
    held = [m for m in list(sys.modules.values()) if getattr(m, "visible", None) is filtering]
    for module in held:
        module.visible = lambda user, **ways: Q()  # type: ignore[attr-defined]
    try:
        yield
    finally:
        for module in held:
            module.visible = filtering  # type: ignore[attr-defined]


@contextlib.contextmanager
def _without_policies(role: str) -> Iterator[None]:
    """What a role may read at all, it reads of every row."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, qual FROM pg_policies WHERE policyname = %s", [f"{role}_select"]
        )
        policies = cursor.fetchall()
        for table, _ in policies:
            cursor.execute(f'ALTER POLICY "{role}_select" ON "{table}" USING (true)')
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            for table, condition in policies:
                cursor.execute(f'ALTER POLICY "{role}_select" ON "{table}" USING ({condition})')


REMOVALS = {
    RIGHTS: _without_rights,
    ROWS: _without_rows,
    POLICIES: functools.partial(_without_policies, STAFF),
    FAMILY_POLICIES: functools.partial(_without_policies, PUBLIC),
}
