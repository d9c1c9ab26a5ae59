"""Reading the environment: every setting has a name here, and nothing unknown passes."""

import os
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from environs import Env, EnvError

# `.env.example` explains each of them; a test compares the two lists.
KNOWN = {
    "AZUKARI_PUBLIC_SECRET_KEY",
    "AZUKARI_STAFF_SECRET_KEY",
    "AZUKARI_DATA_KEYS",
    "AZUKARI_PUBLIC_ORIGIN",
    "AZUKARI_STAFF_ORIGIN",
    "AZUKARI_DATA_FOLDER",
    "AZUKARI_EMAIL_URL",
    "AZUKARI_EMAIL_FROM",
    "AZUKARI_OFFICERS",
    "AZUKARI_HTTPS",
    "AZUKARI_DEBUG",
    "AZUKARI_CLOCK_FILE",
    "AZUKARI_SHEET_FOLDER",
    "AZUKARI_ROLE_PASSWORDS",
    "AZUKARI_BACKUP_FOLDER",
    "AZUKARI_BACKUP_SECOND_FOLDER",
    "AZUKARI_BACKUP_KEYS",
    "AZUKARI_BACKUP_DATABASE_URL",
    "AZUKARI_DRILL_DATABASE_URL",
    "AZUKARI_POSTGRES_TOOLS",
    "AZUKARI_TRUSTED_PROXIES",
    "AZUKARI_CLIENT_CERTIFICATE_HEADER",
    "AZUKARI_IDLE_MINUTES",
}

# How the name of a database ends whose families are invented, to practise with.
PRACTICE = "_practice"
MAIL_THAT_STAYS = (
    "django.core.mail.backends.filebased.EmailBackend",
    "django.core.mail.backends.locmem.EmailBackend",
)

# Below it `check --deploy` warns.
SECRET_LENGTH = 50

env = Env()


def refuse_unknown() -> None:
    """Stop at a name that looks like ours and is not: a typing mistake must not go unseen."""
    ours = {name for name in os.environ if name.startswith("AZUKARI_")}
    unknown = sorted(ours - KNOWN)
    if unknown:
        raise ImproperlyConfigured(f"Unknown settings in the environment: {', '.join(unknown)}")


def required(name: str) -> str:
    """The value of a setting that has no default; a missing or empty one stops the start."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. See .env.example.")
    return value


def origin(name: str) -> str:
    """`https://host`, with a port if need be: what a browser calls an origin."""
    value = required(name).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise ImproperlyConfigured(f"{name} must be https:// and a host, and nothing else.")
    return value


def secret(name: str) -> str:
    value = required(name)
    if len(value) < SECRET_LENGTH:
        raise ImproperlyConfigured(f"{name} must be {SECRET_LENGTH} characters or more.")
    return value


def boolean(name: str, *, default: bool) -> bool:
    try:
        return env.bool(name, default)
    except EnvError as error:
        raise ImproperlyConfigured(f"{name} must be true or false.") from error


def whole_number(name: str, *, default: int, least: int = 0) -> int:
    try:
        value = env.int(name, default)
    except EnvError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number.") from error
    if value < least:
        raise ImproperlyConfigured(f"{name} must be {least} or more.")
    return value


def database() -> dict[str, Any]:
    """`DATABASE_URL`: server, database and this process's own role."""
    required("DATABASE_URL")
    try:
        return env.dj_db_url("DATABASE_URL", conn_max_age=60)
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured("DATABASE_URL is not a database address.") from error


def email() -> dict[str, Any]:
    """`AZUKARI_EMAIL_URL`: `smtp://…`, or `file:///folder` for the demonstration."""
    try:
        found = env.dj_email_url("AZUKARI_EMAIL_URL")
    except (EnvError, ValueError) as error:
        raise ImproperlyConfigured("AZUKARI_EMAIL_URL is not a mail address.") from error
    if found["EMAIL_BACKEND"].endswith("filebased.EmailBackend"):
        # The parser takes the first slash of the folder for its own.
        found["EMAIL_FILE_PATH"] = f"/{found['EMAIL_FILE_PATH']}"
    return found


def is_practice(database: dict[str, Any]) -> bool:
    """Whether a database holds invented families to practise with, which its name alone says."""
    return str(database["NAME"]).endswith(PRACTICE)


def refuse_mail_of_practice(backend: str) -> None:
    """No letter leaves while somebody practises. Raises ImproperlyConfigured."""
    if backend not in MAIL_THAT_STAYS:
        raise ImproperlyConfigured(
            "AZUKARI_EMAIL_URL sends mail, and the database is one to practise with: name a folder"
            " (file:///…) instead."
        )
