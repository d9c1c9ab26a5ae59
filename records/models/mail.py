"""Mail that waits to be sent. Written in the transaction of what it tells, sent by the worker."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from history import clock
from records.enums import Retention
from records.fields import EncryptedTextField


class OutgoingMail(models.Model):
    """One mail. Once it is sent or refused its content is gone; that and when it was stays."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    recipient = EncryptedTextField(_("宛先"))
    message = EncryptedTextField(_("内容"))
    created_at = models.DateTimeField(_("作成日時"), default=clock.now)
    sent_at = models.DateTimeField(_("送信日時"), null=True, blank=True)
    # The server refused the recipient for good: it is not tried again.
    refused_at = models.DateTimeField(_("届かなかった日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("送信メール")
        verbose_name_plural = _("送信メール")

    class Privacy:
        open = ("id", "created_at", "sent_at", "refused_at")
        personal = ("recipient", "message")
        retention = Retention.TRANSIENT

    def __str__(self) -> str:
        return str(self.pk)
