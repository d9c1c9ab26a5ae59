"""Entries (閲覧記録) and what every history row carries besides its columns."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from history import clock
from history.enums import Act


class Trace(models.Model):
    """Who, from where and in which request: added to each history table, filled by the trigger."""

    history_actor = models.CharField(_("操作した人"), max_length=60)
    history_role = models.CharField(_("役割"), max_length=20, blank=True)
    history_entry = models.CharField(_("入口"), max_length=10, blank=True)
    history_address = models.CharField(_("接続元"), max_length=60, blank=True)
    history_terminal = models.CharField(_("端末"), max_length=60, blank=True)
    history_request = models.UUIDField(_("リクエスト"), null=True)

    class Meta:
        abstract = True


def tracked(**options: object) -> HistoricalRecords:
    """The history of a model, in simple-history's own table and written by the database."""
    return HistoricalRecords(
        bases=[Trace],
        user_db_constraint=False,
        history_user_id_field=models.IntegerField(null=True),
        history_user_getter=_user_of,
        history_user_setter=_leave_user,
        **options,
    )


def _user_of(row: models.Model) -> object:
    return None


def _leave_user(row: models.Model, user: object) -> None:
    """The trigger names the actor; nothing is to be set here."""


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, child_id: uuid.UUID) -> "EntryQuerySet":
        return self.filter(child_ids__contains=[child_id])


class Entry(models.Model):
    """One thing done or seen. Rows are inserted and never changed; no sensitive text, only ids."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(_("日時"), default=clock.now)
    act = models.CharField(_("操作"), max_length=20, choices=Act.choices)

    # Who
    actor = models.CharField(_("操作した人"), max_length=60)
    role = models.CharField(_("役割"), max_length=20, blank=True)
    facility = models.IntegerField(_("施設番号"), null=True, blank=True)
    entry = models.CharField(_("入口"), max_length=10, blank=True)
    address = models.CharField(_("接続元"), max_length=60, blank=True)
    terminal = models.CharField(_("端末"), max_length=60, blank=True)
    request = models.UUIDField(_("リクエスト"), null=True, blank=True)

    # What
    purpose = models.CharField(_("目的"), max_length=40, blank=True)
    model = models.CharField(_("記録の種類"), max_length=60, blank=True)
    object_ids = ArrayField(models.CharField(max_length=40), verbose_name=_("番号"), default=list)
    child_ids = ArrayField(models.UUIDField(), verbose_name=_("児童"), default=list)
    fields = ArrayField(models.CharField(max_length=40), verbose_name=_("項目"), default=list)
    path = models.CharField(_("アドレス"), max_length=200, blank=True)

    objects = EntryQuerySet.as_manager()

    # Names, which the history does not know; set by whoever shows entries.
    shown_person: str | None
    shown_place: str | None

    class Meta:
        verbose_name = _("閲覧記録")
        verbose_name_plural = _("閲覧記録")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["facility", "-at"], name="entry_facility_at"),
            GinIndex(fields=["child_ids"], name="entry_child_ids"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor} {self.act} {self.model}"
