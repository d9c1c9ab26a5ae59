"""Choices of what is noted on a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MealKind(models.TextChoices):
    """Before what it is looked who must not have what."""

    MEAL = "meal", _("食事")
    SNACK = "snack", _("おやつ")
    ACTIVITY = "activity", _("食材を使う活動")


class CallAnswer(models.TextChoices):
    """How it went when somebody was rung about a child that is not where it should be."""

    REACHED = "reached", _("つながった")
    NO_ANSWER = "no_answer", _("出なかった")
    MESSAGE = "message", _("伝言を残した")


class RollCallAct(models.TextChoices):
    """避難・点呼: one tap. A child that was handed over is no longer to be counted."""

    SEEN = "seen", _("確認")
    TAKEN_BACK = "taken_back", _("取り消し")
    HANDED = "handed", _("引き渡し")
    ENDED = "ended", _("点呼の終わり")


class Eaten(models.TextChoices):
    """今日のようす: how much was eaten."""

    ALL = "all", _("全部")
    MOST = "most", _("ほとんど")
    HALF = "half", _("半分くらい")
    LITTLE = "little", _("少し")
    NOTHING = "nothing", _("食べなかった")


class Nap(models.TextChoices):
    """今日のようす: how long the child slept."""

    NONE = "none", _("眠らなかった")
    SHORT = "short", _("30分くらい")
    HOUR = "hour", _("1時間くらい")
    LONG = "long", _("1時間半くらい")
    LONGER = "longer", _("2時間以上")


class Mood(models.TextChoices):
    """今日のようす: how the child was."""

    HAPPY = "happy", _("ごきげん")
    CALM = "calm", _("おだやか")
    FRETFUL = "fretful", _("ぐずりがち")
    CRIED = "cried", _("よく泣いた")


class Stool(models.TextChoices):
    """今日のようす: うんち."""

    NONE = "none", _("なし")
    USUAL = "usual", _("ふつう")
    SOFT = "soft", _("やわらかめ")
    LOOSE = "loose", _("ゆるい")
    HARD = "hard", _("かため")


class SleepPosition(models.TextChoices):
    """午睡チェック: how a child lies when somebody looks."""

    BACK = "back", _("あおむけ")
    SIDE = "side", _("横向き")
    TURNED = "turned", _("うつぶせ→直した")


class Breathing(models.TextChoices):
    """午睡チェック: breath and colour of the face."""

    CALM = "calm", _("呼吸・顔色に異常なし")
    CONCERN = "concern", _("気になる")


class OpenKind(models.TextChoices):
    """What is to be settled before a day is closed."""

    EXPECTED = "expected", _("これから来る予定")
    NOT_COME = "not_come", _("来所も連絡もない")
    NOT_FETCHED = "not_fetched", _("お迎えの記録がない")
    UNPAID = "unpaid", _("料金が未収")
    UNANSWERED = "unanswered", _("保護者の連絡に返事をしていない")
    UNREAD = "unread", _("読み合わせ未了")
    MEAL = "meal", _("食事・おやつ前の確認が1人だけ")


class IncidentKind(models.TextChoices):
    """What a report is about."""

    INJURY = "injury", _("けが")
    ACCIDENT = "accident", _("事故")
    ILLNESS = "illness", _("急な体調不良")
    NEAR_MISS = "near_miss", _("ヒヤリハット")


class IncidentState(models.TextChoices):
    """How far a report has come. Signed or taken back, it changes no more."""

    DRAFT = "draft", _("記入中")
    SUBMITTED = "submitted", _("施設責任者の確認待ち")
    SIGNED = "signed", _("施設責任者が確認済")
    WITHDRAWN = "withdrawn", _("取り下げ")


class EntryKind(models.TextChoices):
    """What is added to a report, before it is signed and after."""

    TOLD = "told", _("保護者への連絡")
    FOLLOW_UP = "follow_up", _("その後の経過")
    SERIOUS = "serious", _("重大事故の判断")
    REPORT = "report", _("重大事故の報告")
    RETURNED = "returned", _("書き直し")
    WITHDRAWN = "withdrawn", _("取り下げ")


# What staff add by a form; the others come with an act.
ADDED_KINDS = (EntryKind.TOLD, EntryKind.FOLLOW_UP, EntryKind.SERIOUS, EntryKind.REPORT)


class TellingWay(models.TextChoices):
    """How a parent was told."""

    PHONE = "phone", _("電話")
    IN_PERSON = "in_person", _("お迎えのときに口頭で")
    OTHER = "other", _("そのほか")


class Seriousness(models.TextChoices):
    """Whether it is to be reported as a serious accident (domain.md 3.2); the last word counts."""

    DEATH = "death", _("死亡")
    LONG_TREATMENT = "treatment", _("治療に30日以上かかる見込み")
    UNCONSCIOUS = "unconscious", _("意識不明")
    NONE = "none", _("重大事故にあたらない")


class ReportStage(models.TextChoices):
    FIRST = "first", _("第1報")
    SECOND = "second", _("第2報")


class Recipient(models.TextChoices):
    """Who is to get each stage."""

    WARD = "ward", _("区")
    PREFECTURE = "prefecture", _("都")
    AGENCY = "agency", _("こども家庭庁")
