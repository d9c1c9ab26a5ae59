"""What a draw is decided by, and what is published of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.release import Release
from records.enums import Retention
from records.fields import EncryptedTextField


class DrawSeed(models.Model):
    """What a draw is decided by. The worker's alone until it is drawn, and encrypted."""

    release = models.OneToOneField(
        Release, models.PROTECT, verbose_name=_("募集"), primary_key=True, related_name="+"
    )
    seed = EncryptedTextField(_("種"))

    class Meta:
        verbose_name = _("抽選の種")
        verbose_name_plural = _("抽選の種")

    class Privacy:
        open = ("release",)
        personal = ("seed",)
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return str(self.release_id)


class DrawList(models.Model):
    """What is published of a draw: all that `replay` needs. Inserted once, never changed."""

    release = models.OneToOneField(
        Release, models.PROTECT, verbose_name=_("募集"), primary_key=True, related_name="list"
    )
    # Bytes count: the digest is of this text
    content = models.TextField(_("一覧"))
    digest = models.CharField(_("一覧のハッシュ（SHA-256）"), max_length=64)

    class Meta:
        verbose_name = _("抽選の一覧")
        verbose_name_plural = _("抽選の一覧")

    class Privacy:
        open = ("release", "content", "digest")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return str(self.release_id)
