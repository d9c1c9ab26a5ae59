"""allauth's views of second factors, where ours ask for more."""

from typing import Any

from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import AddWebAuthnView, RemoveWebAuthnView
from django.urls import reverse_lazy

from records.forms_second_factors import RemovePasskeyForm


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
