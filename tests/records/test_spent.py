"""What is over is cleared away, by a worker that can remove nothing that is in use."""

import datetime as dt
import uuid

import pytest
from django.db import connection

from history import clock
from history.walls import WORKER
from records.actions import spent
from records.models import (
    Invitation,
    PublicSession,
    StaffSession,
    TerminalLink,
    TerminalSecret,
)
from records.tasks import forget_spent
from tests.factories.records import ParentFactory
from tests.factories.terminals import TerminalFactory, TerminalLinkFactory
from tests.records.worker import as_worker

HOUR = dt.timedelta(hours=1)
MODELS = (TerminalSecret, TerminalLink, Invitation, PublicSession, StaffSession)


def secret(terminal, name, superseded_at):
    return TerminalSecret.objects.create(
        terminal=terminal, digest=name, issued_at=clock.now(), superseded_at=superseded_at
    )


def invitation(parent, **fields):
    return Invitation.objects.create(
        household=parent.household, parent=ParentFactory.create(
            household=parent.household, is_first_contact=False
        ),
        invited_by=parent.user, code_hash="", created_at=clock.now(),
        **{"expires_at": clock.now() + HOUR} | fields,
    )  # fmt: skip


def session(model, expire_date):
    return model.objects.create(
        session_key=uuid.uuid4().hex, session_data="", expire_date=expire_date
    )


@pytest.fixture
def rows(database):
    """Of each kind what is in use, what is over and still kept, and what is over for long."""
    parent = ParentFactory.create(with_account=True)
    terminal = TerminalFactory.create()
    now = clock.now()
    kept, gone = [], []
    kept.append(secret(terminal, "live", None))
    for pile, more in ((kept, HOUR), (gone, -HOUR)):
        secrets, links, sessions = (
            now - each + more for each in (spent.SECRETS, spent.LINKS, spent.SESSIONS)
        )
        pile += [
            secret(terminal, f"old {more}", secrets),
            TerminalLinkFactory.create(used_at=links),
            TerminalLinkFactory.create(revoked_at=links),
            TerminalLinkFactory.create(expires_at=links),
            invitation(parent, accepted_at=links),
            invitation(parent, cancelled_at=links),
            invitation(parent, expires_at=links),
            session(PublicSession, sessions),
            session(StaffSession, sessions),
        ]
    kept += [
        TerminalLinkFactory.create(), invitation(parent),
        session(PublicSession, now + HOUR), session(StaffSession, now + HOUR),
    ]  # fmt: skip
    return kept, gone


def left():
    return {row for model in MODELS for row in model.objects.all()}


def test_every_morning_what_is_over_goes(rows):
    kept, gone = rows
    assert left() == {*kept, *gone}

    with as_worker():
        forget_spent()

    assert left() == set(kept)
    with as_worker():
        forget_spent()
    assert left() == set(kept)


def test_the_worker_can_remove_nothing_that_is_in_use(rows, real_database):
    """By raw SQL, whatever the statement of the job says."""
    kept, gone = rows
    now = clock.now()
    removed = {}
    with real_database.connect(WORKER, actor="system:spent", at=now.isoformat()) as worker:
        for model in MODELS:
            table, key = model._meta.db_table, model._meta.pk.column
            found = worker.execute(f'DELETE FROM {table} RETURNING "{key}"').fetchall()
            removed[model] = {key for (key,) in found}
        worker.rollback()

    in_use = {model: set() for model in MODELS}
    for row in kept:
        ends = [
            getattr(row, name, None)
            for name in ("superseded_at", "used_at", "revoked_at", "accepted_at", "cancelled_at",
                         "expire_date", "expires_at")
        ]  # fmt: skip
        if not any(end and end < now for end in ends):
            in_use[type(row)].add(row.pk)
    assert all(in_use.values())
    assert {model: removed[model] & in_use[model] for model in MODELS} == {
        model: set() for model in MODELS
    }
    assert {row.pk for row in gone} <= set().union(*removed.values())


def test_the_worker_reads_no_secret(db):
    granted = set()
    with connection.cursor() as cursor:
        for model in MODELS:
            columns = [field.column for field in model._meta.concrete_fields]
            cursor.execute(
                "SELECT each FROM unnest(%s::text[]) each"
                " WHERE has_column_privilege(%s, %s, each, 'select')",
                [columns, WORKER, model._meta.db_table],
            )
            granted |= {column for (column,) in cursor.fetchall()}

    assert granted == {
        "id", "session_key", "expire_date", "superseded_at", "expires_at", "used_at",
        "revoked_at", "accepted_at", "cancelled_at",
    }  # fmt: skip
