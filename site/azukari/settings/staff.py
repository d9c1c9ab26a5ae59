"""The staff entry: the staff tool at `/`, the page editor at `/cms/`."""

from azukari import environment
from azukari.settings.base import *  # noqa: F403
from azukari.settings.base import (
    HTTPS,
    INSTALLED_APPS,
    PROJECT,
    STAFF_ORIGIN,
    TEMPLATES,
    host,
)

ENTRY = "staff"
SECRET_KEY = environment.secret("AZUKARI_STAFF_SECRET_KEY")
ALLOWED_HOSTS = [host(STAFF_ORIGIN)]
CSRF_TRUSTED_ORIGINS = [STAFF_ORIGIN]
ROOT_URLCONF = "azukari.urls_staff"

# Parents' accounts are unknown here; second factors are kept by the same app.
INSTALLED_APPS = [app for app in INSTALLED_APPS if app != "allauth.account"]

MIDDLEWARE = [
    # First: nothing leaves without passing here.
    "azukari.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    # To a browser that is no registered terminal nothing below exists.
    "azukari.terminals.TerminalMiddleware",
    "azukari.null_bytes.NullByteMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "azukari.terminals.LockMiddleware",
    # Before the log-in is asked for: what was posted without one is kept.
    "records.drafts.DraftMiddleware",
    "azukari.middleware.LoginRequired",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "azukari.page_editor.PageEditorMiddleware",
    # Last: directly before the view.
    "azukari.middleware.WallMiddleware",
]

# Templates: pages for refusals under the same names, in the staff tool's own frame.

TEMPLATES = [{**TEMPLATES[0], "DIRS": [PROJECT / "templates_staff", *TEMPLATES[0]["DIRS"]]}]

# Auth

AUTHENTICATION_BACKENDS = ["records.backends.staff.StaffBackend"]
SESSION_ENGINE = "records.sessions.staff"
SESSION_COOKIE_NAME = "__Host-azukari-staff" if HTTPS else "azukari-staff"
# The day's sign-in ends by itself at four in the morning, each screen when nobody acts; closing the
# browser ends it as well.
SESSION_COOKIE_AGE = 24 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-azukari-staff-csrf" if HTTPS else "azukari-staff-csrf"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
WAGTAILADMIN_LOGIN_URL = "/login/"
