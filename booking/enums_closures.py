"""Closing for a day or a part of it (休所)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.enums import BookingState


class ClosureKind(models.TextChoices):
    CLOSED = "closed", _("一日休む")
    OPENS_LATE = "opens_late", _("遅れて開く")
    CLOSES_EARLY = "closes_early", _("早く閉める")


class ClosureReason(models.TextChoices):
    WEATHER = "weather", _("台風・大雪などの悪天候のため")
    INFECTION = "infection", _("感染症の発生のため")
    STAFF = "staff", _("職員の体制が整わないため")
    BUILDING = "building", _("建物や設備の不具合のため")
    EVENT = "event", _("行事・研修のため")
    OTHER = "other", _("施設の都合のため")


class ClosureState(models.TextChoices):
    PREPARED = "prepared", _("準備中（まだ知らせていません）")
    CONFIRMED = "confirmed", _("決定")
    DROPPED = "dropped", _("見送り")
    LIFTED = "lifted", _("取りやめ（開所）")


# Of a facility and a day one of each kind: decided, or to be decided.
LIVING_STATES = (ClosureState.PREPARED, ClosureState.CONFIRMED)

# What becomes of the bookings that a closure meets. A child that is there stays until it is
# fetched, and what is over stays as it was.
ENDS_AS = {
    BookingState.HELD: BookingState.WITHDRAWN,
    BookingState.OFFERED: BookingState.WITHDRAWN,
    BookingState.AWAITING: BookingState.CANCELLED_BY_FACILITY,
    BookingState.CONFIRMED: BookingState.CANCELLED_BY_FACILITY,
}
