"""抽選の申込み: what a family wishes of a draw, under a pseudonym that says nothing about it."""

import secrets
import uuid

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from booking.enums import Accepts, Outcome
from booking.models.release import Release
from booking.models.request import BookingRequest
from booking.refusals import BookingRefused, Reason
from history import clock
from records.enums import Retention
from records.visibility import visible

# Letters and digits that nobody confuses on the telephone.
ALPHABET = "ACDEFGHJKMNPQRTUVWXY3479"
LENGTH = 10


def new_pseudonym() -> str:
    """Drawn anew for each ticket; nobody can know how the draw will sort it."""
    return "".join(secrets.choice(ALPHABET) for _each in range(LENGTH))


class TicketQuerySet(models.QuerySet["Ticket"]):
    def visible_to(self, user: object) -> "TicketQuerySet":
        """A family's own alone: staff read what became of it, in the bookings."""
        return self.filter(visible(user, facility="pk", parents="household__parents"))


class Ticket(models.Model):
    """One household's part in a draw, changeable until it closes."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(
        Release, models.PROTECT, verbose_name=_("募集"), related_name="tickets"
    )
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="tickets"
    )
    asked_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("申し込んだ人"), related_name="+"
    )
    asked_at = models.DateTimeField(_("申込日時"))
    pseudonym = models.CharField(
        _("抽選番号"), max_length=LENGTH, default=new_pseudonym, editable=False
    )
    accepts = models.CharField(
        _("とれないものがあるとき"), max_length=10, choices=Accepts.choices,
        default=Accepts.WHAT_FITS,
    )  # fmt: skip
    is_hidden = models.BooleanField(
        _("公表する一覧に、希望をのせない"), default=False,
        help_text=_("抽選番号と順番だけがのります。結果は変わりません。"),
    )  # fmt: skip

    # Written by the worker in the draw
    position = models.PositiveIntegerField(_("順番"), null=True, editable=False)
    request = models.OneToOneField(
        BookingRequest, models.PROTECT, verbose_name=_("申込"), related_name="ticket", null=True,
        editable=False,
    )  # fmt: skip

    objects = TicketQuerySet.as_manager()

    class Meta:
        verbose_name = _("抽選の申込み")
        verbose_name_plural = _("抽選の申込み")
        ordering = ["asked_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["release", "household"], name="ticket_one_a_family"),
            models.UniqueConstraint(fields=["release", "pseudonym"], name="ticket_pseudonym"),
            models.UniqueConstraint(fields=["release", "position"], name="ticket_position"),
        ]

    class Privacy:
        open = ("id", "release", "asked_at", "pseudonym", "accepts", "is_hidden", "position",
                "request")  # fmt: skip
        personal = ("household", "asked_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return self.pseudonym

    def get_absolute_url(self) -> str:
        return reverse("booking:ticket", args=[self.pk], urlconf="azukari.urls_public")


class TicketWish(models.Model):
    """One child at a facility in `[starts_at, ends_at)`; the first in the ticket comes first."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    ticket = models.ForeignKey(
        Ticket, models.PROTECT, verbose_name=_("抽選の申込み"), related_name="wishes"
    )
    number = models.PositiveSmallIntegerField(_("希望の順"))
    child = models.ForeignKey(
        "records.Child", models.PROTECT, verbose_name=_("児童"), related_name="+"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    starts_at = models.DateTimeField(_("開始"))
    ends_at = models.DateTimeField(_("終了"))

    # Written by the worker in the draw
    outcome = models.CharField(_("結果"), max_length=10, choices=Outcome.choices, blank=True)
    reason = models.CharField(_("理由"), max_length=24, choices=Reason.choices, blank=True)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("抽選の希望")
        verbose_name_plural = _("抽選の希望")
        ordering = ["number", "id"]
        constraints = [
            models.UniqueConstraint(fields=["ticket", "number"], name="ticket_wish_number"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="ticket_wish_ends_after_start"
            ),
        ]

    class Privacy:
        open = ("id", "ticket", "number", "facility", "outcome")
        personal = ("child", "starts_at", "ends_at", "reason", "detail")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.facility} {clock.written(self.starts_at)}"

    @property
    def refusal(self) -> BookingRefused | None:
        return BookingRefused(Reason(self.reason), self.detail) if self.reason else None
