"""Logging in at the public entry: parents only."""

from allauth.account.auth_backends import AuthenticationBackend

from records.enums import Kind
from records.models import User


class ParentBackend(AuthenticationBackend):
    """Parents, by e-mail address and password."""

    def user_can_authenticate(self, user: User) -> bool:
        return super().user_can_authenticate(user) and user.kind == Kind.PARENT

    def get_user(self, user_id: int) -> User | None:
        user = super().get_user(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None
