"""How allauth fits in: only parents have accounts at the public entry."""

import dataclasses
from collections.abc import Mapping
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from history import actions as history
from history import clock, context
from history.context import WalledRequest
from history.enums import Act
from records import device_cookie, login_limits, queries, stops
from records.account_errors import ERRORS
from records.actions import addresses, devices
from records.enums import Function, Kind
from records.models import User
from records.sessions.public import DEVICE
from records.too_many import too_many

OWN_STAGES = {"allauth.mfa.stages.AuthenticateStage": "records.login_stages.SecondFactorStage"}
# Ticked beside the code, and read once the log-in is through.
TRUST = "trust_device"


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | ERRORS

    def login(self, request: HttpRequest, user: User) -> None:
        request.is_first_login = user.last_login is None  # type: ignore[attr-defined]
        # Who gets in notes it at the own account.
        context.state(actor=str(user.pk))
        super().login(request, user)
        walled = cast("WalledRequest", request)
        walled.context = dataclasses.replace(
            walled.context,
            actor=str(user.pk),
            role="parent",
            household=queries.household_of(user),
        )
        context.enter(walled.context)
        history.record(Act.LOGIN, context=walled.context)

    def logout(self, request: HttpRequest) -> None:
        if request.user.is_authenticated:
            # Also where a link of another account is just being followed.
            walled = cast("WalledRequest", request)
            context.enter(walled.context)
            history.record(Act.LOGOUT, context=walled.context)
        super().logout(request)

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return not stops.in_force(clock.now(), [Function.SIGN_UP])

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

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        user = super().authenticate(request, **credentials)
        if user is not None:
            login_limits.note_success(**self._tried(request, credentials))
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Before the password is looked at: known and unknown accounts are refused alike."""
        tried = self._tried(request, credentials)
        refused = login_limits.refusal(request, **tried, at=clock.now())
        if refused:
            _owe(request, Act.LOCKED, credentials)
            raise ImmediateHttpResponse(too_many(request, refused.seconds))

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        login_limits.note_failure(**self._tried(request, credentials), at=clock.now())
        _owe(request, Act.LOGIN_FAILED, credentials)

    def _tried(self, request: HttpRequest, credentials: dict[str, Any]) -> dict[str, str]:
        return {
            "email": str(credentials.get("email", "")).strip().lower(),
            "address": self.get_client_ip(request),
        }

    def get_login_stages(self) -> list[str]:
        return [OWN_STAGES.get(stage, stage) for stage in super().get_login_stages()]

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
        context.state(actor=str(user.pk))
        user.set_password(password)
        user.save(update_fields=["password"])
        devices.forget_others(user=user, keep=self.request.session.get(DEVICE))

    def populate_username(self, request: HttpRequest, user: User) -> None:
        """Parents have no user name to choose."""

    def format_email_subject(self, subject: str) -> str:
        """As all mails of the service begin."""
        return _("【一時預かり】%(subject)s") % {"subject": subject}

    def clean_email(self, email: str) -> str:
        return super().clean_email(email).lower()


def _owe(request: HttpRequest, act: Act, credentials: Mapping[str, Any]) -> None:
    """An entry for an attempt that failed, about the account if there is one of that address."""
    address = str(credentials.get("email") or "").lower()
    number = (
        User.objects.filter(email=address, kind=Kind.PARENT).values_list("pk", flat=True).first()
    )
    cast("WalledRequest", request).owed.append((act, number))
