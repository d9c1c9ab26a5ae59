"""Openings of an administrator's power (緊急管理者操作): for a typed reason, an hour at most."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from history import clock
from records.enums import Retention
from records.fields import EncryptedTextField
from records.rules import reviews_administration
from records.validators import validate_no_my_number
from records.visibility import NOTHING

# The database holds it too.
LONGEST = dt.timedelta(hours=1)


class AdministratorOpeningQuerySet(models.QuerySet["AdministratorOpening"]):
    def visible_to(self, user: object) -> "AdministratorOpeningQuerySet":
        """To the center and auditors, and to whoever opened."""
        if reviews_administration(user):
            return self.all()
        number = getattr(user, "pk", None)
        return self.filter(Q(opened_by_id=number) if number else NOTHING)

    def open_at(self, at: dt.datetime) -> "AdministratorOpeningQuerySet":
        return self.filter(opened_at__lte=at, ends_at__gt=at, closed_at__isnull=True)


class AdministratorOpening(models.Model):
    """One opening. Made by a database function alone (`records/office.py`); it can only be closed.

    It counts at the screen of one sign-in, until it is closed, its hour or that sign-in is over.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    opened_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("開いた人"), related_name="+"
    )
    sign_in = models.ForeignKey(
        "records.SignIn", models.PROTECT, verbose_name=_("当日のログイン"), related_name="openings"
    )
    opened_at = models.DateTimeField(_("開いた日時"))
    ends_at = models.DateTimeField(_("期限"))
    reason = EncryptedTextField(_("理由"), max_length=200, validators=[validate_no_my_number])

    # Before its time
    closed_at = models.DateTimeField(_("終わらせた日時"), null=True, blank=True)
    closed_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("終わらせた人"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip

    objects = AdministratorOpeningQuerySet.as_manager()

    class Meta:
        verbose_name = _("緊急管理者操作")
        verbose_name_plural = _("緊急管理者操作")
        ordering = ["-opened_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("opened_at"), ends_at__lte=F("opened_at") + LONGEST),
                name="administrator_opening_an_hour_at_most",
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_by__isnull=True)
                | Q(closed_at__gte=F("opened_at"), closed_by__isnull=False),
                name="administrator_opening_closed_by_somebody",
            ),
        ]

    class Privacy:
        open = ("id", "sign_in", "opened_at", "ends_at", "closed_at")
        personal = ("opened_by", "reason", "closed_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.opened_by} {clock.local(self.opened_at):%Y-%m-%d %H:%M}"

    def is_open(self, at: dt.datetime) -> bool:
        """The question of `open_at`, of a row that is there already."""
        return self.opened_at <= at < self.ends_at and self.closed_at is None
