"""The session store of the public entry, in a table of its own."""

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from records.models import PublicSession


class SessionStore(DatabaseStore):
    @classmethod
    def get_model_class(cls) -> type[PublicSession]:
        return PublicSession
