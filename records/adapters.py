"""How allauth fits in: only parents have accounts at the public entry."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

from history import context
from records.enums import Kind
from records.models import User


class AccountAdapter(DefaultAccountAdapter):
    def new_user(self, request: HttpRequest) -> User:
        return User(kind=Kind.PARENT)

    def save_user(
        self, request: HttpRequest, user: User, form: object, commit: bool = True
    ) -> User:
        # Nobody is logged in yet, and no change goes without an actor.
        context.state(actor="system:sign-up")
        return super().save_user(request, user, form, commit)

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Parents have no user name to choose."""

    def clean_email(self, email: str) -> str:
        return super().clean_email(email).lower()
