"""The choices of a version of the rules of use (利用の決まり, domain.md 1.3)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MinAgeUnit(models.TextChoices):
    MONTHS = "months", _("か月から")
    DAYS = "days", _("日目から（生後）")


class MaxAgeUnit(models.TextChoices):
    SCHOOL_ENTRY = "school_entry", _("小学校入学前まで")
    YEARS = "years", _("歳に達する日の前日まで")
    MONTHS = "months", _("か月に達する日の前日まで")


class Residency(models.TextChoices):
    RESIDENTS = "residents", _("区内に住む方だけ")
    VISITORS = "visitors", _("区内に住む方と、里帰りなどで滞在中の方")
    ANYONE = "anyone", _("どなたでも")


class WindowKind(models.TextChoices):
    """How the moment is found from which a day of use can be booked."""

    MONTHS = "months", _("利用日の何か月前から")
    DAYS = "days", _("利用日の何日前から")
    CALENDAR = "calendar", _("受付開始の予定表による")
    DATE = "date", _("決まった日から")


class IfClosed(models.TextChoices):
    """Where a booking window would open on a day without care."""

    NONE = "none", _("そのまま")
    NEXT = "next", _("次の開所日にする")
    PREVIOUS = "previous", _("前の開所日にする")


class Counting(models.TextChoices):
    """How days before the use are counted."""

    CALENDAR = "calendar", _("暦の日数で数える")
    OPEN_DAYS = "open_days", _("開所日だけを数える")
    EARLIER_IF_CLOSED = "earlier_if_closed", _("暦で数え、休みなら前の開所日にする")


class Subject(models.TextChoices):
    CHILD = "child", _("お子さんごと")
    HOUSEHOLD = "household", _("世帯ごと")


class Span(models.TextChoices):
    DAY = "day", _("1日に")
    WEEK = "week", _("1週間（月曜日から日曜日）に")
    MONTH = "month", _("1か月に")
    FISCAL_YEAR = "fiscal_year", _("1年度に")
    CONSECUTIVE = "consecutive", _("続けて")
    AHEAD = "ahead", _("これからの予約が同時に")


class Measure(models.TextChoices):
    USES = "uses", _("回")
    MINUTES = "minutes", _("分")
    DAYS = "days", _("日")


class QuotaGroup(models.TextChoices):
    """Ages on the day of use, whatever the staffing group."""

    UNDER_ONE = "under_one", _("0歳")
    UNDER_TWO = "under_two", _("0歳と1歳を合わせて")
    TWO_UP = "two_up", _("2歳以上")


class CancelReason(models.TextChoices):
    """Why a family can't come, where that decides what it costs."""

    ILLNESS = "illness", _("急な発熱・病気")
    BEREAVEMENT = "bereavement", _("忌引")
    WEATHER = "weather", _("台風・大雪などの天候")
    INFECTION = "infection", _("感染症のお知らせを受けて")
    PLANS = "plans", _("予定の変更")
    OTHER = "other", _("そのほか")


class Approval(models.TextChoices):
    INSTANT = "instant", _("すぐに確定する")
    FACILITY = "facility", _("施設が確認してから確定する")
