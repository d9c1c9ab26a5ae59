"""事故・けが・ヒヤリハット: the report of what happened, and what was added to it later."""

import uuid
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.day.enums import IncidentKind, IncidentState
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number
from records.visibility import visible

LONGEST = 2000
# The era of the fiscal years that reports are numbered by: 2019 is 令和1年度.
ERA_OFFSET = 2018
UNSUBMITTED = (IncidentState.DRAFT, IncidentState.WITHDRAWN)


def _text(label: Any, longest: int = LONGEST) -> EncryptedTextField:
    """None as long as nobody wrote it, so that the database can ask for it."""
    return EncryptedTextField(
        label, max_length=longest, null=True, blank=True, validators=[validate_no_my_number]
    )


def _person(label: Any, *, later: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=label, related_name="+", null=later,
        blank=later,
    )  # fmt: skip


class IncidentQuerySet(models.QuerySet["Incident"]):
    def visible_to(self, user: object) -> "IncidentQuerySet":
        """To staff those of the facilities they work for; to parents none."""
        return self.filter(visible(user, facility="facility_id"))


class Incident(models.Model):
    """One report. Begun with a tap, it is a row from then on: half-written, it loses nothing.

    Its number comes from the database, one after the other per facility and fiscal year.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    fiscal_year = models.PositiveSmallIntegerField(_("年度"), default=0, editable=False)
    number = models.PositiveIntegerField(_("番号"), default=0, editable=False)
    state = models.CharField(
        _("状態"), max_length=10, choices=IncidentState.choices, default=IncidentState.DRAFT
    )

    # What happened
    kind = models.CharField(
        _("種類"), max_length=10, choices=IncidentKind.choices, default=IncidentKind.INJURY
    )
    happened_at = models.DateTimeField(_("起きた日時"))
    place = _text(_("場所"), 60)
    what_happened = _text(_("起きたこと"))
    injury = _text(_("けが・症状の部位とようす"), 500)
    what_was_done = _text(_("行ったこと（手当て・受診など）"))
    witnesses = _text(_("見ていた職員・人"), 200)
    prevention = _text(_("再び起こさないために"))

    # Who wrote and who answers for it
    started_by = _person(_("書き始めた職員"), later=False)
    started_at = models.DateTimeField(_("書き始めた日時"))
    written_by = _person(_("最後に書いた職員"), later=False)
    written_at = models.DateTimeField(_("最後に書いた日時"))
    submitted_by = _person(_("提出した職員"))
    submitted_at = models.DateTimeField(_("提出した日時"), null=True, blank=True)
    signed_by = _person(_("確認した施設責任者"))
    signed_at = models.DateTimeField(_("確認した日時"), null=True, blank=True)

    history = tracked()
    objects = IncidentQuerySet.as_manager()

    class Meta:
        verbose_name = _("事故・けが・ヒヤリハット")
        verbose_name_plural = _("事故・けが・ヒヤリハット")
        ordering = ["-happened_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "fiscal_year", "number"], name="incident_number_once"
            ),
            models.CheckConstraint(condition=Q(number__gte=1), name="incident_has_a_number"),
            models.CheckConstraint(
                condition=Q(kind__in=IncidentKind.values, state__in=IncidentState.values),
                name="incident_kind_and_state_known",
            ),
            models.CheckConstraint(
                condition=Q(happened_at__lte=F("written_at")), name="incident_has_happened",
                violation_error_message=_("これからの時刻は記録できません。"),
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=UNSUBMITTED, submitted_by__isnull=True, submitted_at__isnull=True
                )
                | Q(
                    ~Q(state__in=UNSUBMITTED), submitted_by__isnull=False,
                    submitted_at__isnull=False, place__isnull=False,
                    what_happened__isnull=False, what_was_done__isnull=False,
                ),
                name="incident_is_submitted_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    ~Q(state=IncidentState.SIGNED), signed_by__isnull=True, signed_at__isnull=True
                )
                | Q(
                    state=IncidentState.SIGNED, signed_by__isnull=False,
                    signed_at__gte=F("submitted_at"),
                ),
                name="incident_is_signed_after_submission",
            ),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | ~Q(signed_by=F("submitted_by")),
                name="incident_takes_two",
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "facility", "fiscal_year", "number", "state", "kind", "happened_at",
            "started_at", "written_at", "submitted_at", "signed_at",
        )  # fmt: skip
        personal = (
            "place", "what_happened", "injury", "what_was_done", "witnesses", "prevention",
            "started_by", "written_by", "submitted_by", "signed_by",
        )  # fmt: skip
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """As on paper: R8-003. Counted by each facility on its own."""
        return f"R{self.fiscal_year - ERA_OFFSET}-{self.number:03d}"

    @property
    def is_draft(self) -> bool:
        return self.state == IncidentState.DRAFT

    @property
    def awaits_signature(self) -> bool:
        return self.state == IncidentState.SUBMITTED

    @property
    def is_withdrawn(self) -> bool:
        return self.state == IncidentState.WITHDRAWN

    @property
    def is_untouched(self) -> bool:
        """Whether nobody has written anything into it yet."""
        return self.what_happened is None and self.written_at == self.started_at


class IncidentChild(models.Model):
    """A child whom it concerns, by the booking for which it was here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    incident = models.ForeignKey(
        Incident, models.PROTECT, verbose_name=_("報告"), related_name="children"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    booking = models.ForeignKey(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="+"
    )

    history = tracked()

    class Meta:
        verbose_name = _("事故などにあった児童")
        verbose_name_plural = _("事故などにあった児童")
        ordering = ["booking__child_name_kana", "id"]
        constraints = [
            models.UniqueConstraint(fields=["incident", "booking"], name="incident_child_once")
        ]

    class Privacy:
        open = ("id", "incident", "facility", "booking")
        personal = ()
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.booking}"
