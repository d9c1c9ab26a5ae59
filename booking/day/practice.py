"""練習モード: the guided half hour, and which of its steps a person has taken.

What is done is read from what the step leaves behind, so that nothing needs to be ticked off.
"""

import dataclasses
import datetime as dt
from collections.abc import Callable

from django.db.models import Min, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.day.models import CashCount, DayReport, JointReading, MealCheck, Takeover
from booking.enums import BookingState
from booking.models import BookingTransition, Payment
from records.models import HandoverNote, User


@dataclasses.dataclass(frozen=True)
class Step:
    """One thing to try: on which page, about how many minutes it takes, what the manual says of
    it (`anchor`), and whether somebody has done it since a moment."""

    title: str | Promise
    words: str | Promise
    page: str
    anchor: str
    minutes: int
    is_done_by: Callable[[User, dt.datetime], bool]


def _stepped(
    from_state: BookingState, to_state: BookingState
) -> Callable[[User, dt.datetime], bool]:
    steps = BookingTransition.objects.filter(from_state=from_state, to_state=to_state)
    return lambda user, since: steps.filter(by=user, at__gte=since).exists()


STEPS = (
    Step(
        _("一覧を見て、受け入れる"),
        _("「本日の利用者一覧」で、確定のお子さんの「受け入れ」を1回押します。"),
        "today", "arrival", 3, _stepped(BookingState.CONFIRMED, BookingState.PRESENT),
    ),
    Step(
        _("まちがいを取り消す"),
        _("受け入れた行の「受け入れを取り消す」を開き、「取り消す」を押します。もう一度受け入れておきます。"),
        "today", "arrival", 2, _stepped(BookingState.PRESENT, BookingState.CONFIRMED),
    ),
    Step(
        _("カードを二人で読み合わせる"),
        _("重いしるしのあるお子さんの「緊急・配慮カード」を開き、「読みました」を押します。二人目はPINを入れます。"),
        "today", "reading", 5,
        lambda user, since: JointReading.objects.filter(
            Q(first_by=user, first_at__gte=since) | Q(second_by=user, second_at__gte=since)
        ).exists(),
    ),
    Step(
        _("食事の前に確かめる"),
        _("「食事・おやつ前の確認」で、一人ずつ食べるものを声に出して確かめます。"),
        "meal_check", "meal", 4,
        lambda user, since: MealCheck.objects.filter(
            Q(first_by=user, noted_at__gte=since) | Q(second_by=user, second_at__gte=since)
        ).exists(),
    ),
    Step(
        _("申し送りを書く"),
        _("だれかのカードの下で、申し送りを一つ書きます。"),
        "today", "takeover", 3,
        lambda user, since: HandoverNote.objects.filter(written_by=user, written_at__gte=since).exists(),
    ),
    Step(
        _("引き継ぐ"),
        _("右上の「交代」で次の人に代わり、「引き継ぎ」を読みます。"),
        "takeover", "takeover", 3,
        lambda user, since: Takeover.objects.filter(taken_by=user, taken_at__gte=since).exists(),
    ),
    Step(
        _("今日のようすを書く"),
        _("在室しているお子さんの「今日のようす」を書きます。"),
        "today", "report", 3,
        lambda user, since: DayReport.objects.filter(written_by=user, written_at__gte=since).exists(),
    ),
    Step(
        _("お迎えを記録し、料金を受け取る"),
        _("「お迎え」を1回押し、行の「料金」から収納します。"),
        "today", "fee", 4,
        lambda user, since: Payment.objects.filter(received_by=user, received_at__gte=since).exists(),
    ),
    Step(
        _("日計を締める"),
        _("「日計」で、現金を数えて締めます。残っているものの一覧も見てください。"),
        "cash_new", "cash", 3,
        lambda user, since: CashCount.objects.filter(closed_by=user, closed_at__gte=since).exists(),
    ),
)  # fmt: skip


def steps_of(user: User) -> list[tuple[Step, bool]]:
    """Each step, and whether that person has taken it since their first log-in: what lies before
    came with the invented families. One statement for each."""
    since = user.sign_ins.aggregate(first=Min("signed_in_at"))["first"]
    return [(step, step.is_done_by(user, since)) for step in STEPS]
