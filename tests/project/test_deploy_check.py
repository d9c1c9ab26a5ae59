"""Django's own check of a deployment, for each process with the environment that it has there."""

import base64
import re
import secrets
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.demonstration import clean_environment

ROOT = Path(__file__).resolve().parents[2]


def findings(entry, folder, **changed):
    result = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=clean_environment() | {
            "DJANGO_SETTINGS_MODULE": f"azukari.settings.{entry}",
            # Nothing is asked of it.
            "DATABASE_URL": f"postgres://azukari_{entry}:password@localhost/azukari",
            "AZUKARI_PUBLIC_SECRET_KEY": secrets.token_urlsafe(60),
            "AZUKARI_STAFF_SECRET_KEY": secrets.token_urlsafe(60),
            "AZUKARI_DATA_KEYS": f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
            "AZUKARI_PUBLIC_ORIGIN": "https://azukari.example.jp",
            "AZUKARI_STAFF_ORIGIN": "https://staff.azukari.example.jp",
            "AZUKARI_EMAIL_URL": "smtp://localhost:25",
            "AZUKARI_BACKUP_KEYS": f"b1:{base64.b64encode(secrets.token_bytes(32)).decode()}",
            "AZUKARI_BACKUP_DATABASE_URL": "postgres://azukari_backup@localhost/azukari",
            "AZUKARI_DRILL_DATABASE_URL": "postgres://azukari_drill@localhost/postgres",
            "AZUKARI_DATA_FOLDER": str(folder),
            "AZUKARI_HTTPS": "true",
        }
        | changed,
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    found = set(re.findall(r"\((\w+\.[A-Z]\d+)\)", result.stderr))
    assert bool(found) == bool(result.returncode), result.stderr
    return found


@pytest.mark.parametrize("entry", ["public", "staff", "worker"])
def test_a_deployment_has_nothing_to_warn_of(entry, tmp_path):
    assert findings(entry, tmp_path) == set()


def test_a_deployment_in_the_open_is_warned_of(tmp_path):
    """No promise of HTTPS, no way to it, cookies that travel without it."""
    found = findings("staff", tmp_path, AZUKARI_HTTPS="false")

    assert found == {"security.W004", "security.W008", "security.W011", "security.W016"}
