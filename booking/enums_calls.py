"""Tasks to telephone a family (電話連絡)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CallKind(models.TextChoices):
    OFFER = "offer", _("空きのご案内（キャンセル待ち）")
    CLOSURE = "closure", _("休所のお知らせ")
    DEADLINE = "deadline", _("期限のお知らせ")
    CHANGE = "change", _("予約の変更・取り消しのお知らせ")


class CallResult(models.TextChoices):
    WAITING = "waiting", _("未連絡")
    NO_ANSWER = "no_answer", _("不在（かけ直す）")
    REACHED = "reached", _("連絡済み")
    MESSAGE = "message", _("伝言を残した")
    NOT_NEEDED = "not_needed", _("連絡不要になった")


# Somebody still has to ring.
OPEN_RESULTS = (CallResult.WAITING, CallResult.NO_ANSWER)

CALL_WORDS = {
    CallKind.OFFER: _("空きが出ました。利用するかどうかを、期限までに伺ってください。"),
    CallKind.CLOSURE: _(
        "休所のため、予約を取り消しました。料金はかからず、利用の回数にも数えません。"
    ),
    CallKind.DEADLINE: _("期限が近づいています。手続きについてお知らせください。"),
    CallKind.CHANGE: _("施設の都合で、予約のご相談があります。料金の負担は増えません。"),
}
