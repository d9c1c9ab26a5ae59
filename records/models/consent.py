"""Consents, each with the version of the text agreed to."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records.enums import ConsentKind, Retention


class ConsentTextQuerySet(models.QuerySet["ConsentText"]):
    def newest(self) -> "ConsentTextQuerySet":
        """The latest version of each kind."""
        return self.order_by("kind", "-version").distinct("kind")


class ConsentText(models.Model):
    """What parents agree to, by version. A published version is never edited."""

    kind = models.CharField(_("種類"), max_length=12, choices=ConsentKind.choices)
    version = models.PositiveSmallIntegerField(_("版"))
    text = models.TextField(_("本文"))
    text_en = models.TextField(_("本文（英語）"), blank=True)

    history = tracked()
    objects = ConsentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("同意の本文")
        verbose_name_plural = _("同意の本文")
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="consent_text_version")
        ]

    class Privacy:
        open = ("id", "kind", "version", "text", "text_en")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return f"{self.get_kind_display()} 第{self.version}版"


class Consent(models.Model):
    """A household's dated permission."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="consents"
    )
    home_facility = models.ForeignKey(
        "records.Facility",
        models.PROTECT,
        verbose_name=_("登録施設"),
        related_name="+",
        null=True,
        editable=False,
    )
    text = models.ForeignKey(ConsentText, models.PROTECT, verbose_name=_("同意した本文"))
    given_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("同意した人"), related_name="+"
    )
    given_at = models.DateTimeField(_("同意日時"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("取り下げ日時"), null=True, blank=True)

    history = tracked()

    class Meta:
        verbose_name = _("同意")
        verbose_name_plural = _("同意")
        constraints = [
            models.UniqueConstraint(
                fields=["household", "text"], condition=Q(withdrawn_at__isnull=True),
                name="consent_once",
            )
        ]  # fmt: skip

    class Privacy:
        open = ("id", "household", "home_facility", "text")
        personal = ("given_by", "given_at", "withdrawn_at")
        retention = Retention.REGISTER

    def __str__(self) -> str:
        return f"{self.text} {clock.written(self.given_at)}"
