"""The staff entry: the staff tool at `/`, the page editor at `/cms/`."""

from azukari import environment
from azukari.settings.base import *  # noqa: F403
from azukari.settings.base import (
    HTTPS,
    INSTALLED_APPS,
    PROJECT,
    SILENCED_SYSTEM_CHECKS,
    STAFF_ORIGIN,
    TEMPLATES,
    host,
)

ENTRY = "staff"
SECRET_KEY = environment.required("AZUKARI_STAFF_SECRET_KEY")
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
    "azukari.null_bytes.NullByteMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before the log-in is asked for: what was posted without one is kept.
    "records.drafts.DraftMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "azukari.page_editor.PageEditorMiddleware",
    # Last: directly before the view.
    "azukari.middleware.WallMiddleware",
]

# Templates: pages for refusals under the same names, in the staff tool's own frame.

TEMPLATES = [{**TEMPLATES[0], "DIRS": [PROJECT / "templates_staff", *TEMPLATES[0]["DIRS"]]}]

# Auth

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "records.backends.staff.StaffBackend",
]
SESSION_ENGINE = "records.sessions.staff"
SESSION_COOKIE_NAME = "__Host-azukari-staff" if HTTPS else "azukari-staff"
# A working day; closing the browser ends it as well.
SESSION_COOKIE_AGE = 10 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = "__Host-azukari-staff-csrf" if HTTPS else "azukari-staff-csrf"
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "admin:index"
WAGTAILADMIN_LOGIN_URL = "/login/"
AXES_ENABLED = True
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 1
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "azukari.views.locked_out"
AXES_VERBOSE = False
SILENCED_SYSTEM_CHECKS = [
    *SILENCED_SYSTEM_CHECKS,
    # The staff ID alone is locked, from whatever address or browser: rotating them gains nothing.
    # Counting by address too would shut out a whole facility, which reaches us by one address.
    "axes.W006",
]
