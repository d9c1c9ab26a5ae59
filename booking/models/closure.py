"""休所: a day, or a part of it, on which a facility does not open though its hours say so."""

import datetime as dt
import uuid

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from booking.enums_closures import LIVING_STATES, ClosureKind, ClosureReason, ClosureState
from booking.models.booking import Booking
from booking.models.call import Call
from history import clock
from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number
from records.visibility import visible

ONE_DAY = dt.timedelta(days=1)


class ClosureQuerySet(models.QuerySet["Closure"]):
    def visible_to(self, user: object) -> "ClosureQuerySet":
        """To staff those of the facilities they work for."""
        return self.filter(visible(user, facility="facility_id"))

    def living(self) -> "ClosureQuerySet":
        """Decided or to be decided."""
        return self.filter(state__in=LIVING_STATES)

    def in_force(self) -> "ClosureQuerySet":
        return self.filter(state=ClosureState.CONFIRMED)

    def between(self, first: dt.date, last: dt.date) -> "ClosureQuerySet":
        """From `first` to `last`, both days included."""
        return self.filter(day__range=(first, last))


class LostBookingQuerySet(models.QuerySet["LostBooking"]):
    def visible_to(self, user: object) -> "LostBookingQuerySet":
        """To staff those of the facilities they work for."""
        return self.filter(visible(user, facility="facility_id"))


class Closure(models.Model):
    """One facility on one day. Prepared for several at once they share a `batch`."""

    # All that says when it is closed; not who decided it, which only its own people read
    HOURS = ("facility", "day", "opens_at", "closes_at")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="closures"
    )
    batch = models.UUIDField(_("まとめて準備した番号"), default=uuid.uuid4, editable=False)
    day = models.DateField(_("日"))
    kind = models.CharField(
        _("休み方"), max_length=12, choices=ClosureKind.choices, default=ClosureKind.CLOSED
    )
    opens_at = models.TimeField(_("開く時刻"), null=True, blank=True)
    closes_at = models.TimeField(_("閉める時刻"), null=True, blank=True)

    # What families read
    reason = models.CharField(_("理由"), max_length=12, choices=ClosureReason.choices)
    words = models.TextField(
        _("ご家庭への言葉"), max_length=400, blank=True, validators=[validate_no_my_number],
        help_text=_("公開のページとメールにそのまま出ます。児童や職員の名前は書かないでください。"),
    )  # fmt: skip

    # Decided by somebody at the hour that was fixed when it was prepared
    state = models.CharField(
        _("状態"), max_length=12, choices=ClosureState.choices, default=ClosureState.PREPARED
    )
    announce_at = models.DateTimeField(_("決める時刻"))
    prepared_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("準備した人"), related_name="+"
    )
    prepared_at = models.DateTimeField(_("準備日時"))
    decided_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("決めた人"), related_name="+", null=True
    )
    decided_at = models.DateTimeField(_("決めた日時"), null=True)
    lifted_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("取りやめた人"), related_name="+", null=True
    )
    lifted_at = models.DateTimeField(_("取りやめた日時"), null=True)

    history = tracked()
    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("休所")
        verbose_name_plural = _("休所")
        ordering = ["day", "facility", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["facility", "day", "kind"], condition=Q(state__in=LIVING_STATES),
                name="closure_once",
                violation_error_message=_("この施設には、この日の休所がすでにあります。"),
            ),
            models.CheckConstraint(
                condition=Q(kind=ClosureKind.CLOSED, opens_at=None, closes_at=None)
                | Q(kind=ClosureKind.OPENS_LATE, opens_at__isnull=False, closes_at=None)
                | Q(kind=ClosureKind.CLOSES_EARLY, opens_at=None, closes_at__isnull=False),
                name="closure_hours",
                violation_error_message=_("休み方に合う時刻を入れてください。"),
            ),
            models.CheckConstraint(
                condition=Q(state=ClosureState.PREPARED, decided_at=None)
                | ~Q(state=ClosureState.PREPARED) & Q(decided_at__isnull=False),
                name="closure_decided",
            ),
            models.CheckConstraint(
                condition=~Q(state=ClosureState.LIFTED) | Q(lifted_at__isnull=False),
                name="closure_lifted",
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "facility", "batch", "day", "kind", "opens_at", "closes_at", "reason", "words",
            "state", "announce_at", "prepared_at", "decided_at", "lifted_at",
        )  # fmt: skip
        personal = ("prepared_by", "decided_by", "lifted_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {self.day} {self.get_kind_display()}"

    def clean(self) -> None:
        """The hour that belongs to the kind, said at its field."""
        for kind, name in (
            (ClosureKind.OPENS_LATE, "opens_at"),
            (ClosureKind.CLOSES_EARLY, "closes_at"),
        ):
            if self.kind == kind and getattr(self, name) is None:
                raise ValidationError({name: _("時刻を入れてください。例：10:00")})

    @property
    def starts_at(self) -> dt.datetime:
        """Closed from this moment on."""
        return clock.at(self.day, self.closes_at or dt.time.min)

    @property
    def ends_at(self) -> dt.datetime:
        """And until this one."""
        if self.opens_at:
            return clock.at(self.day, self.opens_at)
        return clock.at(self.day + ONE_DAY, dt.time.min)

    def covers(self, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
        """Whether `[starts_at, ends_at)` lies in it, be it in part."""
        return self.starts_at < ends_at and starts_at < self.ends_at

    @property
    def is_prepared(self) -> bool:
        return self.state == ClosureState.PREPARED

    @property
    def is_in_force(self) -> bool:
        return self.state == ClosureState.CONFIRMED


class LostBooking(models.Model):
    """A booking that its facility could not keep, and how the family was told.

    Lost to a closure, or on its own: then `words` say why.
    """

    booking = models.OneToOneField(
        Booking, models.PROTECT, verbose_name=_("予約"), related_name="loss"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    closure = models.ForeignKey(
        Closure, models.PROTECT, verbose_name=_("休所"), related_name="losses", null=True,
        blank=True,
    )  # fmt: skip
    words = EncryptedTextField(
        _("ご家庭への言葉"), max_length=200, null=True, blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    # By mail, or by a call where no mail goes; the second as well, where mail came back
    told_at = models.DateTimeField(_("知らせた日時"), null=True, blank=True)
    call = models.ForeignKey(
        Call, models.PROTECT, verbose_name=_("電話連絡"), related_name="+", null=True, blank=True
    )

    objects = LostBookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("施設の都合で取り消した予約")
        verbose_name_plural = _("施設の都合で取り消した予約")
        ordering = ["booking__starts_at", "id"]

    class Privacy:
        open = ("id", "closure", "facility", "told_at", "call")
        personal = ("booking", "words")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return str(self.booking_id)
