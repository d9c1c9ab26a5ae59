"""Logging in at the staff entry: staff only."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from records.enums import Kind


class StaffBackend(ModelBackend):
    """Staff, by staff ID and password."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and user.kind == Kind.STAFF
