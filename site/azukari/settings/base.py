"""What both entries and the worker share. Each process has settings of its own on top."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import allauth
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy as _

from azukari import environment, logs

# Paths

SITE = Path(__file__).resolve().parents[2]
ROOT = SITE.parent
PROJECT = SITE / "azukari"

# Environment

environment.refuse_unknown()
DATA_FOLDER = Path(environment.env.str("AZUKARI_DATA_FOLDER", str(ROOT / ".azukari")))
PUBLIC_ORIGIN = environment.origin("AZUKARI_PUBLIC_ORIGIN")
STAFF_ORIGIN = environment.origin("AZUKARI_STAFF_ORIGIN")
HTTPS = environment.boolean("AZUKARI_HTTPS", default=True)


def host(origin: str) -> str:
    return urlsplit(origin).hostname or ""


# Core

DEBUG = environment.boolean("AZUKARI_DEBUG", default=False)
# Each entry sets a key of its own. The others sign nothing that outlives them.
SECRET_KEY = get_random_secret_key()
WSGI_APPLICATION = "azukari.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Apps

INSTALLED_APPS = [
    "cms",
    "booking.day",
    "booking",
    "records",
    "history",
    "azukari.apps.StaffToolConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.humanize",
    # The widgets that our form renderer does not replace.
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "guardian",
    "simple_history",
    "procrastinate.contrib.django",
    # Last, so that after a migration it finds every table and can put the walls around it.
    "azukari",
]

# Middleware: each entry has a chain of its own. Worker and owner answer nobody; these are what the
# installed apps insist on.

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

# Templates

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PROJECT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
            ],
            "builtins": ["django.templatetags.i18n", "azukari.templatetags.azukari"],
        },
    }
]
FORM_RENDERER = "azukari.forms.FormRenderer"

# Database

DATABASES = {"default": environment.database()}
DATABASES["default"]["ENGINE"] = "django.db.backends.postgresql"
# 練習モード. The name of the database says what is in it: neither can be taken for the other.
PRACTICE = environment.is_practice(DATABASES["default"])
# A pool in transaction mode hands the next transaction to another connection.
DATABASES["default"]["DISABLE_SERVER_SIDE_CURSORS"] = True
# What is asked with `history.prepared` is planned once for each connection, and nothing else by
# itself. A pool in transaction mode must know prepared statements (PgBouncer from 1.21).
DATABASES["default"].setdefault("OPTIONS", {})["prepare_threshold"] = sys.maxsize
# After a restart of the database the next request finds a new connection by itself.
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# The middleware opens the transaction: it must also cover the rendering (see middleware.py).
DATABASES["default"]["ATOMIC_REQUESTS"] = False
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

# Auth

AUTH_USER_MODEL = "records.User"
AUTHENTICATION_BACKENDS: list[str] = []
PASSWORD_HASHERS = [
    "records.hashers.NormalArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# Staff, whose terminal is their second factor. Parents have a rule of their own (public.py).
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "records.passwords.LengthValidator", "OPTIONS": {"always": 12}},
    {"NAME": "records.passwords.FamiliarPasswordValidator"},
]
# The secrets of second factors, encrypted like our own fields.
MFA_ADAPTER = "records.second_factors.SecondFactorAdapter"
# Which allauth reads once, when it is first loaded.
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "records.reset_links.ResetLinks"  # noqa: S105 - a class
# Rights hang on a membership, never on a row for "everybody".
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
# By which a parent's device is known again.
DEVICE_COOKIE_NAME = "__Host-azukari-device" if HTTPS else "azukari-device"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "azukari.views.form_expired"

# Internationalisation: Japanese is the source language of everything a user reads.

LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", _("日本語")), ("en", _("English"))]
LOCALE_PATHS = [PROJECT / "locale"]
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
USE_I18N = True
# 2025-10-20 everywhere; our own date field also reads 令和7年10月20日.
FORMAT_MODULE_PATH = ["azukari.formats"]

# Static and media

STATIC_URL = "/static/"
STATIC_ROOT: Path | None = DATA_FOLDER / "static"
STATICFILES_DIRS = [PROJECT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_FOLDER / "media"

# Mail: an entry only writes it down, encrypted; the worker sends it.

OUTBOX_BACKEND = "records.mail.OutboxBackend"
EMAIL_BACKEND = OUTBOX_BACKEND
DEFAULT_FROM_EMAIL = environment.env.str("AZUKARI_EMAIL_FROM", "azukari@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Not in the database: who could change the ledger must not choose who is told.
OFFICERS: list[str] = environment.env.list("AZUKARI_OFFICERS", [])

# Logs

LOGGING = logs.CONFIGURATION

# Security

# A message may name a child: it stays on the server.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "object-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}
AXES_ENABLED = False
# Proxies of ours before an entry, each of which adds to X-Forwarded-For; none believes the header.
TRUSTED_PROXIES = environment.whole_number("AZUKARI_TRUSTED_PROXIES", default=0)
AXES_CLIENT_IP_CALLABLE = "azukari.client_address.of"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# Wagtail

WAGTAIL_SITE_NAME = "あずかり"
WAGTAILADMIN_BASE_URL = STAFF_ORIGIN
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
# It would ask a host outside which version is new, and one for portraits.
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_WORKFLOW_ENABLED = True
# Pictures are drawn anew before a page shows them; SVG can carry scripts and stays outside.
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 10 * 1024 * 1024
WAGTAILIMAGES_MAX_IMAGE_PIXELS = 40_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "cms.forms.PictureForm"
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}

# Ours

# History is written by triggers; simple-history supplies the models and the admin.
SIMPLE_HISTORY_ENABLED = False
SIMPLE_HISTORY_HISTORY_ID_USE_UUID = False
# id:base64 of 32 bytes, comma separated; the first wraps new data keys.
DATA_KEYS = environment.required("AZUKARI_DATA_KEYS")
# Backups: where they lie, the second place, keys as above, and the addresses of two roles: one that
# reads everything, one that may make the database of the restore drill.
BACKUP_FOLDER = Path(environment.env.str("AZUKARI_BACKUP_FOLDER", "") or DATA_FOLDER / "backups")
BACKUP_SECOND_FOLDER = environment.env.str("AZUKARI_BACKUP_SECOND_FOLDER", "")
BACKUP_KEYS = environment.env.str("AZUKARI_BACKUP_KEYS", "")
BACKUP_DATABASE_URL = environment.env.str("AZUKARI_BACKUP_DATABASE_URL", "")
DRILL_DATABASE_URL = environment.env.str("AZUKARI_DRILL_DATABASE_URL", "")
POSTGRES_TOOLS = environment.env.str("AZUKARI_POSTGRES_TOOLS", "")
# A file that holds an offset from the real time, for practice and for journeys.
CLOCK_FILE = environment.env.str("AZUKARI_CLOCK_FILE", "")
# Where the staff entry and `manage.py keep_sheets` leave the printed lists of the day, in a folder
# for each facility: the facility's own disk. Empty: nowhere.
SHEET_FOLDER = environment.env.str("AZUKARI_SHEET_FOLDER", "")
# The staff entry's door: the cookie by which a terminal is known, the header in which the proxy
# says whose certificate it has checked (empty: none is asked for), and when a screen is locked.
TERMINAL_COOKIE_NAME = "__Host-azukari-terminal" if HTTPS else "azukari-terminal"
CLIENT_CERTIFICATE_HEADER = environment.env.str("AZUKARI_CLIENT_CERTIFICATE_HEADER", "")
IDLE_MINUTES = environment.whole_number("AZUKARI_IDLE_MINUTES", default=5, least=1)
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"
PROCRASTINATE_ON_APP_READY = "history.jobs.use_connector"
ALLAUTH_TEMPLATES = Path(allauth.__file__).parent / "templates"
SILENCED_SYSTEM_CHECKS = [
    # Axes guards the staff entry alone, which names both.
    "axes.W002",
    "axes.W003",
    # Guardian's back end logs nobody in: its rights are asked for by membership.
    "guardian.W001",
]
