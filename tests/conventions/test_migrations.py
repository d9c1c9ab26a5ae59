"""Migrations say what the models say, in one line, whose end each app names."""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection, models
from django.db.migrations.loader import MigrationLoader

from records.models import Operator

APPS = ("history", "records", "booking", "cms")


def missing_migrations() -> str:
    try:
        call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    except SystemExit:
        return "models and migrations differ: run makemigrations"
    return ""


def stated_ends(root: Path) -> dict[str, str]:
    return {
        app: (root / app / "migrations" / "max_migration.txt").read_text().strip() for app in APPS
    }


def real_ends(root: Path) -> dict[str, str]:
    return {
        app: max(path.stem for path in (root / app / "migrations").glob("[0-9]*.py"))
        for app in APPS
    }


def test_no_migration_is_missing(db):
    assert missing_migrations() == ""


def test_a_missing_migration_is_found(db):
    field = models.CharField(max_length=3, default="")
    field.contribute_to_class(Operator, "stray")
    try:
        assert missing_migrations() != ""
    finally:
        Operator._meta.local_fields.remove(field)
        Operator._meta._expire_cache()
        del Operator.stray


@pytest.mark.parametrize("app", APPS)
def test_migrations_have_one_end(db, app):
    loader = MigrationLoader(connection)

    assert [name for _app, name in loader.graph.leaf_nodes(app)] == [real_ends(settings.ROOT)[app]]


def test_max_migration_names_the_end():
    assert stated_ends(settings.ROOT) == real_ends(settings.ROOT)


def test_a_wrong_max_migration_is_found(tmp_path):
    for app in APPS:
        folder = tmp_path / app / "migrations"
        folder.mkdir(parents=True)
        (folder / "0001_a.py").touch()
        (folder / "0002_b.py").touch()
        (folder / "max_migration.txt").write_text("0001_a\n")

    assert stated_ends(tmp_path) != real_ends(tmp_path)
