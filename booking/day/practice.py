"""練習モード: the guided half hour, and which of its steps a person has taken.

What is done is read from what the step leaves behind, so that nothing needs to be ticked off.
"""

import dataclasses
import datetime as dt
import functools
import operator
from collections.abc import Callable

from django.db import models
from django.db.models import Min, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.day.models import CashCount, DayReport, JointReading, MealCheck, Takeover
from booking.enums import BookingState
from booking.models import BookingTransition, Payment
from records.models import HandoverNote, User

IsDone = Callable[[User, dt.datetime], bool]


@dataclasses.dataclass(frozen=True)
class Step:
    """One thing to try: on which page, about how many minutes it takes, what the manual says of
    it (`anchor`), and whether somebody has done it since a moment."""

    title: str | Promise
    words: str | Promise
    page: str
    anchor: str
    minutes: int
    is_done_by: IsDone


def _stepped(from_state: BookingState, to_state: BookingState) -> IsDone:
    steps = BookingTransition.objects.filter(from_state=from_state, to_state=to_state)
    return lambda user, since: steps.filter(by=user, at__gte=since).exists()


def _wrote(model: type[models.Model], *ways: tuple[str, str]) -> IsDone:
    """Rows of `model` that bear the person's name, by its field and that of when it was put."""

    def is_done(user: User, since: dt.datetime) -> bool:
        names = (Q(**{person: user, f"{time}__gte": since}) for person, time in ways)
        return model._default_manager.filter(functools.reduce(operator.or_, names)).exists()

    return is_done


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
        _wrote(JointReading, ("first_by", "first_at"), ("second_by", "second_at")),
    ),
    Step(
        _("食事の前に確かめる"),
        _("「食事・おやつ前の確認」で、一人ずつ食べるものを声に出して確かめます。"),
        "meal_check", "meal", 4,
        _wrote(MealCheck, ("first_by", "noted_at"), ("second_by", "second_at")),
    ),
    Step(
        _("申し送りを書く"),
        _("だれかのカードの下で、申し送りを一つ書きます。"),
        "today", "takeover", 3,
        _wrote(HandoverNote, ("written_by", "written_at")),
    ),
    Step(
        _("引き継ぐ"),
        _("右上の「交代」で次の人に代わり、「引き継ぎ」を読みます。"),
        "takeover", "takeover", 3,
        _wrote(Takeover, ("taken_by", "taken_at")),
    ),
    Step(
        _("今日のようすを書く"),
        _("在室しているお子さんの「今日のようす」を書きます。"),
        "today", "report", 3,
        _wrote(DayReport, ("written_by", "written_at")),
    ),
    Step(
        _("お迎えを記録し、料金を受け取る"),
        _("「お迎え」を1回押し、行の「料金」から収納します。"),
        "today", "fee", 4,
        _wrote(Payment, ("received_by", "received_at")),
    ),
    Step(
        _("日計を締める"),
        _("「日計」で、現金を数えて締めます。残っているものの一覧も見てください。"),
        "cash_new", "cash", 3,
        _wrote(CashCount, ("closed_by", "closed_at")),
    ),
)  # fmt: skip


def steps_of(user: User) -> list[tuple[Step, bool]]:
    """Each step, and whether that person has taken it since their first log-in: what lies before
    came with the invented families. One statement for each."""
    since = user.sign_ins.aggregate(first=Min("signed_in_at"))["first"]
    return [(step, step.is_done_by(user, since)) for step in STEPS]
