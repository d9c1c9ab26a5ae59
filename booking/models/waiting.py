"""The waiting list (キャンセル待ち): families that wish for a time at which a facility is full."""

import datetime as dt
import uuid
from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.enums import STILL_WAITING, Precedence, WaitingState
from booking.models.request import BookingRequest
from history import clock
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number
from records.visibility import visible


class WaitingQuerySet(models.QuerySet["Waiting"]):
    def visible_to(self, user: object) -> "WaitingQuerySet":
        """A family's own; to staff those at the facilities they work for."""
        return self.filter(visible(user, facility="facility_id", parents="household__parents"))

    def on_day(self, day: dt.date) -> "WaitingQuerySet":
        start = clock.at(day, dt.time.min)
        return self.filter(starts_at__gte=start, starts_at__lt=start + dt.timedelta(days=1))

    def waiting(self) -> "WaitingQuerySet":
        return self.filter(state=WaitingState.WAITING)

    def still_waiting(self) -> "WaitingQuerySet":
        return self.filter(state__in=STILL_WAITING)

    def in_order(self) -> "WaitingQuerySet":
        """The order in which places are offered; `line_walls` says the same to those who wait."""
        return self.order_by(*Waiting.ORDER)


class Waiting(models.Model):
    """One family that waits for `[starts_at, ends_at)` at one facility: all its children or none.

    A place that is offered to it is a request with bookings in the state OFFERED; where all who
    wait are asked at once (`is_broadcast`) there is none before somebody answers.
    """

    ORDER: ClassVar = ("priority", "joined_at", "id")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="waitings"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="waitings"
    )
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    state = models.CharField(
        _("状態"), max_length=10, choices=WaitingState.choices, default=WaitingState.WAITING
    )

    # The place in the line
    joined_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("申し込んだ人"), related_name="+"
    )
    joined_at = models.DateTimeField(_("申込日時"))
    priority = models.SmallIntegerField(
        _("順番"), choices=Precedence.choices, default=Precedence.IN_ORDER
    )
    priority_reason = EncryptedTextField(
        _("順番を変えた理由"), max_length=200, null=True, blank=True,
        validators=[validate_no_my_number],
        help_text=_("ご家庭がこのまま読みます。ほかのご家庭のことは書かないでください。"),
    )  # fmt: skip

    # What is offered
    offered_at = models.DateTimeField(_("案内日時"), null=True, blank=True)
    offer_until = models.DateTimeField(_("返事の期限"), null=True, blank=True)
    is_broadcast = models.BooleanField(_("一斉案内"), default=False)
    request = models.OneToOneField(
        BookingRequest, models.PROTECT, verbose_name=_("申込"), related_name="waiting",
        null=True, blank=True,
    )  # fmt: skip

    history = tracked()
    objects = WaitingQuerySet.as_manager()

    class Meta:
        verbose_name = _("キャンセル待ち")
        verbose_name_plural = _("キャンセル待ち")
        ordering = ["starts_at", "priority", "joined_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="waiting_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["household", "facility", "starts_at", "ends_at"],
                condition=Q(state__in=STILL_WAITING), name="waiting_once",
            ),
            models.CheckConstraint(
                condition=Q(priority=Precedence.IN_ORDER) | Q(priority_reason__isnull=False),
                name="waiting_moved_with_reason",
                violation_error_message=_("順番を変えるときは、ご家庭が読む理由を書いてください。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=WaitingState.OFFERED) | Q(offer_until__isnull=False),
                name="waiting_offer_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=WaitingState.BOOKED) | Q(request__isnull=False),
                name="waiting_booked_by_request",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["facility", "starts_at"], condition=Q(state__in=STILL_WAITING),
                name="waiting_for",
            )
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "facility", "state", "joined_at", "priority", "offered_at", "offer_until",
            "is_broadcast", "request",
        )  # fmt: skip
        personal = ("household", "starts_at", "ends_at", "joined_by", "priority_reason")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {clock.written(self.starts_at)}"

    def get_absolute_url(self) -> str:
        return reverse("booking:waiting", args=[self.pk], urlconf="azukari.urls_public")

    @property
    def day(self) -> dt.date:
        return clock.local(self.starts_at).date()

    @property
    def is_open(self) -> bool:
        """Whether the family still waits, or may answer."""
        return self.state in STILL_WAITING

    @property
    def is_offered(self) -> bool:
        return self.state == WaitingState.OFFERED


class WaitingChild(models.Model):
    """A child of a family that waits, as the facility knows it meanwhile. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    waiting = models.ForeignKey(
        Waiting, models.PROTECT, verbose_name=_("キャンセル待ち"), related_name="children"
    )
    child = models.ForeignKey(
        "records.Child", models.PROTECT, verbose_name=_("児童"), related_name="+"
    )
    child_name = models.CharField(_("児童氏名"), max_length=90)
    child_code = models.CharField(_("児童ID"), max_length=9)

    class Meta:
        verbose_name = _("キャンセル待ちの児童")
        verbose_name_plural = _("キャンセル待ちの児童")
        ordering = ["child_name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["waiting", "child"], name="waiting_child_once")
        ]

    class Privacy:
        open = ("id", "waiting")
        personal = ("child", "child_name", "child_code")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return self.child_name
