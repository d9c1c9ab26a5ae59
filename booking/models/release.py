"""募集: days of use that are given away together, first come or by a draw."""

import datetime as dt

from django.db import models
from django.db.models import F, Func, Q
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from booking.enums import ReleaseMode
from history.models import tracked
from records.enums import Retention
from records.versions import LINE, check_order, versions_apart

# SHA-256 by PostgreSQL itself; Django's own needs an extension.
DIGEST = Func(
    F("seed"), template="encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')",
    output_field=models.CharField(),
)  # fmt: skip


class Release(models.Model):
    """Days of use that open at one moment, in the place of the window of the rules of use.

    Changed until it opens, and never afterwards: the walls ask for the moment.
    """

    facility = models.ForeignKey(
        "records.Facility", models.PROTECT, verbose_name=_("施設"), null=True, blank=True,
        related_name="+", limit_choices_to={"capacity__isnull": False},
        help_text=_("空欄のときは、区内すべての施設です。施設を選ぶと、その施設では区全体の募集の"
                    "代わりになります。"),
    )  # fmt: skip
    first_day = models.DateField(_("利用日（から）"))
    last_day = models.DateField(_("利用日（まで）"))
    mode = models.CharField(_("受付の方法"), max_length=10, choices=ReleaseMode.choices)
    opens_at = models.DateTimeField(
        _("受付を始める日時"), help_text=_("この時刻を過ぎると、募集の内容は変えられません。")
    )
    collects_minutes = models.PositiveIntegerField(
        _("抽選の申込みを集める時間（分）"), default=30,
        help_text=_("抽選のときだけ使います。始めの何分かに届いた申込みを、届いた順によらず"
                    "抽選します。"),
    )  # fmt: skip
    steps = models.PositiveSmallIntegerField(
        _("いくつの組に分けるか"),
        default=4,
        help_text=_("世帯ごとに時刻をずらすときだけ使います。組は、公表する決まりで計算します。"),
    )
    step_minutes = models.PositiveSmallIntegerField(_("組と組の間（分）"), default=15)
    is_dropped = models.BooleanField(
        _("とりやめ"), default=False,
        help_text=_("選ぶと、この募集はなかったものとして、利用の決まりどおりに受け付けます。"),
    )  # fmt: skip

    # Written by the worker alone: the first before it opens, the others when it is drawn
    seed_digest = models.CharField(
        _("種のハッシュ（SHA-256）"), max_length=64, blank=True, editable=False
    )
    seed = models.CharField(_("種"), max_length=64, blank=True, editable=False)
    drawn_at = models.DateTimeField(_("抽選した日時"), null=True, editable=False)

    history = tracked()

    class Meta:
        verbose_name = _("募集")
        verbose_name_plural = _("募集")
        ordering = ["-opens_at", "id"]
        constraints = [
            versions_apart(
                "release_days_apart", LINE, start="first_day", end="last_day",
                condition=Q(is_dropped=False), message=_("同じ利用日の募集がすでにあります。"),
            ),
            models.CheckConstraint(
                condition=Q(first_day__lte=F("last_day")), name="release_days_in_order",
                violation_error_message=_("終了日は開始日以後にしてください。"),
            ),
            models.CheckConstraint(
                condition=Q(collects_minutes__range=(1, 10080)), name="release_collects",
                violation_error_message=_("集める時間は、1分から7日（10080分）までです。"),
            ),
            models.CheckConstraint(
                condition=Q(steps__range=(2, 48), step_minutes__range=(1, 1440)),
                name="release_steps",
                violation_error_message=_("組は2から48まで、組と組の間は1分から1日（1440分）までです。"),
            ),
            models.CheckConstraint(
                condition=Q(drawn_at=None, seed="") | Q(drawn_at__isnull=False) & ~Q(seed=""),
                name="release_seed_is_told_when_drawn",
            ),
            # What is told is what was published.
            models.CheckConstraint(
                condition=Q(seed="") | Q(seed_digest=DIGEST), name="release_seed_digest"
            ),
        ]  # fmt: skip

    class Privacy:
        open = (
            "id", "facility", "first_day", "last_day", "mode", "opens_at", "collects_minutes",
            "steps", "step_minutes", "is_dropped", "seed_digest", "seed", "drawn_at",
        )  # fmt: skip
        personal = ()
        retention = Retention.PERMANENT

    def __str__(self) -> str:
        place = self.facility or _("区全体")
        return f"{place} {date_format(self.first_day)}～{date_format(self.last_day)}"

    def clean(self) -> None:
        check_order(self, start="first_day", end="last_day")

    @property
    def is_draw(self) -> bool:
        return self.mode == ReleaseMode.DRAW

    @property
    def closes_at(self) -> dt.datetime:
        """Until when a draw takes requests; all of them are equal."""
        return self.opens_at + dt.timedelta(minutes=self.collects_minutes)
