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


class LastOfCenter(Refused):
    reason = _("センターで働ける最後のアカウントです。")
    way_on = _("先に、センターの別の職員のアカウントを用意してください。")
