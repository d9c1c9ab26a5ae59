"""Requests (申込): what a family asked for at once, and what of it could not be had."""

import uuid

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.enums import Accepts, Channel
from booking.refusals import BookingRefused, Reason
from history import clock
from records.enums import Retention
from records.visibility import visible


class BookingRequestQuerySet(models.QuerySet["BookingRequest"]):
    def visible_to(self, user: object) -> "BookingRequestQuerySet":
        """A family's own; to staff those of which something is booked where they work."""
        return self.filter(
            visible(user, facility="bookings__facility_id", parents="household__parents")
        ).distinct()


class BookingRequest(models.Model):
    """One filled-in form: for one child or several, for one day or several. Never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="requests"
    )
    requested_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("予約した人"), related_name="+"
    )
    requested_at = models.DateTimeField(_("予約日時"))
    channel = models.CharField(
        _("受付方法"), max_length=10, choices=Channel.choices, default=Channel.WEB
    )
    accepts = models.CharField(
        _("とれないものがあるとき"), max_length=10, choices=Accepts.choices, default=Accepts.ALL
    )

    # A repeated request finds its first answer under the key; the digest tells it from another
    key = models.UUIDField(_("受付番号"), default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, editable=False)

    objects = BookingRequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("申込")
        verbose_name_plural = _("申込")
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(fields=["requested_by", "key"], name="booking_request_once")
        ]

    class Privacy:
        open = ("id", "requested_at", "channel", "accepts", "key", "digest")
        personal = ("household", "requested_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {clock.written(self.requested_at)}"

    def get_absolute_url(self) -> str:
        return reverse("booking:request", args=[self.pk], urlconf="azukari.urls_public")

    @property
    def number(self) -> str:
        """What is read aloud on the telephone. It names the request beside the family, not alone:
        two of eight digits may be equal."""
        digits = f"{self.pk.int % 10**8:08}"
        return f"{digits[:4]}-{digits[4:]}"


class UnmetWish(models.Model):
    """What of a request did not fit while the rest was booked, and why. Inserted, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    request = models.ForeignKey(
        BookingRequest, models.PROTECT, verbose_name=_("申込"), related_name="unmet"
    )
    child = models.ForeignKey(
        "records.Child", models.PROTECT, verbose_name=_("児童"), related_name="+"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))
    reason = models.CharField(_("理由"), max_length=24, choices=Reason.choices)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("とれなかった希望")
        verbose_name_plural = _("とれなかった希望")
        ordering = ["starts_at", "id"]

    class Privacy:
        open = ("id", "request", "facility")
        personal = ("child", "starts_at", "ends_at", "reason", "detail")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {clock.written(self.starts_at)}"

    @property
    def refusal(self) -> BookingRefused:
        return BookingRefused(Reason(self.reason), self.detail)
