from django.db import models
from django.utils.translation import gettext_lazy as _


class BookingState(models.TextChoices):
    HELD = "held", _("仮押さえ")
    AWAITING = "awaiting", _("施設確認待ち")
    OFFERED = "offered", _("繰り上げ案内中")
    CONFIRMED = "confirmed", _("確定")
    PRESENT = "present", _("お預かり中")
    FETCHED = "fetched", _("お迎え済")
    SETTLED = "settled", _("精算済")
    DECLINED = "declined", _("受入不可")
    WITHDRAWN = "withdrawn", _("辞退")
    CANCELLED_FREE = "cancelled_free", _("キャンセル（無料）")
    CANCELLED_CHARGED = "cancelled_charged", _("キャンセル（有料）")
    CANCELLED_BY_FACILITY = "cancelled_by_facility", _("キャンセル（施設都合）")
    TURNED_AWAY = "turned_away", _("当日お預かり中止")
    ABSENT = "absent", _("連絡なし")


class LateEntry(models.TextChoices):
    """Why an arrival or a departure was entered after the event, at the time that it had."""

    OUTAGE = "outage", _("通信・機器の障害")
    BUSY = "busy", _("手が離せなかった")
    FORGOTTEN = "forgotten", _("記録を忘れた")


# States that hold a seat: counters, the exclusion of two places at once and the recount use it.
SEAT_STATES = (
    BookingState.HELD,
    BookingState.AWAITING,
    BookingState.OFFERED,
    BookingState.CONFIRMED,
    BookingState.PRESENT,
    BookingState.FETCHED,
    BookingState.SETTLED,
)

# States in which a booking is still to come or under way.
OPEN_STATES = (
    BookingState.HELD,
    BookingState.AWAITING,
    BookingState.OFFERED,
    BookingState.CONFIRMED,
    BookingState.PRESENT,
)

# How a booking begins.
BEGINNINGS = (
    BookingState.HELD,
    BookingState.AWAITING,
    BookingState.OFFERED,
    BookingState.CONFIRMED,
)

# What may follow what (domain.md 4.4): the actions ask it before they write, and the database
# refuses the rest (`steps`).
FOLLOWING: dict[BookingState, tuple[BookingState, ...]] = {
    BookingState.HELD: (
        BookingState.AWAITING, BookingState.CONFIRMED, BookingState.WITHDRAWN,
    ),
    BookingState.AWAITING: (
        BookingState.CONFIRMED, BookingState.DECLINED, BookingState.WITHDRAWN,
        BookingState.CANCELLED_BY_FACILITY,
    ),
    BookingState.OFFERED: (
        BookingState.AWAITING, BookingState.CONFIRMED, BookingState.WITHDRAWN,
    ),
    BookingState.CONFIRMED: (
        BookingState.PRESENT, BookingState.CANCELLED_FREE, BookingState.CANCELLED_CHARGED,
        BookingState.CANCELLED_BY_FACILITY, BookingState.TURNED_AWAY, BookingState.ABSENT,
    ),
    # Back to confirmed: the arrival was recorded for the wrong child.
    BookingState.PRESENT: (BookingState.FETCHED, BookingState.CONFIRMED),
    BookingState.FETCHED: (BookingState.SETTLED, BookingState.PRESENT),
    # Back to confirmed: recorded for the wrong child, or the child came after all.
    BookingState.ABSENT: (BookingState.CONFIRMED,),
    BookingState.TURNED_AWAY: (BookingState.CONFIRMED,),
}  # fmt: skip


class WaitingState(models.TextChoices):
    """What becomes of a family that waits for a place."""

    WAITING = "waiting", _("キャンセル待ち")
    OFFERED = "offered", _("繰り上げ案内中")
    BOOKED = "booked", _("予約確定")
    LAPSED = "lapsed", _("案内の期限切れ")
    WITHDRAWN = "withdrawn", _("取りやめ")
    ENDED = "ended", _("キャンセル待ち終了")


# A family that still waits, or may answer.
STILL_WAITING = (WaitingState.WAITING, WaitingState.OFFERED)


class Precedence(models.IntegerChoices):
    """The place of a family in the line, before the moment when it joined; the lower goes first."""

    FIRST = -1, _("先にご案内する")
    IN_ORDER = 0, _("申込順")
    LAST = 1, _("後にご案内する")


class Channel(models.TextChoices):
    WEB = "web", _("インターネット")
    PHONE = "phone", _("電話")
    COUNTER = "counter", _("窓口")
    WALK_IN = "walk_in", _("当日受付")
    # What stood on paper before its day was open to anybody
    PAPER = "paper", _("紙の台帳から")
    DRAW = "draw", _("抽選")

    @property
    def is_family(self) -> bool:
        """Whether a family asked for it itself, and staff have no part in it."""
        return self in (Channel.WEB, Channel.DRAW)


class ReleaseMode(models.TextChoices):
    """How the days of use of a 募集 are given away."""

    FIRST_COME = "first_come", _("先着順")
    STAGGERED = "staggered", _("世帯ごとに時刻をずらした先着順")
    DRAW = "draw", _("抽選（その後は先着順）")


class Outcome(models.TextChoices):
    """What became of a wish in a draw. Only a lack of places is for others to recompute."""

    PLACED = "placed", _("予約できました")
    FULL = "full", _("空きがありませんでした")
    EXCLUDED = "excluded", _("利用の決まりに合いませんでした")
    NOT_ALONE = "not_alone", _("ほかの希望がとれなかったため、予約していません")


class Accepts(models.TextChoices):
    """What a family wants when not everything it asked for can be had; chosen beforehand."""

    ALL = "all", _("すべてとれるときだけ予約する")
    WHAT_FITS = "what_fits", _("とれるものだけ予約する")


class StaffingGroup(models.TextChoices):
    """The age groups of the staffing formula; the values name the counters of a slot."""

    INFANTS = "infants", _("0歳")
    ONES_TWOS = "ones_twos", _("1・2歳")
    THREES = "threes", _("3歳")
    FOURS_UP = "fours_up", _("4歳以上")
    ONE_TO_ONE = "one_to_one", _("個別対応")


class SeatKind(models.TextChoices):
    """Places held back (留保枠) for those who could not book ahead; the values name the columns."""

    WALK_IN = "walk_in", _("当日受付の枠")
    URGENT = "urgent", _("急な用事の枠")
    CENTER = "center", _("センターの枠")

    @property
    def places(self) -> str:
        """The column of a slot that counts what is still held back."""
        return f"{self.value}_places"

    @property
    def total(self) -> str:
        """The column of what was held back at first; 0 once it is released."""
        return f"{self.value}_total"


class Misfit(models.TextChoices):
    """Why a booking no longer fits since a fact about the child was corrected; age before room."""

    TOO_YOUNG = "too_young", _("利用できる月齢に達していません")
    SCHOOL_AGE = "school_age", _("小学校入学後の日です")
    INFANTS = "infants", _("0歳の上限を超えています")
    UNDER_TWOS = "under_twos", _("2歳未満の上限を超えています")
    TWO_UPS = "two_ups", _("2歳以上の上限を超えています")
    STAFFING = "staffing", _("職員の配置が足りません")


MISFIT_WAYS = {
    Misfit.TOO_YOUNG: _("ご家庭にお電話し、日を変えるか、取り消すかをご相談ください。"),
    Misfit.SCHOOL_AGE: _("ご家庭にお電話し、取り消しをご相談ください。"),
    Misfit.INFANTS: _("受け入れの体制を確認し、難しいときはご家庭にお電話でご相談ください。"),
    Misfit.UNDER_TWOS: _("受け入れの体制を確認し、難しいときはご家庭にお電話でご相談ください。"),
    Misfit.TWO_UPS: _("受け入れの体制を確認し、難しいときはご家庭にお電話でご相談ください。"),
    Misfit.STAFFING: _("職員を増やせるか確認し、難しいときはご家庭にお電話でご相談ください。"),
}


class Rounding(models.TextChoices):
    HALF_UP = "half_up", _("四捨五入")
    CEILING = "ceiling", _("切り上げ")


class Vacancy(models.TextChoices):
    """What parents read in the table of free places."""

    PLENTY = "plenty", _("余裕あり")
    SOME = "some", _("空きあり")
    FEW = "few", _("残りわずか")
    ASK = "ask", _("要相談")
    FULL = "full", _("空きなし")
    CLOSED = "closed", _("休み")


VACANCY_SIGNS = {
    Vacancy.PLENTY: "◎",
    Vacancy.SOME: "○",
    Vacancy.FEW: "△",
    Vacancy.ASK: "要",
    Vacancy.FULL: "×",
    Vacancy.CLOSED: "－",
}


class PaymentMethod(models.TextChoices):
    CASH = "cash", _("現金")
    VOUCHER = "voucher", _("子育てスタート応援券")


class Domicile(models.TextChoices):
    """Where a family lives, as far as prices ask."""

    RESIDENT = "resident", _("区内")
    NON_RESIDENT = "non_resident", _("区外")


class ReliefKind(models.TextChoices):
    """減免: the first two follow from who is in care at the same time."""

    SIBLING = "sibling", _("きょうだい（2人目から）")
    MULTIPLE_BIRTH = "multiple_birth", _("多胎（2人目から）")
    WELFARE = "welfare", _("生活保護世帯")
    TAX_EXEMPT = "tax_exempt", _("住民税非課税世帯")


class ChargedTime(models.TextChoices):
    """Which time of a use a fee for care is reckoned by; beyond the booked end there is overrun."""

    BOOKED = "booked", _("予約した時間")
    ACTUAL = "actual", _("実際に利用した時間（予約した時間のうち）")


class FeeState(models.TextChoices):
    UNPAID = "unpaid", _("未収")
    PARTLY_PAID = "partly_paid", _("一部収納")
    PAID = "paid", _("収納済")
    NOTHING_DUE = "nothing_due", _("なし")
