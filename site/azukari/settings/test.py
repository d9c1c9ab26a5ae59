"""The tests: both entries in one process, as the owner of the database.

What the entries differ in is laid over these settings around each request (`tests/entries.py`).
Values of the environment count for nothing here, except for the server to use (`DATABASE_URL`,
with a role that may make roles); without one an embedded server is used.
"""

import base64
import hashlib
import os
import shutil
from pathlib import Path

from azukari.postgres import EmbeddedServer
from history.walls import OWNER
from tests.undefined import Undefined

CHECKOUT = Path(__file__).resolve().parents[3]
MEMORY = Path("/dev/shm")  # noqa: S108
ENOUGH = 4 << 30  # bytes


def _server_folder() -> Path:
    """In memory, where there is plenty: many tests copy a whole database and drop it again."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ENOUGH:
        return CHECKOUT / ".azukari" / "test-postgres"
    digest = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]
    return MEMORY / f"azukari-test-{os.getuid()}-{digest}"


EMBEDDED = EmbeddedServer(_server_folder(), durable=False, options={"max_wal_size": "128MB"})

for _name in [name for name in os.environ if name.startswith("AZUKARI_")]:
    del os.environ[_name]
os.environ |= {
    "AZUKARI_PUBLIC_SECRET_KEY": "public" * 10,
    "AZUKARI_STAFF_SECRET_KEY": "staff" * 10,
    "AZUKARI_DATA_KEYS": "test:" + base64.b64encode(b"t" * 32).decode(),
    "AZUKARI_PUBLIC_ORIGIN": "http://public.test",
    "AZUKARI_STAFF_ORIGIN": "http://staff.test",
    "AZUKARI_HTTPS": "false",
    "AZUKARI_EMAIL_URL": "memory://",
    "AZUKARI_BACKUP_KEYS": "test:" + base64.b64encode(b"b" * 32).decode(),
    "AZUKARI_BACKUP_DATABASE_URL": "set by the tests of backups",
    "AZUKARI_DRILL_DATABASE_URL": "set by the tests of backups",
}
os.environ.setdefault("DATABASE_URL", EMBEDDED.url())

# The values above must stand before the settings read them.
from azukari.settings.base import *  # noqa: E402, F403
from azukari.settings.base import DATABASES, PROJECT, TEMPLATES  # noqa: E402

ENTRY = "owner"
ROOT_URLCONF = "azukari.urls_public"

# The address of the one who may make roles and databases; the tests run as the owner.
SERVER_URL = os.environ["DATABASE_URL"]
DATABASES["default"] |= {"USER": OWNER, "CONN_MAX_AGE": 0}

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT = None
# An undefined variable in a template of ours fails the test.
TEMPLATES[0]["OPTIONS"]["string_if_invalid"] = Undefined(PROJECT / "templates")
