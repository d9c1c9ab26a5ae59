"""The owner: migrations, roles, reference data. Never serves anybody."""

from azukari.settings.base import *  # noqa: F403
from azukari.settings.base import DATABASES
from history.walls import LOCK_TIMEOUT

ENTRY = "owner"
ROOT_URLCONF = "azukari.urls_public"

# A change of the schema that waits for a table makes everybody behind it wait as well: it gives up
# soon and is repeated, rather than closing the service.
DATABASES["default"].setdefault("OPTIONS", {})["options"] = f"-c lock_timeout={LOCK_TIMEOUT}"
