"""The pages of second factors that parents use, under the names by which allauth finds them.

Left out: the list of keys, which the first page holds, renaming one, and the file of codes.
"""

from allauth.mfa.base import views as base
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.contrib.auth.decorators import login_not_required
from django.urls import path

from records.views.second_factors import AddPasskey, AskForFactor, RemovePasskey

urlpatterns = [
    path("", base.index, name="mfa_index"),
    path("code/", login_not_required(AskForFactor.as_view()), name="mfa_authenticate"),
    path("confirm/", base.reauthenticate, name="mfa_reauthenticate"),
    path("app/add/", totp.activate_totp, name="mfa_activate_totp"),
    path("app/remove/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("codes/new/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("passkeys/add/", AddPasskey.as_view(), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/remove/", RemovePasskey.as_view(), name="mfa_remove_webauthn"),
    path("passkeys/confirm/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("passkeys/login/", login_not_required(webauthn.login_webauthn), name="mfa_login_webauthn"),
]
