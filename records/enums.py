from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(models.TextChoices):
    """Whose account it is: the two never meet, not even at the log-in."""

    PARENT = "parent", _("保護者")
    STAFF = "staff", _("職員")


class Role(models.TextChoices):
    CARER = "carer", _("職員（保育スタッフ）")
    MANAGER = "manager", _("施設責任者")
    CENTER = "center", _("センター")
    AUDITOR = "auditor", _("監査担当")
    EDITOR = "editor", _("ページ編集者")
    ADMINISTRATOR = "administrator", _("システム管理者")
    CONTRACTOR = "contractor", _("委託事業者（保守）")


# Roles that work with children's records of the facility they are at.
CARE_ROLES = (Role.CARER, Role.MANAGER, Role.CENTER)


class Sex(models.TextChoices):
    MALE = "male", _("男")
    FEMALE = "female", _("女")
    OTHER = "other", _("その他・回答しない")


class RegistrationState(models.TextChoices):
    """States that are stored; renewable and expired follow from the dates."""

    DRAFT = "draft", _("下書き")
    APPLIED = "applied", _("申請")
    INTERVIEW_BOOKED = "interview_booked", _("面接予約")
    INTERVIEWED = "interviewed", _("面接済")
    ACTIVE = "active", _("有効")
    RENEWABLE = "renewable", _("更新受付中")
    EXPIRED = "expired", _("期限切れ")
    SUSPENDED = "suspended", _("停止")
    ENDED = "ended", _("登録終了")


class InterviewState(models.TextChoices):
    BOOKED = "booked", _("面接予約")
    HELD = "held", _("面接済")
    ABSENT = "absent", _("欠席")
    CANCELLED = "cancelled", pgettext_lazy("state", "取消")
    # By the facility, which then can't hold any interview at that time.
    WITHDRAWN = "withdrawn", _("取消（施設都合）")


# Interviews whose place nobody else can book.
TAKING_STATES = (InterviewState.BOOKED, InterviewState.HELD, InterviewState.WITHDRAWN)


class CareNeedKind(models.TextChoices):
    ALLERGY = "allergy", _("アレルギー")
    ILLNESS = "illness", _("疾病・ケガ")
    DISABILITY = "disability", _("障害")


class Answer(models.TextChoices):
    """What the parent says."""

    NO = "no", _("ない")
    YES = "yes", _("ある")
    UNKNOWN = "unknown", _("まだ食べたことがない・わからない")


class Confirmation(models.TextChoices):
    """What the facility has made sure of."""

    UNCONFIRMED = "unconfirmed", _("未確認")
    CONFIRMED = "confirmed", _("確認済")


class DoctorForm(models.TextChoices):
    """The doctor's form (生活管理指導表); expired follows from its date."""

    NOT_NEEDED = "not_needed", _("不要")
    VALID = "valid", _("有効")
    EXPIRED = "expired", _("書類期限切れ")
    MISSING = "missing", _("未提出")


class Severity(models.TextChoices):
    ANAPHYLAXIS = "anaphylaxis", _("重（アナフィラキシー）")
    EXCLUSION = "exclusion", _("除去")
    CAUTION = "caution", _("注意")


class Allergen(models.TextChoices):
    """The foods of the doctor's form, in its order."""

    EGG = "egg", _("鶏卵")
    MILK = "milk", _("牛乳・乳製品")
    WHEAT = "wheat", _("小麦")
    BUCKWHEAT = "buckwheat", _("ソバ")
    PEANUT = "peanut", _("ピーナッツ")
    SOY = "soy", _("大豆")
    SESAME = "sesame", _("ゴマ")
    NUTS = "nuts", _("ナッツ類")
    CRUSTACEAN = "crustacean", _("甲殻類")
    MOLLUSC = "mollusc", _("軟体類・貝類")
    ROE = "roe", _("魚卵")
    FISH = "fish", _("魚類")
    MEAT = "meat", _("肉類")
    FRUIT = "fruit", _("果物類")
    OTHER = "other", _("その他")


class Ground(models.TextChoices):
    """除去根拠: why a food is excluded, by the doctor's form (domain.md 3.7, C)."""

    SYMPTOMS = "symptoms", _("① 明らかな症状の既往")
    PROVOCATION = "provocation", _("② 食物負荷試験陽性")
    ANTIBODIES = "antibodies", _("③ IgE抗体等検査結果陽性")
    NOT_EATEN = "not_eaten", _("④ 未摂取")


class SupportLevel(models.TextChoices):
    """How much help a child with a disability needs in its day."""

    WATCHING = "watching", _("見守り")
    PARTIAL = "partial", _("一部介助")
    FULL = "full", _("全介助")


class Handbook(models.TextChoices):
    """手帳: what the authorities issued, if they did; a child may hold several."""

    PHYSICAL = "physical", _("身体障害者手帳")
    INTELLECTUAL = "intellectual", _("愛の手帳（療育手帳）")
    MENTAL = "mental", _("精神障害者保健福祉手帳")


class ConsentKind(models.TextChoices):
    REGISTER = "register", _("利用登録と個人情報の取扱い")
    HEALTH = "health", _("健康に関する情報の施設間での共有")


class ProposalState(models.TextChoices):
    """A family's proposal (変更の届出), from its sending to the facility's answer."""

    WAITING = "waiting", pgettext_lazy("proposal", "確認中")
    ACCEPTED = "accepted", _("反映済")
    DECLINED = "declined", _("反映しない")
    WITHDRAWN = "withdrawn", pgettext_lazy("proposal", "取り下げ")


class ProofSeen(models.TextChoices):
    """The paper on which the facility read what a family proposed; which ones count is 仮設定."""

    FAMILY_REGISTER = "family_register", _("戸籍全部（個人）事項証明書")
    RESIDENCE = "residence", _("住民票の写し")
    MATERNITY_BOOK = "maternity_book", _("母子健康手帳")
    INSURANCE = "insurance", _("資格確認書・医療証")
    IDENTITY_CARD = "identity_card", _("運転免許証・旅券・在留カードなど")


class DeclineReason(models.TextChoices):
    """Why the record stays as it is, in words for the family."""

    NO_PROOF = "no_proof", _("書類で確認できませんでした")
    DIFFERS = "differs", _("書類の内容と異なります")
    MISTYPED = "mistyped", _("入力の誤りと思われます")
    NOT_NEEDED = "not_needed", _("変更の必要がありません")


class LeaseReason(models.TextChoices):
    BOOKING = "booking", _("予約")
    EMERGENCY = "emergency", _("緊急閲覧")


class Function(models.TextChoices):
    """What the center can close (受付停止). Facts, such as arrivals, are none of them."""

    SIGN_UP = "sign_up", _("アカウント作成")
    CHANGES = "changes", _("ご家庭・お子さんの情報の登録と変更")
    APPLICATION = "application", _("利用登録の申請")
    BOOKING = "booking", _("予約")
    CANCELLING = "cancelling", _("予約のキャンセル")


# Those that one facility alone may close.
FACILITY_FUNCTIONS = (Function.APPLICATION, Function.BOOKING, Function.CANCELLING)


class LinkKind(models.TextChoices):
    """How a terminal comes to be registered."""

    LINK = "link", _("登録リンク")
    SEALED = "sealed", _("封緘コード")


class HelpReason(models.TextChoices):
    """応援: why somebody of the same operator works here today."""

    ABSENCE = "absence", _("職員の欠勤・早退")
    CROWDED = "crowded", _("利用の多い日")
    UNWELL = "unwell", _("体調のすぐれない児童への対応")
    MEETING = "meeting", _("研修・会議")


class EndReason(models.TextChoices):
    """Why somebody stops working at a place before the last day that was set."""

    LEFT = "left", _("退職・契約の終了")
    MOVED = "moved", _("異動")
    OPERATOR = "operator", _("運営事業者の変更")
    REVIEW = "review", _("定期点検で不要と判断")
    INCIDENT = "incident", _("事故・不正のおそれ")


class CloseReason(models.TextChoices):
    """Why an account is closed."""

    UNUSED = "unused", _("90日間使われていない")
    LEFT = "left", _("退職・契約の終了")
    REVIEW = "review", _("定期点検で不要と判断")
    INCIDENT = "incident", _("事故・不正のおそれ")


class ResetReason(models.TextChoices):
    """Why somebody gets a one-time password."""

    FORGOTTEN = "forgotten", _("パスワードを忘れた")
    LOCKED = "locked", _("続けて間違えて止まった")
    KNOWN = "known", _("ほかの人に知られたおそれ")


class FactorReason(models.TextChoices):
    """Why a second factor is taken away."""

    LOST = "lost", _("機器の紛失・故障")
    REPLACED = "replaced", _("機器の交換")
    KNOWN = "known", _("ほかの人に知られたおそれ")


class Retention(models.TextChoices):
    """How long the rows of a model are kept; the years are the ward's to confirm."""

    REGISTER = "register", _("登録終了から5年")
    OPERATION = "operation", _("利用した年度の終わりから5年")
    ACCOUNT = "account", _("アカウント終了から1年")
    TRANSIENT = "transient", _("用が済んだとき")
    PERMANENT = "permanent", _("期限なし")


class Enrolment(models.TextChoices):
    """Where a child is looked after otherwise."""

    NURSERY = "nursery", _("保育所などに在籍している")
    KINDERGARTEN = "kindergarten", _("幼稚園に在籍している")
    PRESCHOOL = "preschool", _("幼児教室などに週3回以上通っている")


class Begun(models.TextChoices):
    """What has a first day (受付開始日)."""

    REGISTRATION = "registration", _("利用登録の申請")
    INTERVIEW = "interview", _("面接の予約")
    VIEWING = "viewing", _("見学の申込み")
    BOOKING = "booking", _("一時預かりの予約")


class Validity(models.TextChoices):
    """How long a registration lasts."""

    MONTHS = "months", _("月数で決める")
    FISCAL_YEAR = "fiscal_year", _("その年度の終わり（3月31日）まで")


class DayOf(models.TextChoices):
    """By which day a new version of a rule counts."""

    USE = "use", _("利用日")
    BOOKING = "booking", _("申込日")
