"""Refusals of the register: each names its reason and a way on, in the user's words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refused(Exception):
    """A step that can't be taken. `reason` says why, `way_on` what to do instead."""

    reason: str | Promise = ""
    way_on: str | Promise = ""

    def __str__(self) -> str:
        return f"{self.reason} {self.way_on}".strip()


class PlaceTaken(Refused):
    reason = _("この面接枠は、ほかの方が先に予約されました。")
    way_on = _("お手数ですが、別の日時をお選びください。")


class PlacePast(Refused):
    reason = _("この面接枠は、受付を終了しました。")
    way_on = _("別の日時をお選びください。")


class ConsentMissing(Refused):
    reason = _("同意がまだお済みでない項目があります。")
    way_on = _("内容をお読みのうえ、同意の欄にチェックを入れてください。")


class NothingToApplyFor(Refused):
    reason = _("申請できるお子さんがいません。")
    way_on = _("お子さんの情報を入力してから、もう一度お進みください。")


class HomeElsewhere(Refused):
    reason = _("ごきょうだいの登録施設と異なる施設です。")
    way_on = _("登録施設の面接枠からお選びください。登録施設の変更は、センターへご相談ください。")


class NotInterviewed(Refused):
    reason = _("面接がまだ終わっていません。")
    way_on = _("面接の結果を記録してから、有効にしてください。")


class NotConfirmed(Refused):
    reason = _("確認が済んでいない配慮事項があります。")
    way_on = _("アレルギー、疾病・ケガ、障害のすべてを「確認済」にしてください。")


class ContentMissing(Refused):
    reason = _("「ある」を選んだ項目の内容がありません。")
    way_on = _("原因となる食品、または内容を入力してください。")


class ChildKnown(Refused):
    reason = _("お名前（カナ）と生年月日が同じお子さんを、すでに登録しています。")
    way_on = _("マイページで、登録したお子さんの情報をご確認ください。")


class AlreadyApplied(Refused):
    reason = _("申請が済んだお子さんは、この画面では取り下げられません。")
    way_on = _("登録施設へお電話でご相談ください。")


class ProposalWaiting(Refused):
    reason = _("前の届出を、登録施設が確認しています。")
    way_on = _("内容を変えるときは、前の届出を取り下げてから、もう一度届け出てください。")


class NothingProposed(Refused):
    reason = _("変わったところがありません。")
    way_on = _("変わった項目を、新しい内容に書き直してください。")


class ProofMissing(Refused):
    reason = _("生年月日は、書類を確認してから変更してください。")
    way_on = _("確認した書類を選んでください。書類がまだのときは、ご家庭へご連絡ください。")


class NotFound(Refused):
    reason = _("該当するお子さんを確認できませんでした。")
    way_on = _(
        "児童ID、または氏名（カナ）と生年月日を、もう一度お聞きになってお確かめください。"
        "見つからないときは、センターへお問い合わせください。"
    )


class AskedTooOften(Refused):
    reason = _("短い時間に照会が続いたため、いまは受け付けられません。")
    way_on = _("10分ほど待ってからお試しください。お急ぎのときは、センターへお電話ください。")


class OwnChild(Refused):
    reason = _("この施設に登録のあるお子さんです。")
    way_on = _("「児童・世帯」の一覧から、記録をそのまま開けます。")


class AlreadyDone(Refused):
    reason = _("この手続きは、すでに済んでいます。")
    way_on = _("画面を開き直して、現在の状態をご確認ください。")


class HasAccount(Refused):
    reason = _("この方は、すでにアカウントをお持ちです。")
    way_on = _("ご本人のメールアドレスとパスワードで、ログインしていただけます。")


class InvitationOver(Refused):
    reason = _("この招待は、期限が切れたか、使われたか、取り消されています。")
    way_on = _("招待した方に、もう一度招待していただくようお伝えください。")


class InvitationClosed(Refused):
    reason = _("番号の誤りが続いたため、この招待は使えなくなりました。")
    way_on = _("招待した方に、もう一度招待していただくようお伝えください。")


class WrongCode(Refused):
    reason = _("番号が違います。")
    way_on = _("招待した方に、番号をもう一度確かめてください。")


class AccountElsewhere(Refused):
    reason = _("お使いのアカウントには、すでにご家庭が登録されています。")
    way_on = _("ご家庭を一つにするときは、登録施設かセンターにご相談ください。")
