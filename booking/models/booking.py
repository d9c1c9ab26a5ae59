"""Bookings and their transitions."""

import datetime as dt
import uuid
from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from booking.capacity import Weight
from booking.enums import (
    OPEN_STATES,
    SEAT_STATES,
    BookingState,
    Channel,
    Misfit,
    SeatKind,
    StaffingGroup,
)
from booking.enums_rules import CancelReason
from booking.models.request import BookingRequest
from history import clock
from history.models import tracked
from history.prepared import Later
from records.enums import Retention
from records.fields import EncryptedTextField
from records.visibility import visible

# A hold that came to nothing; whoever awaited the facility and withdrew did ask for something.
HELD_IN_VAIN = Q(state=BookingState.WITHDRAWN, held_until__isnull=False, answer_until__isnull=True)


class BookingQuerySet(models.QuerySet["Booking"]):
    def visible_to(self, user: object) -> "BookingQuerySet":
        """A family's own; to staff those at the facilities they work for."""
        return self.filter(visible(user, facility="facility_id", parents="household__parents"))

    def on_day(self, day: dt.date) -> "BookingQuerySet":
        start = clock.at(day, dt.time.min)
        return self.filter(starts_at__gte=start, starts_at__lt=start + dt.timedelta(days=1))

    def seated(self) -> "BookingQuerySet":
        """Those that hold a seat."""
        return self.filter(state__in=SEAT_STATES)

    def within(
        self, starts_at: dt.datetime | Later, ends_at: dt.datetime | Later
    ) -> "BookingQuerySet":
        """Those whose place is taken at some time of `[starts_at, ends_at)`."""
        until = Coalesce("freed_from", "ends_at")
        return self.alias(until=until).filter(starts_at__lt=ends_at, until__gt=starts_at)

    def asked_for(self) -> "BookingQuerySet":
        """Without seats that are only held, or were and came to nothing."""
        return self.exclude(state=BookingState.HELD).exclude(HELD_IN_VAIN)

    def open(self) -> "BookingQuerySet":
        return self.filter(state__in=OPEN_STATES)


class PhoneField(models.CharField):
    """Read by staff where the booking is, and nowhere else: the role has no right to the column, a
    function answers in its place. The history has its own copy, and its own wall."""

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs

    def select_format(self, compiler: Any, sql: str, params: Any) -> tuple[str, Any]:
        if self.model is not Booking:
            return sql, params
        row = sql.rpartition(".")[0]
        return f'booking_payer_phone({row}."id", {row}."facility_id")', params


class Booking(models.Model):
    """A claim of one child on consecutive slots of one facility."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    child = models.ForeignKey(
        "records.Child", models.PROTECT, verbose_name=_("児童"), related_name="bookings"
    )
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="bookings"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="bookings"
    )
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    state = models.CharField(_("状態"), max_length=24, choices=BookingState.choices)
    request = models.ForeignKey(
        BookingRequest, models.PROTECT, verbose_name=_("申込"), related_name="bookings"
    )

    # A seat held while the family reads everything once more; the worker ends it then
    held_until = models.DateTimeField(_("仮押さえの期限"), null=True, blank=True)
    # A request that its facility confirms; the worker declines it then
    answer_until = models.DateTimeField(_("施設の回答の期限"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self", models.PROTECT, verbose_name=_("変更前の予約"), related_name="replaced_by",
        null=True, blank=True,
    )  # fmt: skip

    # What was true when it was made: the facility keeps its business when the lease is over
    child_name = models.CharField(_("児童氏名"), max_length=90)
    child_name_kana = models.CharField(_("児童氏名（カナ）"), max_length=130)
    child_code = models.CharField(_("児童ID"), max_length=9)
    payer_name = models.CharField(_("保護者氏名"), max_length=90)
    payer_phone = PhoneField(_("保護者の電話番号"), max_length=11)
    age_years = models.PositiveSmallIntegerField(_("利用日の年齢"))
    class_age = models.PositiveSmallIntegerField(_("4月1日時点の年齢"))
    staffing_group = models.CharField(_("区分"), max_length=12, choices=StaffingGroup.choices)
    # The reserve it used, where it did; cancelled in time it goes back there
    seat_kind = models.CharField(_("留保枠"), max_length=8, choices=SeatKind.choices, blank=True)
    # Fetched early: the half hours from here on are free again; what is owed stays as booked
    freed_from = models.DateTimeField(_("席を空けた時刻"), null=True, blank=True)
    # Since the child's birth date or need was corrected: for the staff to settle with the family
    misfit = models.CharField(_("要対応"), max_length=12, choices=Misfit.choices, blank=True)
    use_rule = models.ForeignKey(
        "booking.UseRule", models.PROTECT, verbose_name=_("利用の決まり"), related_name="+"
    )

    history = tracked()
    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("予約")
        verbose_name_plural = _("予約")
        ordering = ["starts_at", "child_name_kana", "id"]
        constraints = [
            ExclusionConstraint(
                name="booking_child_in_one_place",
                expressions=[
                    ("child", RangeOperators.EQUAL),
                    (
                        Func(
                            "starts_at",
                            Coalesce("freed_from", "ends_at"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(state__in=SEAT_STATES),
                violation_error_message=_("お子さんには、同じ時間に別の予約があります。"),
            ),
            models.CheckConstraint(
                condition=~Q(state=BookingState.HELD) | Q(held_until__isnull=False),
                name="booking_hold_has_an_end",
            ),
            models.CheckConstraint(
                condition=~Q(state=BookingState.AWAITING) | Q(answer_until__isnull=False),
                name="booking_answer_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="booking_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(freed_from__isnull=True)
                | Q(freed_from__gte=F("starts_at"), freed_from__lt=F("ends_at")),
                name="booking_freed_within",
            ),
        ]
        indexes = [
            models.Index(fields=["facility", "starts_at"], name="booking_facility_start"),
            models.Index(
                fields=["held_until"], condition=Q(state=BookingState.HELD), name="booking_held"
            ),
            models.Index(
                fields=["answer_until"], condition=Q(state=BookingState.AWAITING),
                name="booking_awaiting",
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "facility", "state", "request", "staffing_group", "seat_kind", "use_rule",
            "held_until", "answer_until", "replaces",
        )  # fmt: skip
        personal = (
            "child", "household", "starts_at", "ends_at", "freed_from", "child_name",
            "child_name_kana", "child_code", "payer_name", "payer_phone", "age_years", "class_age",
            "misfit",
        )  # fmt: skip
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.child_name} {self.facility} {clock.written(self.starts_at)}"

    def get_absolute_url(self) -> str:
        return reverse("booking:detail", args=[self.pk], urlconf="azukari.urls_public")

    @property
    def day(self) -> dt.date:
        return clock.local(self.starts_at).date()

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def length(self) -> tuple[int, int]:
        """Full hours and the minutes beyond them."""
        return divmod(self.minutes, 60)

    @property
    def may_be_held_until(self) -> dt.datetime:
        """The last moment to which a hold can be extended: twice the minutes of its rule."""
        twice = 2 * dt.timedelta(minutes=self.use_rule.hold_minutes)
        return self.request.requested_at + twice

    @property
    def weight(self) -> Weight:
        """What it counts as in its half hours."""
        return Weight(StaffingGroup(self.staffing_group), self.age_years)

    @property
    def seat(self) -> SeatKind | None:
        return SeatKind(self.seat_kind) if self.seat_kind else None

    @property
    def seat_until(self) -> dt.datetime:
        """Until when its place is taken: its end, or earlier if the child was fetched early."""
        return self.freed_from or self.ends_at

    @property
    def is_only_held(self) -> bool:
        """Held, or held in vain: nothing that was asked for yet."""
        if self.state == BookingState.HELD:
            return True
        return (
            self.state == BookingState.WITHDRAWN
            and self.held_until is not None
            and self.answer_until is None
        )

    @property
    def is_misfit(self) -> bool:
        """Whether staff must settle it with the family before the day."""
        return bool(self.misfit) and self.state in OPEN_STATES

    @property
    def holds_seat(self) -> bool:
        return self.state in SEAT_STATES


class BookingTransition(models.Model):
    """One step of a booking: what the product shows of its past. Inserted, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    booking = models.ForeignKey(
        Booking, models.PROTECT, verbose_name=_("予約"), related_name="transitions"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    from_state = models.CharField(
        _("前の状態"), max_length=24, choices=BookingState.choices, blank=True
    )
    to_state = models.CharField(_("後の状態"), max_length=24, choices=BookingState.choices)
    by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("操作した人"), related_name="+", null=True
    )
    at = models.DateTimeField(_("日時"))
    cause = models.CharField(_("事由"), max_length=12, choices=CancelReason.choices, blank=True)
    channel = models.CharField(_("受付方法"), max_length=10, choices=Channel.choices, blank=True)
    # The family reads it; it may tell how the child was
    reason = EncryptedTextField(_("理由"), max_length=200, null=True, blank=True)

    class Meta:
        verbose_name = _("予約の経過")
        verbose_name_plural = _("予約の経過")
        ordering = ["at"]

    class Privacy:
        open = ("id", "booking", "facility", "from_state", "to_state", "at", "channel")
        personal = ("by", "cause", "reason")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"

    @property
    def words(self) -> str:
        """The reason; those that the product gives itself are in the reader's language."""
        return gettext(self.reason) if self.reason else ""
