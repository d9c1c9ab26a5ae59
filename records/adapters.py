"""How allauth fits in: only parents have accounts at the public entry."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from history import clock, context
from records import device_cookie, queries
from records.actions import addresses, devices
from records.enums import Kind
from records.models import User
from records.sessions.public import DEVICE

OWN_STAGES = {"allauth.mfa.stages.AuthenticateStage": "records.login_stages.SecondFactorStage"}
# Ticked beside the code, and read once the log-in is through.
TRUST = "trust_device"


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

    def get_login_stages(self) -> list[str]:
        return [OWN_STAGES.get(stage, stage) for stage in super().get_login_stages()]

    def login(self, request: HttpRequest, user: User) -> None:
        request.is_first_login = user.last_login is None  # type: ignore[attr-defined]
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Know the device again, or tell the person of one that is new."""
        response = super().post_login(request, user, **kwargs)
        context.state(actor=str(user.pk))
        secret = device_cookie.secret_of(request) or devices.new_secret()
        device, is_new = devices.recognise(
            user=user,
            secret=secret,
            user_agent=request.headers.get("User-Agent", ""),
            trust=bool(request.session.pop(TRUST, False)),
            at=clock.now(),
        )
        request.session[DEVICE] = str(device.pk)
        device_cookie.keep(response, secret)
        if is_new and not request.is_first_login:  # type: ignore[attr-defined]
            self.send_notification_mail("account/email/new_device", user, {"device": device})
        return response

    def set_password(self, user: User, password: str) -> None:
        """Whoever knew the old one is out: other devices have to log in again."""
        super().set_password(user, password)
        context.state(actor=str(user.pk))
        devices.forget_others(user=user, keep=self.request.session.get(DEVICE))

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Parents have no user name to choose."""

    def format_email_subject(self, subject: str) -> str:
        """As all mails of the service begin."""
        return _("【一時預かり】%(subject)s") % {"subject": subject}

    def clean_email(self, email: str) -> str:
        return super().clean_email(email).lower()
