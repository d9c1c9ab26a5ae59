"""How allauth fits in: only parents have accounts at the public entry."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.http import HttpRequest
from django.utils.translation import gettext as _

from history import context
from records import queries
from records.actions import addresses
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

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        # The link may be opened where nobody is logged in, or somebody else is. Who holds it acts
        # for the account it was sent to.
        context.state(actor=str(email_address.user_id))
        household = queries.household_of(email_address.user)
        context.state(household=str(household or ""))
        is_confirmed = super().confirm_email(request, email_address)
        if is_confirmed:
            # Notices and staff use the same address as the log-in.
            addresses.confirm(user_id=email_address.user_id, address=email_address.email)
        return is_confirmed

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Parents have no user name to choose."""

    def format_email_subject(self, subject: str) -> str:
        """As all mails of the service begin."""
        return _("【一時預かり】%(subject)s") % {"subject": subject}

    def clean_email(self, email: str) -> str:
        return super().clean_email(email).lower()
