"""Migrations say what the models say, in one line, whose end each app names."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.graph import MigrationGraph
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.questioner import NonInteractiveMigrationQuestioner
from django.db.migrations.state import ProjectState
from django.utils import translation

# Where each app lies.
FOLDERS = {
    "history": "history", "records": "records", "booking": "booking", "day": "booking/day",
    "cms": "cms",
}  # fmt: skip
APPS = tuple(FOLDERS)


@pytest.fixture
def loader(db):
    return MigrationLoader(connection)


def missing(loader: MigrationLoader, wanted: ProjectState) -> list[str]:
    """Apps of ours whose migrations do not lead to the wanted state."""
    questions = NonInteractiveMigrationQuestioner()
    # As makemigrations: words of other packages are not compared in the language of the day.
    with translation.override(None):
        detector = MigrationAutodetector(loader.project_state(), wanted, questions)
        changes = detector.changes(loader.graph)
    return sorted(set(changes) & set(APPS))


def forked(graph: MigrationGraph) -> list[str]:
    """Apps whose migrations have not one end but several, or none."""
    return [app for app in APPS if len(graph.leaf_nodes(app)) != 1]


def stated_ends(root: Path) -> dict[str, str]:
    return {
        app: (root / folder / "migrations" / "max_migration.txt").read_text().strip()
        for app, folder in FOLDERS.items()
    }


def real_ends(root: Path) -> dict[str, str]:
    return {
        app: max(path.stem for path in (root / folder / "migrations").glob("[0-9]*.py"))
        for app, folder in FOLDERS.items()
    }


def test_no_migration_is_missing(loader):
    assert missing(loader, ProjectState.from_apps(apps)) == []


def test_a_missing_migration_is_found(loader):
    wanted = ProjectState.from_apps(apps)
    stray = models.CharField(max_length=3, default="")
    wanted.add_field("records", "operator", "stray", stray, preserve_default=True)

    assert missing(loader, wanted) == ["records"]


def test_migrations_have_one_end(loader):
    assert forked(loader.graph) == []


def test_a_fork_and_an_app_without_migrations_are_found():
    graph = MigrationGraph()
    for app in ("history", "records", "booking", "day"):
        graph.add_node((app, "0001_a"), None)
    for name in ("0002_b", "0002_c"):
        graph.add_node(("records", name), None)
        graph.add_dependency(None, ("records", name), ("records", "0001_a"))

    assert forked(graph) == ["records", "cms"]


def test_max_migration_names_the_end():
    assert stated_ends(settings.ROOT) == real_ends(settings.ROOT)


def test_a_wrong_max_migration_is_found(tmp_path):
    for each in FOLDERS.values():
        folder = tmp_path / each / "migrations"
        folder.mkdir(parents=True)
        (folder / "0001_a.py").touch()
        (folder / "0002_b.py").touch()
        (folder / "max_migration.txt").write_text("0001_a\n")

    assert stated_ends(tmp_path) != real_ends(tmp_path)
