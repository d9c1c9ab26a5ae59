"""Refusals around staff accounts."""

from django.utils.translation import gettext_lazy as _

from records.refusals import Refused


class HelpElsewhere(Refused):
    reason = _("応援を頼めるのは、同じ運営事業者の施設で働いている職員だけです。")
    way_on = _("一覧にない職員は、センターが所属を登録できます。")


class AlreadyHere(Refused):
    reason = _("この職員は、今日この施設で働けるようになっています。")
    way_on = _("施設の端末で、職員IDとパスワードでログインできます。")


class NotYourStaff(Refused):
    reason = _("この職員のアカウントは、あなたの権限では変えられません。")
    way_on = _("センターにご連絡ください。")


class OwnAccount(Refused):
    reason = _("自分のアカウントには使えません。")
    way_on = _("ほかのセンターの職員またはシステム管理者が行ってください。")


class AlreadyOpen(Refused):
    reason = _("緊急管理者操作は、すでに開いています。")
    way_on = _("画面の上の帯に、残りの時間が出ています。")


class AlreadyClosed(Refused):
    reason = _("この緊急管理者操作は、すでに終わっています。")
    way_on = _("続けるには、理由を書いて、もう一度開いてください。")


class OpenedTooOften(Refused):
    reason = _("緊急管理者操作を続けて開いているため、いまは開けません。")
    way_on = _("アカウントと端末の操作は、センターの職員に頼んでください。")


class LastOfCenter(Refused):
    reason = _("センターで働ける最後のアカウントです。")
    way_on = _("先に、センターの別の職員のアカウントを用意してください。")
