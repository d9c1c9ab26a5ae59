"""The session store of the staff entry, in a table of its own."""

from records.models import StaffSession
from records.sessions.sealed import SealedStore


class SessionStore(SealedStore):
    @classmethod
    def get_model_class(cls) -> type[StaffSession]:
        return StaffSession
