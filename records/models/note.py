"""Two kinds of notes, never mixed: what the next carer must know, and what stays with the staff."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number


class HandoverNote(models.Model):
    """申送事項: for every facility that cares for the child; standing, or for one day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(
        "records.Child", models.PROTECT, verbose_name=_("児童"), related_name="handover_notes"
    )
    home_facility = models.ForeignKey(
        "records.Facility",
        models.PROTECT,
        verbose_name=_("登録施設"),
        related_name="+",
        null=True,
        editable=False,
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("書いた施設"), related_name="+"
    )
    text = EncryptedTextField(
        _("申し送り"), max_length=1000, validators=[validate_no_my_number],
        help_text=_("お子さんを預かるすべての施設の職員が読みます。"),
    )  # fmt: skip
    day = models.DateField(_("対象の日"), null=True, blank=True, help_text=_("空欄は常時。"))
    written_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("書いた人"), related_name="+"
    )
    written_at = models.DateTimeField(_("書いた日時"), default=clock.now)

    history = tracked()

    class Meta:
        verbose_name = _("申送事項")
        verbose_name_plural = _("申送事項")
        ordering = ["-written_at"]

    class Privacy:
        open = ("id", "child", "home_facility", "facility", "day", "written_at")
        personal = ("text", "written_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.child} {clock.written(self.written_at)}"


class StaffNote(models.Model):
    """職員メモ: read by the home facility and the center only, never shown to parents."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(
        "records.Child", models.PROTECT, verbose_name=_("児童"), related_name="staff_notes"
    )
    home_facility = models.ForeignKey(
        "records.Facility",
        models.PROTECT,
        verbose_name=_("登録施設"),
        related_name="+",
        null=True,
        editable=False,
    )
    text = EncryptedTextField(
        _("職員メモ"), max_length=1000, validators=[validate_no_my_number],
        help_text=_("登録施設とセンターの職員だけが読みます。保護者には表示しません。"),
    )  # fmt: skip
    written_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("書いた人"), related_name="+"
    )
    written_at = models.DateTimeField(_("書いた日時"), default=clock.now)

    history = tracked()

    class Meta:
        verbose_name = _("職員メモ")
        verbose_name_plural = _("職員メモ")
        ordering = ["-written_at"]

    class Privacy:
        open = ("id", "child", "home_facility", "written_at")
        personal = ("text", "written_by")
        retention = Retention.REGISTER

    def __str__(self) -> str:
        return f"{self.child} {clock.written(self.written_at)}"
