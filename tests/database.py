"""Databases for tests: copies of one template that `migrate` and the reference data made once."""

import contextlib
import datetime as dt
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.test import override_settings
from psycopg import sql
from wagtail.models import Site

from history.context import NAMES
from records import keys

ACTOR = "system:tests"
# What decides how a fresh database looks.
SOURCES = (
    "*/migrations/*.py", "booking/day/migrations/*.py", "booking/day/*walls.py",
    "site/azukari/migrations/*.py", "*/finding.py", "*/office.py",
    "*/joining.py", "*/wall_functions.py", "*/*walls.py",
    "booking/enums.py", "booking/conduct.py", "booking/facts.py", "booking/steps.py",
    "site/azukari/walls.py", "history/*.py", "fixtures/reference/*", "requirements.lock",
    "site/azukari/management/commands/load_*.py", "site/azukari/apps.py", "cms/*.py",
)  # fmt: skip


def connect(name: str, role: str = "azukari_owner", **options: object) -> psycopg.Connection:
    """A connection of its own, beside Django's, as a role that logs in by itself."""
    parameters = connection.get_connection_params()
    return psycopg.connect(
        host=parameters.get("host"),
        port=parameters.get("port"),
        password=parameters.get("password"),
        user=role,
        dbname=name,
        **options,
    )


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_test_environment: None, django_db_blocker: object
) -> Iterator[None]:
    """A copy of the template for this process; parallel workers have one each."""
    name = f"azukari_test_{os.getpid()}"
    with django_db_blocker.unblock():
        template = template_database()
        _copy(template, name)
        _use(name)
    yield
    with django_db_blocker.unblock():
        connections.close_all()
        _drop(name)


def template_database() -> str:
    """Make the template unless it is there; the one process that makes it has the others wait."""
    digest = hashlib.sha256()
    for pattern in SOURCES:
        for path in sorted(settings.ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    name = f"azukari_template_{digest.hexdigest()[:12]}"
    with connect("postgres", autocommit=True) as owner:
        owner.execute("SELECT pg_advisory_lock(hashtext('azukari template'))")
        _clear_away(owner, keep=name)
        if name not in _databases(owner):
            _build(f"{name}_building")
            owner.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(f"{name}_building"), sql.Identifier(name)
                )
            )
    return name


def _build(name: str) -> None:
    _drop(name)
    with connect("postgres", autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    _use(name)
    # It serves tests of every time, whatever clock is set off by the one that comes first.
    with override_settings(CLOCK_FILE=""):
        call_command("migrate", verbosity=0)
        call_command("load_reference")
        call_command("load_pages")
    connections.close_all()


def _use(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    # What was remembered of another database.
    keys.forget()
    ContentType.objects.clear_cache()
    Site.clear_site_root_paths_cache()


def _copy(template: str, name: str) -> None:
    with connect("postgres", autocommit=True) as owner:
        owner.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def _drop(name: str) -> None:
    with connect("postgres", autocommit=True) as owner:
        # Not WITH (FORCE): it may not end the server's own autovacuum, which leaves by itself.
        owner.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = %s AND backend_type = 'client backend'",
            [name],
        )
        owner.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


def _databases(owner: psycopg.Connection) -> list[str]:
    return [name for (name,) in owner.execute("SELECT datname FROM pg_database")]


def _clear_away(owner: psycopg.Connection, *, keep: str) -> None:
    """Old templates, and the copies of runs that were killed."""
    for name in _databases(owner):
        is_old_template = name.startswith("azukari_template_") and name != keep
        is_left_over = name.startswith("azukari_test_") and not _is_alive(name.split("_")[2])
        if is_old_template or is_left_over:
            # Another run may be using it: then that one clears it away.
            with contextlib.suppress(psycopg.Error):
                owner.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


def _is_alive(pid: str) -> bool:
    return Path(f"/proc/{pid}").exists()


@pytest.fixture
def real_database(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: object
) -> Iterator["RealDatabase"]:
    """A database of its own whose commits are real: for threads, locks and other connections.

    Not together with `db`: a test asks for `database`, which is whichever of the two it has.
    """
    with django_db_blocker.unblock(), copied_database() as found:
        yield found


@contextmanager
def copied_database() -> Iterator["RealDatabase"]:
    """A copy of the template with real commits, in place of the one for this process."""
    ours = connection.settings_dict["NAME"]
    name = f"{ours}_real"
    _drop(name)
    _copy(template_database(), name)
    _use(name)
    act_as(ACTOR)
    yield RealDatabase(name)
    # First the way back: a database that can't be dropped must not be the next test's.
    _use(ours)
    _drop(name)


class RealDatabase:
    """A database with real commits, and connections to it as each role."""

    def __init__(self, name: str) -> None:
        self.name = name

    @contextmanager
    def connect(self, role: str, /, **values: object) -> Iterator[psycopg.Connection]:
        """A transaction as a role, with `app.*` set: `connect("azukari_staff", facilities="{3}")`.

        It is rolled back at the end.
        """
        with connect(self.name, role) as found:
            tell(found, **values)
            yield found
            found.rollback()


def tell(found: psycopg.Connection, **values: object) -> None:
    """Set `app.*` for the transaction, as the middleware does."""
    for key, value in values.items():
        found.execute("SELECT set_config(%s, %s, true)", [f"app.{key}", str(value)])


@pytest.fixture
def database(request: pytest.FixtureRequest) -> Iterator[None]:
    """The database of this test, in which factories may write.

    The history refuses a change without an actor.
    """
    if "real_database" in request.fixturenames:
        request.getfixturevalue("real_database")
        yield
        return
    request.getfixturevalue("db")
    act_as(ACTOR)
    yield


@pytest.fixture(autouse=True)
def _database_with_an_actor(request: pytest.FixtureRequest) -> None:
    """Wherever a test has a database, it has one in which it may write."""
    if "db" in request.fixturenames or "real_database" in request.fixturenames:
        request.getfixturevalue("database")


def run_as(role: str, statement: str) -> None:
    """One statement on Django's own connection, as a role; what it raises is rolled back."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {role}")
        cursor.execute(statement)


@contextmanager
def at_moment(at: dt.datetime) -> Iterator[None]:
    """What is written inside happens at a moment of the past, also for the triggers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.at', %s, false)", [at.isoformat()])
        yield
        cursor.execute("SELECT set_config('app.at', '', false)")


def act_as(actor: str) -> None:
    """Forget every value of `app.*`, then name the actor.

    Not `SET LOCAL`: those values outlive a released savepoint, and these take their place.
    """
    values = dict.fromkeys(NAMES, "") | {"actor": actor}
    calls = ", ".join(["set_config(%s, %s, false)"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {calls}",
            [part for key, value in values.items() for part in (f"app.{key}", value)],
        )
