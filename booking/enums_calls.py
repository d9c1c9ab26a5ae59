"""Tasks to telephone a family (電話連絡)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.enums import BookingState


class CallKind(models.TextChoices):
    OFFER = "offer", _("空きのご案内（キャンセル待ち）")
    CLOSURE = "closure", _("休所のお知らせ")
    CHANGE = "change", _("予約の変更・取り消しのお知らせ")
    APPROVED = "approved", _("予約確定のお知らせ")
    DECLINED = "declined", _("受入不可のお知らせ")
    ABSENT = "absent", _("連絡なしのお知らせ")
    TURNED_AWAY = "turned_away", _("お預かり中止のお知らせ")
    DRAWN = "drawn", _("抽選の結果のお知らせ")
    HOLD = "hold", _("予約の停止のお知らせ")


class CallResult(models.TextChoices):
    WAITING = "waiting", _("未連絡")
    NO_ANSWER = "no_answer", _("不在（かけ直す）")
    REACHED = "reached", _("連絡済み")
    MESSAGE = "message", _("伝言を残した")
    NOT_NEEDED = "not_needed", _("連絡不要になった")


# Somebody still has to ring.
OPEN_RESULTS = (CallResult.WAITING, CallResult.NO_ANSWER)

# In which state of its booking a call still says what is true; the others hold in any.
TRUE_IN = {
    CallKind.OFFER: BookingState.OFFERED,
    CallKind.APPROVED: BookingState.CONFIRMED,
    CallKind.DECLINED: BookingState.DECLINED,
    CallKind.ABSENT: BookingState.ABSENT,
    CallKind.TURNED_AWAY: BookingState.TURNED_AWAY,
}

CALL_WORDS = {
    CallKind.OFFER: _("空きが出ました。利用するかどうかを、期限までに伺ってください。"),
    CallKind.CLOSURE: _(
        "休所のため、予約を取り消しました。料金はかからず、利用の回数にも数えません。"
    ),
    CallKind.CHANGE: _("施設の都合で、予約のご相談があります。料金の負担は増えません。"),
    CallKind.APPROVED: _(
        "施設の確認が済み、予約が確定しました。日時と、無料でキャンセルできる期限をお知らせください。"
    ),
    CallKind.DECLINED: _(
        "お申し込みをお受けできませんでした。料金はかかりません。"
        "理由（予約の画面にあります）と、ほかの日やほかの施設の空きをお知らせください。"
    ),
    CallKind.ABSENT: _(
        "お越しにならず、ご連絡もなかったため、「連絡なし」と記録しました。"
        "キャンセル料（予約の画面にあります）をお知らせし、お心あたりがないか伺ってください。"
    ),
    CallKind.TURNED_AWAY: _(
        "当日の受付で、お預かりを中止しました。"
        "理由と料金（予約の画面にあります）をお知らせください。"
    ),
    CallKind.DRAWN: _(
        "抽選の結果が出ました。予約できた日時があるかどうかと、"
        "残りの空きは先着順で予約できることをお知らせください。"
    ),
    CallKind.HOLD: _(
        "新しい予約の停止について、お知らせがあります。"
        "期間と理由、異議を申し出られることをお知らせください。"
    ),
}
