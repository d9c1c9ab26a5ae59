"""What a parent's log-in asks for beside the password."""

from allauth.mfa import stages
from django.http import HttpRequest

from history import clock, context
from records import device_cookie
from records.actions import devices


class SecondFactorStage(stages.AuthenticateStage):
    """Asks for the second factor, except on a device where it was asked for not long ago."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user, secret = self.login.user, device_cookie.secret_of(request)
        # The password was right: the wall may show this account's factors and devices.
        context.state(actor=str(user.pk))
        asks = super()._should_handle(request) and not (
            secret and devices.is_trusted(user=user, secret=secret, at=clock.now())
        )
        context.state(actor="")
        return asks
