"""The working day of one person at one terminal, their PIN, and what was typed wrong."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history import clock
from records.enums import Retention
from records.fields import EncryptedTextField


class StaffCredential(models.Model):
    """What a member of staff has chosen: an own password, and a PIN. Missing: still to be chosen.

    The PIN is an argon2 hash over account and digits, encrypted besides: a million tries are few.
    """

    user = models.OneToOneField(
        "records.User", models.PROTECT, verbose_name=_("職員"), related_name="credential",
        primary_key=True,
    )  # fmt: skip
    password_chosen_at = models.DateTimeField(_("パスワードを決めた日時"), null=True, blank=True)
    pin = EncryptedTextField(_("PIN"), null=True, blank=True)
    pin_chosen_at = models.DateTimeField(_("PINを決めた日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("職員の認証情報")
        verbose_name_plural = _("職員の認証情報")

    class Privacy:
        open = ("password_chosen_at", "pin_chosen_at")
        personal = ("user", "pin")
        retention = Retention.ACCOUNT

    def __str__(self) -> str:
        return str(self.user_id)


class SignIn(models.Model):
    """A day's sign-in (当日のログイン): somebody gave ID and password at this terminal today.

    `last_act_at` is what they last did there, empty after a lock on purpose. `presence` names the
    one open screen; empty while it is locked.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    terminal = models.ForeignKey(
        "records.Terminal", models.PROTECT, verbose_name=_("端末"), related_name="sign_ins"
    )
    user = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("職員"), related_name="sign_ins"
    )
    signed_in_at = models.DateTimeField(_("ログイン日時"))
    ends_at = models.DateTimeField(_("期限"))
    ended_at = models.DateTimeField(_("ログアウト日時"), null=True, blank=True)
    last_act_at = models.DateTimeField(_("最後の操作"), null=True, blank=True)
    presence = models.UUIDField(_("開いている画面"), null=True, blank=True)
    # A second factor given at this screen: fresh for a while (`records/actions/factors.py`)
    factor_at = models.DateTimeField(_("確認コードの日時"), null=True, blank=True)

    class Meta:
        verbose_name = _("当日のログイン")
        verbose_name_plural = _("当日のログイン")
        constraints = [
            models.UniqueConstraint(
                fields=["terminal", "user"],
                condition=Q(ended_at__isnull=True),
                name="sign_in_once_at_a_terminal",
            ),
        ]

    class Privacy:
        open = (
            "id", "terminal", "signed_in_at", "ends_at", "ended_at", "last_act_at", "presence",
            "factor_at",
        )  # fmt: skip
        personal = ("user",)
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.user} {clock.local(self.signed_in_at):%Y-%m-%d}"


class FailureCount(models.Model):
    """Wrong passwords and PINs in a row: of one account, or at one terminal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        "records.User", models.PROTECT, verbose_name=_("職員"), related_name="failure_count",
        null=True, blank=True,
    )  # fmt: skip
    terminal = models.OneToOneField(
        "records.Terminal", models.PROTECT, verbose_name=_("端末"), related_name="failure_count",
        null=True, blank=True,
    )  # fmt: skip
    count = models.PositiveSmallIntegerField(_("回数"), default=0)
    last_at = models.DateTimeField(_("最後の失敗"), null=True, blank=True)
    locked_until = models.DateTimeField(_("停止の期限"), null=True, blank=True)

    class Meta:
        verbose_name = _("ログインの失敗")
        verbose_name_plural = _("ログインの失敗")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=True) ^ Q(terminal__isnull=True),
                name="failure_count_of_one",
            )
        ]

    class Privacy:
        open = ("id", "terminal", "count", "last_at", "locked_until")
        personal = ("user",)
        retention = Retention.TRANSIENT

    def __str__(self) -> str:
        return str(self.user or self.terminal)
