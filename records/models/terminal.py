"""Registered staff devices (専用端末): what they know, how they come to be, whence they call."""

import datetime as dt
import ipaddress
import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records.enums import LinkKind, Retention


class TerminalQuerySet(models.QuerySet["Terminal"]):
    def live(self) -> "TerminalQuerySet":
        return self.filter(revoked_at__isnull=True)


class Terminal(models.Model):
    """A device at which staff work, registered to one facility until it is revoked."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="terminals"
    )
    name = models.CharField(_("端末の名前"), max_length=40)
    is_portable = models.BooleanField(
        _("当番用携帯端末"), default=False,
        help_text=_("センターの当番が持ち歩く端末です。接続元の制限を受けません。"),
    )  # fmt: skip
    # A digest of what the proxy says of the device's certificate; empty where none is asked for.
    certificate = models.CharField(_("証明書"), max_length=64, blank=True)

    # By whom and when
    registered_at = models.DateTimeField(_("登録日時"), default=clock.now)
    registered_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("登録した人"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    revoked_at = models.DateTimeField(_("停止日時"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("停止した人"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    last_seen_at = models.DateTimeField(_("最後に使った日時"), null=True, blank=True)

    history = tracked(excluded_fields=["certificate", "last_seen_at"])
    objects = TerminalQuerySet.as_manager()

    class Meta:
        verbose_name = _("専用端末")
        verbose_name_plural = _("専用端末")
        ordering = ["facility__number", "registered_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=False) | Q(revoked_by__isnull=True),
                name="terminal_revoked_by_needs_time",
            )
        ]

    class Privacy:
        open = (
            "id", "facility", "name", "is_portable", "certificate", "registered_at", "revoked_at",
            "last_seen_at",
        )  # fmt: skip
        personal = ("registered_by", "revoked_by")
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return self.name


class TerminalSecret(models.Model):
    """One value of a terminal's cookie, as a digest. A new one counts from its first use on.

    What the server merely offered may never have arrived, so the old value holds until then.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    terminal = models.ForeignKey(
        Terminal, models.PROTECT, verbose_name=_("端末"), related_name="secrets"
    )
    digest = models.CharField(_("照合値"), max_length=64, unique=True)
    issued_at = models.DateTimeField(_("発行日時"))
    confirmed_at = models.DateTimeField(_("使い始めた日時"), null=True, blank=True)
    superseded_at = models.DateTimeField(_("交代した日時"), null=True, blank=True)
    # When its refusal was last written down: a script must not fill the book.
    refused_at = models.DateTimeField(_("最後に拒否した日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("端末の照合値")
        verbose_name_plural = _("端末の照合値")

    class Privacy:
        open = (
            "id", "terminal", "digest", "issued_at", "confirmed_at", "superseded_at", "refused_at",
        )  # fmt: skip
        personal = ()
        retention = Retention.TRANSIENT

    def __str__(self) -> str:
        return str(self.pk)


class TerminalLinkQuerySet(models.QuerySet["TerminalLink"]):
    def live(self, at: dt.datetime) -> "TerminalLinkQuerySet":
        return self.filter(used_at__isnull=True, revoked_at__isnull=True, expires_at__gt=at)


class TerminalLink(models.Model):
    """A way to register one terminal, once: a link, or a link with the code of a sealed envelope.

    Only digests are kept; who lost the link asks for another.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("種別"), max_length=10, choices=LinkKind.choices)
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="terminal_links"
    )
    name = models.CharField(_("端末の名前"), max_length=40)
    is_portable = models.BooleanField(_("当番用携帯端末"), default=False)
    digest = models.CharField(_("照合値"), max_length=64, unique=True)
    # Of token and code together: neither is of use without the other.
    code_digest = models.CharField(_("コードの照合値"), max_length=64, blank=True)
    failures = models.PositiveSmallIntegerField(_("誤ったコードの回数"), default=0)

    made_at = models.DateTimeField(_("作成日時"))
    made_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("作成した人"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    expires_at = models.DateTimeField(_("期限"))
    used_at = models.DateTimeField(_("使った日時"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("無効にした日時"), null=True, blank=True)

    objects = TerminalLinkQuerySet.as_manager()

    class Meta:
        verbose_name = _("端末の登録リンク")
        verbose_name_plural = _("端末の登録リンク")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=LinkKind.LINK, code_digest="")
                | Q(kind=LinkKind.SEALED) & ~Q(code_digest=""),
                name="terminal_link_sealed_has_code",
            ),
        ]

    class Privacy:
        open = (
            "id", "kind", "facility", "name", "is_portable", "digest", "code_digest", "failures",
            "made_at", "expires_at", "used_at", "revoked_at",
        )  # fmt: skip
        personal = ("made_by",)
        retention = Retention.TRANSIENT

    def __str__(self) -> str:
        return f"{self.facility} {self.name}"


def validate_network(value: str) -> None:
    try:
        ipaddress.ip_network(value)
    except ValueError as error:
        raise ValidationError(
            _("192.0.2.0/24 のように、ネットワークの先頭のアドレスと長さで入力してください。")
        ) from error


class FacilityNetwork(models.Model):
    """A network from which the terminals of a facility may call; without any, from everywhere."""

    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="networks"
    )
    network = models.CharField(
        _("ネットワーク"), max_length=50, validators=[validate_network],
        help_text=_("例 192.0.2.0/24"),
    )  # fmt: skip

    history = tracked()

    class Meta:
        verbose_name = _("接続元のネットワーク")
        verbose_name_plural = _("接続元のネットワーク")
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "network"], name="facility_network_once",
                violation_error_message=_("このネットワークは、すでに登録しています。"),
            )
        ]  # fmt: skip

    class Privacy:
        open = ("id", "facility", "network")
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        return self.network
