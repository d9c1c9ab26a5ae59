"""Logging in at the public entry: parents only."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.http import HttpRequest

from history import context
from records.enums import Kind
from records.models import User


class ParentBackend(AuthenticationBackend):
    """Parents, by e-mail address and password."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> Any:  # type: ignore[override]
        """A right password may be hashed anew, which only its owner may write."""
        address = str(credentials.get("email") or "").lower()
        accounts = User.objects.filter(kind=Kind.PARENT, email=address)
        number = accounts.values_list("pk", flat=True).first()
        context.state(actor=str(number or ""))
        user = super().authenticate(request, **credentials)
        if user is None:
            before = getattr(request, "context", None)
            context.state(actor=before.actor if before else "")
        return user

    def user_can_authenticate(self, user: User) -> bool:
        return super().user_can_authenticate(user) and user.kind == Kind.PARENT

    def get_user(self, user_id: int) -> User | None:
        user = User.objects.acting(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
