"""What a family says on the day of a booking, and what the facility answers.

Of each kind one row for a booking: what the family said last. Saying it anew opens it anew; what
was said and answered before stands in the history.
"""

import datetime as dt
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from history.models import tracked
from records.enums import Retention
from records.fields import EncryptedTextField
from records.validators import validate_no_my_number

LONGEST = 200


class DayMessage(models.Model):
    """The words of a family, and the reply, which the family reads on its booking's page."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    household = models.ForeignKey(
        "records.Household", models.PROTECT, verbose_name=_("世帯"), related_name="+"
    )
    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), related_name="+"
    )
    words = EncryptedTextField(
        _("施設へのひとこと"), max_length=LONGEST, default="", blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    sent_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("知らせた人"), related_name="+"
    )
    sent_at = models.DateTimeField(_("知らせた日時"))

    reply = EncryptedTextField(
        _("返事"), max_length=LONGEST, default="", blank=True, validators=[validate_no_my_number]
    )
    replied_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("返事した職員"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    replied_at = models.DateTimeField(_("返事した日時"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(replied_by__isnull=True, replied_at__isnull=True)
                | Q(replied_by__isnull=False, replied_at__gte=F("sent_at")),
                name="%(class)s_reply_after_message",
            ),
        ]

    @property
    def is_answered(self) -> bool:
        return self.replied_at is not None

    @property
    def is_open(self) -> bool:
        """Whether the facility has something to do with it."""
        return not self.is_answered

    @property
    def seen(self) -> str:
        """What a form sends back, so that nobody answers what was said anew meanwhile."""
        return self.sent_at.astimezone(dt.UTC).isoformat()


class LateNotice(DayMessage):
    """「遅れます」: when the child is to be expected instead."""

    booking = models.OneToOneField(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="late_notice"
    )
    arrives_at = models.DateTimeField(_("着く予定の時刻"))

    history = tracked()

    class Meta(DayMessage.Meta):
        verbose_name = _("遅れる知らせ")
        verbose_name_plural = _("遅れる知らせ")

    class Privacy:
        open = ("id", "booking", "household", "facility", "sent_at", "replied_at")
        personal = ("arrives_at", "words", "sent_by", "reply", "replied_by")
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.booking}"


class PickUpChange(DayMessage):
    """「お迎えの人・時間が変わります」: who comes, when.

    Somebody whom the register does not know may fetch the child only once the facility has called
    back a number that the register knows.
    """

    booking = models.OneToOneField(
        "booking.Booking", models.PROTECT, verbose_name=_("予約"), related_name="pick_up_change"
    )
    # Empty where the time alone changes.
    person = EncryptedTextField(
        _("お迎えに来る人"), max_length=60, null=True, blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    relation = EncryptedTextField(
        _("お子さんとの関係"), max_length=30, default="", blank=True,
        validators=[validate_no_my_number],
    )  # fmt: skip
    # Whom of the register the family chose: a parent or a pick-up person, by id. Whether that is
    # one of this child's, and what it is called, the database writes by itself.
    chosen = models.UUIDField(_("登録から選んだ人"), null=True, blank=True)
    is_registered = models.BooleanField(_("登録のある人"), default=False, editable=False)
    registered_name = models.CharField(
        _("登録のある人の氏名"), max_length=100, default="", blank=True, editable=False
    )
    fetched_at = models.DateTimeField(_("お迎えの予定の時刻"), null=True, blank=True)

    called_by = models.ForeignKey(
        "records.User", models.PROTECT, verbose_name=_("折り返し電話をした職員"),
        related_name="+", null=True, blank=True,
    )  # fmt: skip
    called_at = models.DateTimeField(_("折り返し電話で確認した日時"), null=True, blank=True)
    called_number = EncryptedTextField(_("折り返した電話番号"), null=True, blank=True)

    history = tracked()

    class Meta(DayMessage.Meta):
        verbose_name = _("お迎えの変更")
        verbose_name_plural = _("お迎えの変更")
        constraints = [
            *DayMessage.Meta.constraints,
            models.CheckConstraint(
                condition=Q(person__isnull=False)
                | Q(is_registered=True)
                | Q(fetched_at__isnull=False),
                name="pick_up_change_says_something",
                violation_error_message=_("お迎えの人か時刻の、どちらかを入力してください。"),
            ),
            models.CheckConstraint(
                condition=Q(is_registered=False, registered_name="")
                | Q(is_registered=True, chosen__isnull=False, person__isnull=True)
                & ~Q(registered_name=""),
                name="pick_up_change_registered_whole",
            ),
            models.CheckConstraint(
                condition=Q(
                    called_by__isnull=True, called_at__isnull=True, called_number__isnull=True
                )
                | Q(
                    called_by__isnull=False, called_at__gte=F("sent_at"),
                    called_number__isnull=False, person__isnull=False,
                ),
                name="pick_up_change_call_back_whole",
            ),
        ]  # fmt: skip

    class Privacy:
        open = ("id", "booking", "household", "facility", "sent_at", "replied_at", "called_at")
        personal = (
            "person", "relation", "chosen", "is_registered", "registered_name", "fetched_at",
            "words", "sent_by", "reply", "replied_by", "called_by", "called_number",
        )  # fmt: skip
        retention = Retention.OPERATION

    def __str__(self) -> str:
        return f"{self.booking}"

    @property
    def who(self) -> str:
        """Who comes instead; empty where the time alone changes."""
        return self.registered_name or self.person or ""

    @property
    def awaits_call(self) -> bool:
        """Whether somebody is named who may not fetch the child yet."""
        return bool(self.person) and self.called_at is None

    @property
    def confirmed_person(self) -> str:
        """Who may fetch the child beside the people of the register; empty where nobody may."""
        return self.person if self.person and self.called_at is not None else ""

    @property
    def is_open(self) -> bool:
        return self.awaits_call or not self.is_answered
