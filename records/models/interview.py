"""Interviews before the first use, and the places for them that parents can book."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from history import clock
from history.models import tracked
from records.enums import TAKING_STATES, InterviewState, Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number
from records.visibility import visible


class InterviewPlaceQuerySet(models.QuerySet["InterviewPlace"]):
    def free(self, at: dt.datetime) -> "InterviewPlaceQuerySet":
        """Places still to come. Whether one is taken is a question to the interviews."""
        return self.filter(starts_at__gt=at, is_taken=False).order_by("starts_at")


class InterviewPlace(models.Model):
    """A time at a facility at which one family can be interviewed."""

    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="interview_places"
    )
    starts_at = models.DateTimeField(_("開始"))
    minutes = models.PositiveSmallIntegerField(_("時間（分）"), default=30)
    # Kept by the database from the interviews, so that a family sees no other family's.
    is_taken = models.BooleanField(_("予約あり"), default=False, editable=False)

    history = tracked()
    objects = InterviewPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("面接枠")
        verbose_name_plural = _("面接枠")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "starts_at"], name="interview_place_once",
                violation_error_message=_("同じ時刻の面接枠がすでにあります。"),
            )
        ]  # fmt: skip

    class Privacy:
        open = ("id", "facility", "starts_at", "minutes", "is_taken")
        personal = ()
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {clock.written(self.starts_at)}"

    @property
    def ends_at(self) -> dt.datetime:
        return self.starts_at + dt.timedelta(minutes=self.minutes)


class InterviewQuerySet(models.QuerySet["Interview"]):
    def visible_to(self, user: object) -> "InterviewQuerySet":
        """Those of a parent's household; to staff those of the families at home with them."""
        return self.filter(visible(user, facility="home_facility_id", parents="household__parents"))


class Interview(models.Model):
    """The meeting of a family with a facility; its outcome opens the registration."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    place = models.ForeignKey(
        InterviewPlace, models.PROTECT, verbose_name=_("面接枠"), related_name="interviews"
    )
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="interviews"
    )
    home_facility = models.ForeignKey(
        "records.Facility",
        models.PROTECT,
        verbose_name=_("登録施設"),
        related_name="+",
        null=True,
        editable=False,
    )
    state = models.CharField(
        _("状態"), max_length=12, choices=InterviewState.choices, default=InterviewState.BOOKED
    )
    held_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("面接した職員"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    held_at = models.DateTimeField(_("面接日時"), null=True, blank=True)

    history = tracked()
    objects = InterviewQuerySet.as_manager()

    class Meta:
        verbose_name = _("面接")
        verbose_name_plural = _("面接")
        constraints = [
            models.UniqueConstraint(
                fields=["place"], condition=Q(state__in=TAKING_STATES),
                name="interview_place_taken_once",
                violation_error_message=_("この面接枠は、ほかの方が予約しました。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=InterviewState.HELD)
                | Q(held_by__isnull=False, held_at__isnull=False),
                name="interview_held_by_somebody",
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "place", "household", "home_facility")
        personal = ("state", "held_by", "held_at")
        retention = Retention.REGISTER

    def __str__(self) -> str:
        return f"{self.place} {self.get_state_display()}"


class InterviewNote(models.Model):
    """面接の記録: what the staff wrote down of an interview. A table of its own, because the family
    reads its interview and never this."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    interview = models.OneToOneField(
        Interview, models.PROTECT, verbose_name=_("面接"), related_name="note"
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
        _("面接の記録"), max_length=2000, validators=[validate_no_my_number],
        help_text=_("登録施設とセンターの職員だけが読みます。保護者には表示しません。"),
    )  # fmt: skip
    written_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("書いた人"), related_name="+"
    )
    written_at = models.DateTimeField(_("書いた日時"), default=clock.now)

    history = tracked()

    class Meta:
        verbose_name = _("面接の記録")
        verbose_name_plural = _("面接の記録")

    class Privacy:
        open = ("id", "interview", "home_facility", "written_at")
        personal = ("text", "written_by")
        retention = Retention.REGISTER

    def __str__(self) -> str:
        return str(self.interview)
