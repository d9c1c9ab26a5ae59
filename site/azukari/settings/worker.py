"""The worker: mail, slots, reminders. It answers no request."""

from azukari import environment
from azukari.settings.base import *  # noqa: F403
from azukari.settings.base import PRACTICE, SILENCED_SYSTEM_CHECKS

ENTRY = "worker"
ROOT_URLCONF = "azukari.urls_public"

# Without them there would be no backup, and nobody would know before it is needed.
for name in ("AZUKARI_BACKUP_KEYS", "AZUKARI_BACKUP_DATABASE_URL", "AZUKARI_DRILL_DATABASE_URL"):
    environment.required(name)

mail = environment.email()
if PRACTICE:
    environment.refuse_mail_of_practice(mail["EMAIL_BACKEND"])
EMAIL_BACKEND = mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = mail["EMAIL_FILE_PATH"]
EMAIL_HOST = mail["EMAIL_HOST"]
EMAIL_PORT = mail["EMAIL_PORT"]
EMAIL_HOST_USER = mail["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = mail["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = mail["EMAIL_USE_TLS"]
EMAIL_USE_SSL = mail["EMAIL_USE_SSL"]

# What guards pages and names hosts: this process has neither, and no port.
SILENCED_SYSTEM_CHECKS = [
    *SILENCED_SYSTEM_CHECKS,
    "security.W001",
    "security.W002",
    "security.W003",
    "security.W020",
]
