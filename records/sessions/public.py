"""The session store of the public entry, in a table of its own."""

from typing import Any

from records.models import PublicSession
from records.sessions.sealed import SealedStore

# Where a session says from which device it was opened.
DEVICE = "device"


class SessionStore(SealedStore):
    @classmethod
    def get_model_class(cls) -> type[PublicSession]:
        return PublicSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """With its device, so that forgetting one ends what was opened there."""
        session: Any = super().create_model_instance(data)
        session.device_id = data.get(DEVICE)
        return session
