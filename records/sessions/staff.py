"""The session store of the staff entry, in a table of its own."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from records.models import StaffSession


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[StaffSession]:
        return StaffSession
