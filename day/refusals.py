"""Why something of the day can't be written down, and what to do instead."""

from django.utils.translation import gettext_lazy as _

from records.refusals import Refused


class DayRefused(Refused):
    """Of this app; each below names its reason."""


class AlreadyCounted(DayRefused):
    reason = _("この日の日計は、すでに締めています。")
    way_on = _("このあとの入金は、次の日の日計に入ります。")


class TakingsChanged(DayRefused):
    reason = _("数えているあいだに、入金がありました。")
    way_on = _("現金の収納の金額を確かめて、もう一度押してください。")


class DifferenceUnexplained(DayRefused):
    reason = _("差額があります。")
    way_on = _("数え直しても合わないときは、差額の理由を入力してください。")


class NotThatMuch(DayRefused):
    reason = _("数えた金額より多くは引き継げません。")
    way_on = _("引き継ぎ・入金した金額を確かめてください。")


class NeedsAnother(DayRefused):
    reason = _("確かめるのは、数えた職員とは別の職員です。")
    way_on = _("ほかの職員に、自分のPINを入力してもらうか、ログインして押してもらってください。")


class NoPin(DayRefused):
    reason = _("PINがまだ入力されていません。")
    way_on = _("確かめる職員を選び、その職員のPIN（数字6桁）を入力してください。")
