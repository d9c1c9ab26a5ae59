"""The floor over HTTP: the public entry's server and database, behind Django's own middleware.

Its views are `floor.urlpatterns`.
"""

from azukari.settings.public import *  # noqa: F403

ROOT_URLCONF = "tests.bench.floor"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    # An installed app insists on it.
    "allauth.account.middleware.AccountMiddleware",
]
