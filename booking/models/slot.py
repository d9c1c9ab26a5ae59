"""Slots: half hours of a facility in which capacity is counted. The database refuses oversell."""

import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from booking.capacity import RATIOS, reserved, staff_needed, staff_needed_sql
from booking.enums import Rounding, SeatKind, StaffingGroup
from history import clock
from history.prepared import Later
from records.enums import Retention

MINUTES = 30
# How far what is promised lies beyond each ceiling but that of the room, whose includes reserves.
BEYOND = ("infants_over", "under_twos_over", "two_ups_over", "staff_short")


class SlotQuerySet(models.QuerySet["Slot"]):
    def on_day(self, day: dt.date) -> "SlotQuerySet":
        start = clock.at(day, dt.time.min)
        return self.filter(starts_at__gte=start, starts_at__lt=start + dt.timedelta(days=1))

    def between(
        self, starts_at: dt.datetime | Later, ends_at: dt.datetime | Later
    ) -> "SlotQuerySet":
        """Slots that lie in `[starts_at, ends_at)`."""
        return self.filter(starts_at__gte=starts_at, starts_at__lt=ends_at)

    def holding_back(self) -> "SlotQuerySet":
        """With a reserve that is not yet released."""
        held = Q()
        for kind in SeatKind:
            held |= Q(**{f"{kind.total}__gt": 0})
        return self.filter(held)

    def red(self) -> "SlotQuerySet":
        """Where more is promised than a ceiling allows. A reserve that no longer fits is none."""
        beyond = Q(places__lt=F("taken") + F("held_back"))
        for column in BEYOND:
            beyond |= Q(**{f"{column}__gt": 0})
        return self.filter(beyond)


class Slot(models.Model):
    """One half hour `[starts_at, ends_at)`, with what was in force when it was made."""

    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="slots"
    )
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))

    # Counters: written through `actions.counters` only
    places = models.PositiveSmallIntegerField(_("定員"))
    taken = models.PositiveSmallIntegerField(_("予約済"), default=0)
    held_back = models.PositiveSmallIntegerField(_("留保枠"), default=0)
    infants = models.PositiveSmallIntegerField(_("0歳"), default=0)
    ones_twos = models.PositiveSmallIntegerField(_("1・2歳"), default=0)
    threes = models.PositiveSmallIntegerField(_("3歳"), default=0)
    fours_up = models.PositiveSmallIntegerField(_("4歳以上"), default=0)
    one_to_one = models.PositiveSmallIntegerField(_("個別対応"), default=0)
    # By age, whatever the group
    under_ones = models.PositiveSmallIntegerField(_("1歳未満"), default=0)
    under_twos = models.PositiveSmallIntegerField(_("2歳未満"), default=0)
    # Reserves (留保枠): what is still held back, and what was at first; both 0 once released
    walk_in_places = models.PositiveSmallIntegerField(_("当日受付の枠の残り"), default=0)
    urgent_places = models.PositiveSmallIntegerField(_("緊急の枠の残り"), default=0)
    center_places = models.PositiveSmallIntegerField(_("センターの枠の残り"), default=0)
    walk_in_total = models.PositiveSmallIntegerField(_("当日受付の枠"), default=0)
    urgent_total = models.PositiveSmallIntegerField(_("緊急の枠"), default=0)
    center_total = models.PositiveSmallIntegerField(_("センターの枠"), default=0)

    # Ceilings
    infant_limit = models.PositiveSmallIntegerField(_("0歳の上限"))
    under_two_limit = models.PositiveSmallIntegerField(_("2歳未満の上限"))
    two_up_limit = models.PositiveSmallIntegerField(_("2歳以上の上限"))
    staff = models.PositiveSmallIntegerField(_("職員数"))
    # How far what is promised lies beyond a ceiling since a fact went before it. Nothing is sold
    # into it: `capacity.fits` asks the ceilings alone. The database keeps it true (`facts`).
    places_over = models.PositiveSmallIntegerField(_("定員の超過"), default=0)
    infants_over = models.PositiveSmallIntegerField(_("0歳の超過"), default=0)
    under_twos_over = models.PositiveSmallIntegerField(_("2歳未満の超過"), default=0)
    two_ups_over = models.PositiveSmallIntegerField(_("2歳以上の超過"), default=0)
    staff_short = models.PositiveSmallIntegerField(_("不足する職員"), default=0)
    infant_ratio = models.PositiveSmallIntegerField(_("比率 0歳"))
    ones_twos_ratio = models.PositiveSmallIntegerField(_("比率 1・2歳"))
    threes_ratio = models.PositiveSmallIntegerField(_("比率 3歳"))
    fours_up_ratio = models.PositiveSmallIntegerField(_("比率 4歳以上"))
    rounding = models.CharField(_("端数"), max_length=10, choices=Rounding.choices)

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = _("枠")
        verbose_name_plural = _("枠")
        ordering = ["starts_at"]
        constraints = [
            models.UniqueConstraint(fields=["facility", "starts_at"], name="slot_once"),
            models.CheckConstraint(
                condition=Q(ends_at=F("starts_at") + dt.timedelta(minutes=MINUTES)),
                name="slot_is_half_an_hour",
            ),
            models.CheckConstraint(
                condition=Q(places__gte=F("taken") + reserved() - F("places_over")),
                name="slot_places",
                violation_error_message=_("定員に達しています。"),
            ),
            models.CheckConstraint(
                condition=Q(infant_limit__gte=F("under_ones") - F("infants_over")),
                name="slot_infant_limit",
                violation_error_message=_("0歳の上限に達しています。"),
            ),
            models.CheckConstraint(
                condition=Q(under_two_limit__gte=F("under_twos") - F("under_twos_over")),
                name="slot_under_two_limit",
                violation_error_message=_("2歳未満の上限に達しています。"),
            ),
            models.CheckConstraint(
                condition=Q(two_up_limit__gte=F("taken") - F("under_twos") - F("two_ups_over")),
                name="slot_two_up_limit",
                violation_error_message=_("2歳以上の上限に達しています。"),
            ),
            models.CheckConstraint(
                condition=Q(taken=0) | Q(staff__gte=staff_needed_sql() - F("staff_short")),
                name="slot_staffing",
                violation_error_message=_("職員の配置が足りません。"),
            ),
            models.CheckConstraint(
                condition=Q(
                    taken=F("infants") + F("ones_twos") + F("threes") + F("fours_up")
                    + F("one_to_one")
                ),
                name="slot_taken_is_sum",
            ),
            models.CheckConstraint(
                condition=Q(
                    under_ones__gte=F("infants"), under_twos__gte=F("under_ones"),
                    taken__gte=F("under_twos"),
                ),
                name="slot_ages",
            ),
            models.CheckConstraint(
                condition=Q(
                    walk_in_total__gte=F("walk_in_places"), urgent_total__gte=F("urgent_places"),
                    center_total__gte=F("center_places"),
                ),
                name="slot_reserves",
            ),
            models.CheckConstraint(
                condition=Q(
                    infant_ratio__gt=0, ones_twos_ratio__gt=0, threes_ratio__gt=0,
                    fours_up_ratio__gt=0,
                ),
                name="slot_ratios",
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "facility", "starts_at", "ends_at", "places", "taken", "held_back", "infants",
            "ones_twos", "threes", "fours_up", "one_to_one", "under_ones", "under_twos",
            "walk_in_places", "urgent_places", "center_places", "walk_in_total", "urgent_total",
            "center_total", "infant_limit", "under_two_limit", "two_up_limit", "staff",
            "places_over", "infants_over", "under_twos_over", "two_ups_over", "staff_short",
            "infant_ratio", "ones_twos_ratio", "threes_ratio", "fours_up_ratio", "rounding",
        )  # fmt: skip
        personal = ()
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {clock.written(self.starts_at)}"

    def counts(self) -> dict[StaffingGroup, int]:
        return {group: getattr(self, group.value) for group in StaffingGroup}

    @property
    def is_closed(self) -> bool:
        """Without a place: a closure, or a day on which the facility takes nobody."""
        return self.places == 0

    @property
    def staff_needed(self) -> int:
        """By what is promised; nobody where nothing is."""
        ratios = {group: getattr(self, column) for group, column in RATIOS.items()}
        return staff_needed(self.counts(), ratios, Rounding(self.rounding)) if self.taken else 0

    @property
    def room(self) -> int:
        """Places for whoever books ahead, whatever the age; none where more is promised."""
        return max(self.places - self.taken - self.reserved, 0)

    @property
    def reserved(self) -> int:
        """Places held back from those who book ahead."""
        return self.held_back + sum(getattr(self, kind.places) for kind in SeatKind)
