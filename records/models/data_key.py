from django.db import models
from django.utils.translation import gettext_lazy as _

from history import clock
from records.enums import Retention


class DataKey(models.Model):
    """A key that encrypts fields, itself wrapped by a key from the environment."""

    wrapped = models.BinaryField(_("包まれた鍵"))
    wrapped_by = models.CharField(_("包んだ鍵"), max_length=40)
    created_at = models.DateTimeField(_("作成日時"), default=clock.now)

    class Meta:
        verbose_name = _("データ鍵")
        verbose_name_plural = _("データ鍵")

    class Privacy:
        open = ("id", "wrapped", "wrapped_by", "created_at")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.pk} ({self.wrapped_by})"
