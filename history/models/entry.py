"""Entries (閲覧記録): everything done or seen."""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from history import clock
from history.enums import Act


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
    # Of an operation that its actor had open (緊急管理者操作). The database writes it.
    opening = models.UUIDField(_("緊急管理者操作"), null=True, blank=True)
    # Of a change: SHA-256 over its fingerprints, in hexadecimal. The database writes it.
    digest = models.CharField(_("指紋"), max_length=64, blank=True, default="")

    objects = EntryQuerySet.as_manager()

    # Names, which the history does not know; set by whoever shows entries.
    shown_person: str | None
    shown_place: str | None
    shown_children: list[str]
    named_children: list[uuid.UUID]

    class Meta:
        verbose_name = _("閲覧記録")
        verbose_name_plural = _("閲覧記録")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["facility", "-at"], name="entry_facility_at"),
            GinIndex(fields=["child_ids"], name="entry_child_ids"),
        ]

    def __str__(self) -> str:
        return f"{clock.written(self.at)} {self.get_act_display()}"
