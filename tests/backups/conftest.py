"""Backups of a database with real commits, into folders of the test's own."""

from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from azukari.backups.archive import Writer
from history.walls import BACKUP, DRILL


def address(role: str, database: str) -> str:
    parameters = connection.get_connection_params()
    known = {key: parameters.get(key) for key in ("host", "port", "password")}
    return make_conninfo("", user=role, dbname=database, **{k: v for k, v in known.items() if v})


@pytest.fixture
def places(settings, tmp_path):
    """Two folders for backups and one for uploaded files, in the settings."""
    settings.BACKUP_FOLDER = tmp_path / "backups"
    settings.BACKUP_SECOND_FOLDER = str(tmp_path / "second")
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media" / "images").mkdir(parents=True)
    (tmp_path / "media" / "images" / "chick.svg").write_text("<svg/>")
    return settings


@pytest.fixture
def backed_up(places, real_database):
    """The database, reachable as the two roles of backups."""
    places.BACKUP_DATABASE_URL = address(BACKUP, real_database.name)
    places.DRILL_DATABASE_URL = address(DRILL, "postgres")
    return real_database


@pytest.fixture
def small(places) -> Path:
    """A backup as small as they come: no database was asked for it."""
    with Writer(places.BACKUP_FOLDER, "20261123-023000") as writer:
        for name, content in (
            ("contents", b"{}"),
            ("files", b"f" * 3_000_000),
            ("database", b"d" * 10),
        ):
            with writer.part(name) as sealed:
                sealed.write(content)
        writer.finish()
    return places.BACKUP_FOLDER / "20261123-023000"
