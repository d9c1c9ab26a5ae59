"""allauth's views of second factors, where ours ask for more."""

from typing import Any

from allauth.account.internal.stagekit import LOGIN_SESSION_KEY
from allauth.account.utils import url_str_to_user_pk
from allauth.mfa.base import views as base
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse_lazy

from history import context
from records.forms_second_factors import RemovePasskeyForm


class AskForFactor(base.AuthenticateView):
    """At the log-in, after the password: the wall shows the factors of the account it was of."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        pending = request.session.get(LOGIN_SESSION_KEY)
        if pending and not request.user.is_authenticated:
            context.state(actor=str(url_str_to_user_pk(pending["user_pk"])))
        return super().dispatch(request, *args, **kwargs)


class AddPasskey(AddWebAuthnView):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """What the browser is asked for: a key that stays on the device and knows its owner."""
        found = super().get_context_data(**kwargs)
        found["js_data"] = {"creation_options": auth.begin_registration(self.request.user, True)}
        return found


class RemovePasskey(RemoveWebAuthnView):
    form_class = RemovePasskeyForm
    success_url = reverse_lazy("mfa_index")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"authenticator": self.object}
