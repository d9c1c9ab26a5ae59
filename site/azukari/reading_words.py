"""What an entry of the ledger says, in words: who acted as what, what was seen, what for."""

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from history.enums import Purpose, ReleaseReason
from history.models import Entry
from records.enums import FactorReason, Role

FIELD_GROUPS = {
    "age": gettext_lazy("年齢"),
    "care_needs": gettext_lazy("配慮事項"),
    "date_of_birth": gettext_lazy("生年月日"),
    "fee": gettext_lazy("料金"),
    "handover_notes": gettext_lazy("申送事項"),
    "incident": gettext_lazy("事故・けがなどの報告"),
    "name": gettext_lazy("氏名"),
    "phone": gettext_lazy("電話番号"),
    "pick_up_people": gettext_lazy("お迎えの人"),
    "sex": gettext_lazy("性別"),
}
# Readings have a purpose; of what was done at the door, to terminals and to factors it says why.
PURPOSES = {
    **dict(Purpose.choices),
    **dict(ReleaseReason.choices),
    **dict(FactorReason.choices),
    "administration": gettext_lazy("緊急管理者操作"),
    "backups": gettext_lazy("バックアップ"),
    "closed": gettext_lazy("緊急管理者操作の終了"),
    "code sealed": gettext_lazy("封緘コードの作成"),
    "enrol": gettext_lazy("確認コードの登録"),
    "factor": gettext_lazy("確認コード"),
    "failures": gettext_lazy("失敗が続いたため"),
    "hand over": gettext_lazy("次の人への交代"),
    "idle": gettext_lazy("操作がなかったため"),
    "link made": gettext_lazy("登録リンクの作成"),
    "link revoked": gettext_lazy("登録リンクの取り消し"),
    "old secret used": gettext_lazy("端末の古い鍵の使用"),
    "on purpose": gettext_lazy("本人の操作"),
    "opened": gettext_lazy("緊急管理者操作の開始"),
    "password": gettext_lazy("パスワード"),
    "pin": gettext_lazy("PIN"),
    "recovery code": gettext_lazy("回復コードの使用"),
    "registered": gettext_lazy("端末の登録"),
    "revoked": gettext_lazy("端末の停止"),
    "sealed code": gettext_lazy("封緘コードの誤り"),
    "sealed code guessed at": gettext_lazy("封緘コードの誤りが続いたため"),
    "sealed code used": gettext_lazy("封緘コードの使用"),
    "terminal certificate": gettext_lazy("端末の証明書が違う"),
    "terminal network": gettext_lazy("許可されていない回線"),
    "terminal revoked": gettext_lazy("停止した端末"),
    "terminals": gettext_lazy("専用端末の管理"),
}


def purpose(entry: Entry) -> str:
    words = str(PURPOSES.get(entry.purpose, entry.purpose))
    return _("%(purpose)s（緊急管理者操作中）") % {"purpose": words} if entry.opening else words


def role(entry: Entry) -> str:
    return str(dict(Role.choices).get(entry.role, ""))


def kind(label: str) -> str:
    """A kind of record by name; an entry knows it by the label of its model."""
    if label == "changes":
        return _("変更履歴")
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label


def fields(entry: Entry) -> str:
    """The groups of fields that a page always shows; of a change the kinds of records."""
    return "、".join(str(FIELD_GROUPS.get(name) or kind(name)) for name in entry.fields)
