"""How often something was asked for in a while."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from records.enums import Retention


class RateCount(models.Model):
    """How many requests of one kind came from one source in the stretch of time that is running.

    The source (account, address, mail address) is kept as a keyed hash: the row names nobody.
    """

    key = models.CharField(_("種類と出どころ"), max_length=64, primary_key=True)
    count = models.PositiveIntegerField(_("回数"))
    ends_at = models.DateTimeField(_("数え終わる日時"))

    class Meta:
        verbose_name = _("回数の制限")
        verbose_name_plural = _("回数の制限")
        indexes = [models.Index(fields=["ends_at"], name="ratecount_ends_at")]

    class Privacy:
        open = ("key", "count", "ends_at")
        personal = ()
        retention = Retention.TRANSIENT

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"
