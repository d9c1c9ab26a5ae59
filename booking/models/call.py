"""電話連絡: whom staff have to telephone, because no mail reaches the family."""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.enums_calls import CALL_WORDS, OPEN_RESULTS, CallKind, CallResult
from booking.models.booking import Booking
from history import clock
from history.models import tracked
from records.enums import Retention
from records.visibility import visible


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: object) -> "CallQuerySet":
        """To staff those of the facilities they work for; no family sees one."""
        return self.filter(visible(user, facility="facility_id"))

    def open(self) -> "CallQuerySet":
        return self.filter(result__in=OPEN_RESULTS)

    def ended_since(self, moment: dt.datetime) -> "CallQuerySet":
        return self.exclude(result__in=OPEN_RESULTS).filter(called_at__gte=moment)


class Call(models.Model):
    """One family to be telephoned by one facility until `due_at`; how the last try went."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("用件"), max_length=12, choices=CallKind.choices)
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="calls"
    )
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="+"
    )
    # What it is about; it also says whom to call when the lease is over
    booking = models.ForeignKey(
        Booking, models.PROTECT, verbose_name=_("予約"), related_name="calls", null=True,
        blank=True,
    )  # fmt: skip
    asked_at = models.DateTimeField(_("依頼日時"))
    due_at = models.DateTimeField(_("期限"))

    # The last try; the history has those before
    result = models.CharField(
        _("結果"), max_length=12, choices=CallResult.choices, default=CallResult.WAITING
    )
    called_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("連絡した人"), related_name="+", null=True,
        blank=True,
    )  # fmt: skip
    called_at = models.DateTimeField(_("連絡日時"), null=True, blank=True)
    tries = models.PositiveSmallIntegerField(_("かけた回数"), default=0)

    history = tracked()
    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("電話連絡")
        verbose_name_plural = _("電話連絡")
        ordering = ["due_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "facility", "household", "booking"],
                condition=Q(result__in=OPEN_RESULTS), nulls_distinct=False, name="call_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(result=CallResult.WAITING) | Q(called_at__isnull=False),
                name="call_result_has_a_moment",
            ),
            models.CheckConstraint(condition=Q(due_at__gte=F("asked_at")), name="call_due_later"),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["facility", "due_at"], condition=Q(result__in=OPEN_RESULTS),
                name="call_open",
            )
        ]  # fmt: skip

    class Privacy:
        open = ("id", "kind", "facility", "asked_at", "due_at", "result", "called_at", "tries")
        personal = ("household", "booking", "called_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {clock.written(self.due_at)}"

    @property
    def is_open(self) -> bool:
        return self.result in OPEN_RESULTS

    @property
    def words(self) -> str | Promise:
        """What to tell the family."""
        return CALL_WORDS[CallKind(self.kind)]
