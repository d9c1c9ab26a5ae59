"""The public entry: pages, accounts, the parents' own pages, booking. Knows no staff route."""

from azukari import environment
from azukari.settings.base import *  # noqa: F403
from azukari.settings.base import HTTPS, PUBLIC_ORIGIN, host

ENTRY = "public"
SECRET_KEY = environment.secret("AZUKARI_PUBLIC_SECRET_KEY")
ALLOWED_HOSTS = [host(PUBLIC_ORIGIN)]
CSRF_TRUSTED_ORIGINS = [PUBLIC_ORIGIN]
ROOT_URLCONF = "azukari.urls_public"

MIDDLEWARE = [
    # First: nothing leaves without passing here.
    "azukari.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before the log-in is asked for: what was posted without one is kept.
    "records.drafts.DraftMiddleware",
    "azukari.middleware.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "azukari.limits.LimitMiddleware",
    # Last: directly before the view.
    "azukari.middleware.WallMiddleware",
]

# Auth

AUTHENTICATION_BACKENDS = ["records.backends.parents.ParentBackend"]
# 15 characters, or 12 beside a second factor.
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "records.passwords.LengthValidator"},
    {"NAME": "records.passwords.FamiliarPasswordValidator"},
]
SESSION_ENGINE = "records.sessions.public"
SESSION_COOKIE_NAME = "__Host-azukari" if HTTPS else "azukari"
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_COOKIE_NAME = "__Host-azukari-csrf" if HTTPS else "azukari-csrf"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "records:my_page"
LOGOUT_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "records.adapters.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
# A changed password or address is told to the one who may not have changed it.
ACCOUNT_EMAIL_NOTIFICATIONS = True
# One address per account; a new one takes over once it is confirmed.
ACCOUNT_CHANGE_EMAIL = True
# Counted by azukari/limits.py and records/login_limits.py, over all processes; allauth counts in
# the cache of each. What it alone knows of is how often a confirmation is sent.
ACCOUNT_RATE_LIMITS = dict.fromkeys(
    (
        "change_password", "change_phone", "manage_email", "reset_password", "reauthenticate",
        "reset_password_from_key", "signup", "login", "request_login_code", "login_failed",
        "verify_phone",
    )
)  # fmt: skip
ACCOUNT_FORMS = {
    "login": "records.forms_account.LoginForm",
    "signup": "records.forms_account.SignupForm",
    "change_password": "records.forms_account.ChangePasswordForm",
    "set_password": "records.forms_account.SetPasswordForm",
    "reset_password": "records.forms_account.ResetPasswordForm",
    "reset_password_from_key": "records.forms_account.ResetPasswordKeyForm",
    "add_email": "records.forms_account.AddEmailForm",
    "reauthenticate": "records.forms_account.ReauthenticateForm",
}

# Second factors are optional. A passkey also logs in by itself.
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_ISSUER = "あずかり"
# A telephone's clock may be half a minute off.
MFA_TOTP_TOLERANCE = 1
MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": "records.forms_second_factors.CodeForm",
    "reauthenticate": "records.forms_second_factors.ConfirmCodeForm",
    "activate_totp": "records.forms_second_factors.ActivateCodesForm",
    "deactivate_totp": "records.forms_second_factors.DeactivateCodesForm",
    "add_webauthn": "records.forms_second_factors.AddPasskeyForm",
    "authenticate_webauthn": "records.forms_second_factors.PasskeyForm",
    "reauthenticate_webauthn": "records.forms_second_factors.ConfirmPasskeyForm",
    "login_webauthn": "records.forms_second_factors.PasskeyLoginForm",
}
# Before the address or a second factor is changed, within five minutes.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
# A reset proves the address; the second factor is still asked for.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True

# The chosen language, kept like the session's cookie.
LANGUAGE_COOKIE_NAME = "__Host-azukari-language" if HTTPS else "azukari-language"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
