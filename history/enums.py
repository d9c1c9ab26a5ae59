from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Act(models.TextChoices):
    """What was done or seen."""

    # Seen
    LIST = "list", _("一覧の閲覧")
    VIEW = "view", _("記録の閲覧")
    HISTORY = "history", _("履歴の閲覧")
    SEARCH = "search", _("検索")
    LOOK_UP = "look_up", _("受付照会")
    EMERGENCY = "emergency", _("緊急閲覧")
    EXPORT = "export", _("出力")
    PRINT = "print", _("印刷")
    REFUSED = "refused", _("拒否された操作")
    # Changed: the database writes these itself
    CHANGE = "change", _("記録の変更")
    RULES = "rules", _("決まりの変更")
    RIGHTS = "rights", _("権限・アカウントの変更")
    ERASE = "erase", _("法令による消去")
    PURPOSE = "purpose", _("閲覧目的の選択")
    REVIEWED = "reviewed", _("閲覧の確認済")
    RELEASE = "release", _("保護者への開示")
    # Ways in
    LOGIN = "login", _("ログイン")
    LOGIN_FAILED = "login_failed", _("ログイン失敗")
    UNLOCK = "unlock", _("PINでの交代・再開")
    LOCK = "lock", _("画面のロック")
    LOCKED = "locked", _("ログインの停止")
    LOGOUT = "logout", _("ログアウト")
    PASSWORD = "password", _("パスワードの変更")
    BACKUP = "backup", _("バックアップの指示")
    PIN = "pin", _("PINの変更")
    FACTOR = "factor", _("確認コードの登録・解除")
    TERMINAL = "terminal", _("端末の登録・停止")
    ADMINISTRATION = "administration", _("緊急管理者操作の開始・終了")


CHANGES = (Act.CHANGE, Act.RULES, Act.RIGHTS)
# What nobody writes but the database and its owner. A look-up opens: who asked may book.
OWN_ACTS = (*CHANGES, Act.ERASE, Act.LOOK_UP)
# What parents are told of, where it shows their child to staff.
READINGS = (
    Act.LIST, Act.VIEW, Act.HISTORY, Act.SEARCH, Act.LOOK_UP, Act.EMERGENCY, Act.EXPORT, Act.PRINT,
)  # fmt: skip


class Purpose(models.TextChoices):
    """What a reading is for, in words that parents read too."""

    CARE = "care", _("お預かり")
    BOOKING = "booking", _("予約")
    ATTENDANCE = "attendance", _("利用実績")
    REGISTER = "register", _("利用登録")
    INTERVIEW = "interview", _("面接")
    FEE = "fee", _("料金")
    REVIEW = "review", _("記録の点検")
    SETTINGS = "settings", _("設定")
    ACCOUNTS = "accounts", _("アカウントの管理")
    LOOK_UP = "look_up", _("受付照会")
    EMERGENCY = "emergency", _("緊急閲覧")
    # Not in the parents' list until the center releases it.
    PROTECTION = "protection", _("児童相談・虐待対応")


class ReleaseReason(models.TextChoices):
    """Why parents may now read of what was held back."""

    CLOSED = "closed", _("対応が終わり、知らせてよいと判断した")
    INFORMED = "informed", _("保護者に説明した")
    REQUESTED = "requested", _("開示請求に応じる")


class AlertKind(models.TextChoices):
    """What raises an alert."""

    TERMINAL_REUSE = "terminal_reuse", _("専用端末の鍵の使い回し")
    SEALED_CODE_USED = "sealed_code_used", _("封緘コードの使用")
    BACKUP_MISSED = "backup_missed", _("バックアップの未実施")
    EMERGENCY_OPENING = "emergency_opening", _("緊急閲覧・緊急管理者操作")
    LOGIN_BURST = "login_burst", _("ログイン失敗の集中")
    UNUSUAL_READING = "unusual_reading", _("ふだんと違う閲覧")
    SEAL_LATE = "seal_late", _("閲覧記録の封印の遅れ")
    CHAIN_BROKEN = "chain_broken", _("閲覧記録の改ざんの疑い")
    WORKER_STOPPED = "worker_stopped", _("自動処理の停止")
    SECOND_FACTOR_RESET = "second_factor_reset", _("二要素認証の再設定")
    HELP_GRANTED = "help_granted", _("応援の登録")
    COUNTERS_DIFFER = "counters_differ", _("予約と枠の数の不一致")

    @property
    def is_grave(self) -> bool:
        """Whether the officers get a mail as well."""
        return self in GRAVE

    @property
    def what_to_do(self) -> str | Promise:
        return WHAT_TO_DO[self]


GRAVE = frozenset(
    {
        AlertKind.TERMINAL_REUSE, AlertKind.SEALED_CODE_USED, AlertKind.BACKUP_MISSED,
        AlertKind.EMERGENCY_OPENING, AlertKind.CHAIN_BROKEN, AlertKind.SEAL_LATE,
        AlertKind.COUNTERS_DIFFER,
    }
)  # fmt: skip
WHAT_TO_DO = {
    AlertKind.TERMINAL_REUSE: _(
        "同じ端末の古い鍵が使われました。端末の一覧でその端末を取り消し、現物を確かめてください。"
    ),
    AlertKind.SEALED_CODE_USED: _(
        "封緘コードで端末が登録されました。施設に電話で確かめ、新しい封緘コードを渡してください。"
    ),
    AlertKind.BACKUP_MISSED: _(
        "予定の時刻にバックアップができていません。運用担当に連絡してください。"
    ),
    AlertKind.EMERGENCY_OPENING: _(
        "通常の範囲を超える閲覧か操作が開かれました。「履歴」で理由を読み、本人に確かめてください。"
    ),
    AlertKind.LOGIN_BURST: _(
        "短い時間にログインの失敗が続きました。本人に心当たりを確かめ、なければパスワードを変えてください。"
    ),
    AlertKind.UNUSUAL_READING: _(
        "閲覧記録で何を見たかを確かめ、業務で必要だったかを本人に聞いてください。"
    ),
    AlertKind.SEAL_LATE: _(
        "閲覧記録が1分以上封印されていません。自動処理が動いているかを運用担当に確かめてください。"
    ),
    AlertKind.CHAIN_BROKEN: _(
        "記録に触れずに、運用担当へ連絡してください。verify_history が場所を示します。"
    ),
    AlertKind.WORKER_STOPPED: _(
        "メールの送信や封印が止まっています。運用担当に自動処理の再開を頼んでください。"
    ),
    AlertKind.SECOND_FACTOR_RESET: _("本人が頼んだものかを、登録の電話番号で確かめてください。"),
    AlertKind.HELP_GRANTED: _("施設責任者が、同じ運営事業者の職員に今日の応援を頼みました。"),
    AlertKind.COUNTERS_DIFFER: _(
        "枠に書かれた人数が、実際の予約と合いません。運用担当に連絡し、直るまで予約の受付を止めるかを決めてください。"
    ),
}
# What befalls all facilities at once: what it means at each. Setting it right is the center's.
AT_EVERY_FACILITY = {
    AlertKind.BACKUP_MISSED: _(
        "予定の時刻にバックアップができていません。施設の仕事は、いつもどおり続けられます。"
    ),
    AlertKind.SEAL_LATE: _(
        "閲覧記録の封印が遅れています。施設の仕事は、いつもどおり続けられます。"
    ),
    AlertKind.CHAIN_BROKEN: _(
        "閲覧記録が書き換えられた疑いがあります。センターが調べます。施設の仕事は、いつもどおり続けられます。"
    ),
    AlertKind.WORKER_STOPPED: _(
        "保護者へのメールが送られていません。急ぎの連絡は電話でしてください。予約、受け入れ、お迎えは、いつもどおり記録できます。"
    ),
}


class RunKind(models.TextChoices):
    BACKUP = "backup", _("バックアップ")
    DRILL = "drill", _("復元訓練")


class RunCause(models.TextChoices):
    """What a run was started by."""

    SCHEDULE = "schedule", _("定時")
    BUTTON = "button", _("画面の指示")
    COMMAND = "command", _("コマンド")


class RunResult(models.TextChoices):
    RUNNING = "running", _("実行中")
    OK = "ok", _("成功")
    FAILED = "failed", _("失敗")


class SecondPlace(models.TextChoices):
    """Whether a backup lies in a second place as well."""

    NONE = "none", _("未設定")
    SAME_DISK = "same_disk", _("同一ディスク")
    COPIED = "copied", _("コピー済")
    FAILED = "failed", _("コピー失敗")
