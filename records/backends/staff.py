"""Logging in at the staff entry: staff only."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from history import context
from records.enums import Kind
from records.models import User


class StaffBackend(ModelBackend):
    """Staff, by staff ID and password."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """A right password may be hashed anew, which only its owner may write."""
        number = User.objects.filter(username=username).values_list("pk", flat=True).first()
        context.state(actor=str(number or ""))
        user = super().authenticate(request, username=username, password=password, **kwargs)
        if user is None:
            context.state(actor="")
        return user

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and user.kind == Kind.STAFF

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.acting(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
