"""Why a booking is refused, and what to do instead: the same words on page, screen and mail."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from records.refusals import Refused


class Reason(models.TextChoices):
    NOT_REGISTERED = "not_registered", _("利用登録が有効になっていません。")
    REGISTRATION_ENDS = "registration_ends", _("利用日が、登録有効期限を過ぎています。")
    NEEDS_UNCONFIRMED = "needs_unconfirmed", _("お子さんの健康に関する確認が済んでいません。")
    TOO_YOUNG = "too_young", _("利用できる月齢に達していません。")
    SCHOOL_AGE = "school_age", _("小学校入学後の日は利用できません。")
    TOO_OLD = "too_old", _("利用できる年齢を過ぎています。")
    NOT_RESIDENT = "not_resident", _("区外にお住まいの方は、利用できません。")
    ENROLLED = "enrolled", _("保育所・幼稚園などに在籍しているお子さんは、利用できません。")
    NOT_HOME = "not_home", _("この登録では、登録施設だけを利用できます。")
    NOT_YET_USABLE = "not_yet_usable", _("登録してから、まだ利用できる日になっていません。")
    NOT_BEGUN = "not_begun", _("予約の受付は、まだ始まっていません。")
    NOT_OPEN_YET = "not_open_yet", _("この日の予約受付は、まだ始まっていません。")
    IN_DRAW = "in_draw", _("この日は、抽選の申込みを受け付けています。")
    DRAWING = "drawing", _("この日は、抽選の結果を出しているところです。")
    DRAW_OVER = "draw_over", _("抽選の申込みは締め切りました。")
    TOO_MANY_WISHES = "too_many_wishes", _("抽選に申し込める希望の数を超えます。")
    PAPER_OVER = "paper_over", _("受付が始まったため、紙の台帳からは入力できません。")
    TOO_LATE = "too_late", _("この日の予約受付は終了しました。")
    CLOSED = "closed", _("この時間は開所していません。")
    TOO_SHORT = "too_short", _("利用時間が短すぎます。")
    TOO_LONG = "too_long", _("利用時間が長すぎます。")
    NOT_A_START = "not_a_start", _("この時刻からは始められません。")
    NO_INTAKE = "no_intake", _("この時間は、受け入れをしていません。")
    OFF_STEP = "off_step", _("この時刻では区切れません。")
    NOT_A_BLOCK = "not_a_block", _("決まったコマで予約してください。")
    LIMIT_REACHED = "limit_reached", _("利用できる上限を超えます。")
    ALREADY_BOOKED = "already_booked", _("お子さんには、同じ時間に別の予約があります。")
    FULL = "full", _("空きがありません。")
    BUSY = "busy", _("ただいま混み合っています。")
    KEY_REUSED = "key_reused", _("この画面の内容は、別の予約としてすでに受け付けました。")
    HOLD_OVER = "hold_over", _("席をお取りしていた時間が過ぎました。")
    NOT_FULL = "not_full", _("この時間には空きがあります。")
    ALREADY_WAITING = "already_waiting", _("同じ時間のキャンセル待ちに、すでにお申し込みです。")
    TOO_MANY_WAITING = "too_many_waiting", _("一度に待てる件数の上限に達しています。")
    OFFER_OVER = "offer_over", _("お返事の期限が過ぎました。")
    TAKEN = "taken", _("ほかのご家庭が先にお決めになりました。")
    TOO_LATE_TO_CANCEL = "too_late_to_cancel", _("この予約は、もうキャンセルできません。")
    TOO_LATE_TO_CHANGE = "too_late_to_change", _("この予約の日時は、もう変更できません。")
    UNDO_OVER = "undo_over", _("無料で取り消せる時間が過ぎました。")
    NOT_YET_DUE = "not_yet_due", _("予約の時間は、まだ始まっていません。")
    MANAGERS_ONLY = "managers_only", _("この操作は、施設責任者とセンターができます。")
    NOTHING_TO_WAIVE = "nothing_to_waive", _("免除できる料金がありません。")
    ON_HOLD = "on_hold", _("連絡のないキャンセルが続いたため、新しい予約を止めています。")
    ASK_ANEW = "ask_anew", _("新しい日時は、施設の確認が必要です。")
    WRONG_STATE = "wrong_state", _("この予約の状態では、その操作はできません。")
    CLOSURE_THERE = "closure_there", _("この施設には、この日の休所がすでにあります。")
    CALL_ENDED = "call_ended", _("この連絡は、すでに済んでいます。")
    TOO_MUCH = "too_much", _("お支払いの残りより多い金額です。")


WAYS_ON: dict[Reason, str | Promise] = {
    Reason.NOT_REGISTERED: _("マイページから利用登録の状況をご確認ください。"),
    Reason.REGISTRATION_ENDS: _("有効期限までの日を選ぶか、登録の更新をお申し込みください。"),
    Reason.NEEDS_UNCONFIRMED: _("登録施設へお電話ください。確認が済むと予約できます。"),
    Reason.TOO_YOUNG: _("ご利用になれる日以降の日をお選びください。"),
    Reason.SCHOOL_AGE: _("入学前の3月31日までの日をお選びください。"),
    Reason.TOO_OLD: _(
        "対象の年齢のうちの日をお選びください。ほかの制度は、センターへご相談ください。"
    ),
    Reason.NOT_RESIDENT: _(
        "里帰りなどで滞在中のときや、転入されたときは、登録施設へお電話ください。"
    ),
    Reason.ENROLLED: _("在籍の状況が変わったときは、登録施設へお電話ください。"),
    Reason.NOT_HOME: _(
        "登録施設の空きをご覧ください。登録施設の変更は、センターへご相談ください。"
    ),
    Reason.NOT_YET_USABLE: _("その日になってから、またはその日以降の日をお選びください。"),
    Reason.NOT_BEGUN: _("受付が始まってから、もう一度お申し込みください。"),
    Reason.NOT_OPEN_YET: _("受付が始まってから、もう一度お申し込みください。"),
    Reason.PAPER_OVER: _("「電話」か「窓口」として予約してください。"),
    Reason.IN_DRAW: _("この日だけを選んで申し込むと、抽選の申込みになります。"),
    Reason.DRAW_OVER: _("結果が出たあと、残りの空きを先着順で予約できます。"),
    Reason.TOO_MANY_WISHES: _("ほかの希望を取り下げてから、足してください。"),
    Reason.DRAWING: _("数分たつと、残りの空きを先着順で予約できます。"),
    Reason.TOO_LATE: _("別の日を選ぶか、施設へお電話でご相談ください。"),
    Reason.CLOSED: _("開所している時間をお選びください。"),
    Reason.TOO_SHORT: _("終わりの時刻を遅くしてください。"),
    Reason.TOO_LONG: _("終わりの時刻を早くしてください。"),
    Reason.NOT_A_START: _("開始できる時刻の中からお選びください。"),
    Reason.NO_INTAKE: _("その前か後の時刻に始めてください。"),
    Reason.OFF_STEP: _("時刻を選び直してください。"),
    Reason.NOT_A_BLOCK: _("コマの始まりと終わりの時刻をお選びください。"),
    Reason.LIMIT_REACHED: _(
        "別の日にするか、予定の変わった予約をキャンセルしてからお申し込みください。"
    ),
    Reason.ALREADY_BOOKED: _("「予約」の画面で、今の予約をご確認ください。"),
    Reason.FULL: _("別の時間、またはほかの施設の空きをご覧ください。"),
    Reason.BUSY: _("少し待ってから、もう一度お試しください。入力した内容はそのままです。"),
    Reason.KEY_REUSED: _("「予約」の画面で、受け付けた予約をご確認ください。"),
    Reason.HOLD_OVER: _("空きがあれば、もう一度お申し込みになれます。"),
    Reason.NOT_FULL: _("予約の画面からお申し込みください。"),
    Reason.ALREADY_WAITING: _(
        "お子さんを変えるときは、今のキャンセル待ちを取りやめてから、もう一度お申し込みください。"
    ),
    Reason.TOO_MANY_WAITING: _(
        "予定の変わったキャンセル待ちを取りやめてから、お申し込みください。"
    ),
    Reason.OFFER_OVER: _("キャンセル待ちに、もう一度お申し込みになれます。"),
    Reason.TAKEN: _("別の空きが出れば、またご案内します。"),
    Reason.TOO_LATE_TO_CANCEL: _("施設へお電話ください。"),
    Reason.TOO_LATE_TO_CHANGE: _("変更のご相談は、施設へお電話ください。"),
    Reason.UNDO_OVER: _("キャンセルの画面で、料金を確かめてからお進みください。"),
    Reason.NOT_YET_DUE: _("予約の開始時刻を過ぎてから、記録してください。"),
    Reason.MANAGERS_ONLY: _("施設責任者に、ご相談ください。"),
    Reason.NOTHING_TO_WAIVE: _("料金の画面で、金額と収納の状況をご確認ください。"),
    Reason.ON_HOLD: _("「予約の停止」の画面で理由を読み、異議を出すことができます。"),
    Reason.ASK_ANEW: _("新しい日時を申し込み、確定してから今の予約をキャンセルしてください。"),
    Reason.WRONG_STATE: _("画面を開き直して、現在の状態をご確認ください。"),
    Reason.CLOSURE_THERE: _("「休所」の一覧で、準備中または決定した休所をご確認ください。"),
    Reason.CALL_ENDED: _("結果が違うときは、「済んだ連絡」から未連絡に戻してください。"),
    Reason.TOO_MUCH: _("残りの金額をご確認ください。"),
}


# What these say is of the child or the family, not of the time asked for: in a mail, which others
# may read, stands only where to read it.
PRIVATE = frozenset(
    {
        Reason.NOT_REGISTERED, Reason.NEEDS_UNCONFIRMED, Reason.NOT_RESIDENT, Reason.ENROLLED,
        Reason.ON_HOLD,
    }
)  # fmt: skip


class BookingRefused(Refused):
    """A booking step that can't be taken, by an enumerated reason; `detail` is a sentence."""

    def __init__(self, kind: Reason, detail: str = "") -> None:
        super().__init__(kind)
        self.kind = kind
        self.detail = detail
        self.reason = kind.label
        self.way_on = WAYS_ON[kind]

    @property
    def is_private(self) -> bool:
        """Whether it stands on the family's own page alone, and in no mail."""
        return self.kind in PRIVATE

    def __str__(self) -> str:
        return " ".join(str(part) for part in (self.reason, self.detail, self.way_on) if part)


class SlotFull(BookingRefused):
    """`number` says for which of several claims there was no place."""

    def __init__(self, detail: str = "", *, number: int = 0) -> None:
        super().__init__(Reason.FULL, detail)
        self.number = number


class KeyReused(BookingRefused):
    def __init__(self) -> None:
        super().__init__(Reason.KEY_REUSED)


class HoldOver(BookingRefused):
    def __init__(self) -> None:
        super().__init__(Reason.HOLD_OVER)


class OfferOver(BookingRefused):
    def __init__(self) -> None:
        super().__init__(Reason.OFFER_OVER)


class WrongState(BookingRefused):
    def __init__(self, detail: str = "") -> None:
        super().__init__(Reason.WRONG_STATE, detail)


class CallEnded(BookingRefused):
    """`detail` is the result that stands there."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(Reason.CALL_ENDED, detail)


class ClosureThere(BookingRefused):
    """`detail` names the facility."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(Reason.CLOSURE_THERE, detail)
