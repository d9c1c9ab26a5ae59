"""Sessions at rest: who reads the table can neither take one over nor read what is in it.

A row is found by a digest of what the cookie says, and its content is encrypted like our fields,
bound to its row: copied into another it opens nothing.
"""

import base64
import datetime as dt
import functools
import hashlib
from typing import Any, cast

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.exceptions import ObjectDoesNotExist
from django.db.models import QuerySet

from history import clock
from history.prepared import Later, Prepared, prepared
from records import keys

# As long as the column of Django's own sessions: 40 hexadecimal figures.
DIGEST_BYTES = 20


def digest_of(cookie: str) -> str:
    """What stands in the table in place of a cookie's value."""
    return hashlib.blake2b(cookie.encode(), digest_size=DIGEST_BYTES).hexdigest()


class SealedStore(DatabaseStore):
    """Both entries' stores; each has a table of its own."""

    def get_expiry_date(self, **options: Any) -> dt.datetime:
        """By the clock that also asks whether it has come; Django's own may stand elsewhere."""
        return super().get_expiry_date(**({"modification": clock.now()} | options))

    def load(self) -> dict[str, Any]:
        row = self._get_session_from_db()
        return self.read(row) if row else {}

    def left_behind(self) -> dict[str, Any]:
        """What it holds, also where the log-in has run out."""
        row = self.model.objects.filter(session_key=digest_of(self.session_key or "")).first()
        return self.read(row) if row else {}

    def read(self, row: AbstractBaseSession) -> dict[str, Any]:
        """What a row holds; nothing where it was changed, or moved there from another."""
        try:
            sealed = base64.b64decode(row.session_data, validate=True)
            written = keys.decrypt(sealed, self._place(row.session_key))
        except (ValueError, LookupError, ObjectDoesNotExist):
            return {}
        return cast("dict[str, Any]", self.serializer().loads(written.encode("latin-1")))

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = digest_of(row.session_key)
        written = self.serializer().dumps(data).decode("latin-1")
        sealed = keys.encrypt(written, self._place(row.session_key))
        row.session_data = base64.b64encode(sealed).decode()
        return row

    def exists(self, session_key: str) -> bool:
        return super().exists(digest_of(session_key))

    def delete(self, session_key: str | None = None) -> None:
        known = session_key or self.session_key
        if known is not None:
            super().delete(digest_of(known))

    def _get_session_from_db(self) -> AbstractBaseSession | None:
        found = _living(self.get_model_class())(
            digest=digest_of(self.session_key or ""), at=clock.now()
        )
        row = found[0] if found else None
        if row is None:
            self._session_key = None
        return cast("AbstractBaseSession | None", row)

    def _place(self, digest: str) -> str:
        return f"{self.model._meta.label_lower}.{digest}"


@functools.cache
def _living(model: type[AbstractBaseSession]) -> Prepared[AbstractBaseSession]:
    """The rows of an entry's sessions by digest, where their time is not over."""

    @prepared
    def living(digest: Later, at: Later) -> QuerySet[AbstractBaseSession]:
        return model._default_manager.filter(session_key=digest, expire_date__gt=at)

    return living
