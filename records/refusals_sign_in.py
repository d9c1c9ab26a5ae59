"""Refusals at the door of the staff tool."""

import datetime as dt

from django.utils.translation import gettext_lazy as _

from history import clock
from records.refusals import Refused


class WrongPassword(Refused):
    reason = _("職員IDまたはパスワードが違います。大文字と小文字は区別されます。")
    way_on = _("続けて間違えると、しばらくログインできなくなります。")


class WrongPin(Refused):
    reason = _("PINが違います。")
    way_on = _("続けて間違えると、しばらく使えなくなります。")


class WrongFactor(Refused):
    reason = _("確認コードが違うか、すでに使われています。")
    way_on = _("新しい6桁が出るのを待って、もう一度入力してください。")


class NotOfThisPlace(Refused):
    reason = _("この端末の施設に、今日有効な所属がありません。")
    way_on = _("所属する施設の端末を使うか、施設責任者またはセンターに所属をご確認ください。")


class SignInOver(Refused):
    reason = _("今日のログインは終わっています。")
    way_on = _("職員IDとパスワードでログインしてください。")


class Locked(Refused):
    """Too many failures. `until` is when it ends by itself."""

    def __init__(self, until: dt.datetime) -> None:
        super().__init__()
        self.until = clock.local(until)


class AccountLocked(Locked):
    reason = _("パスワードまたはPINを続けて間違えたため、この職員IDを止めています。")
    way_on = _("お急ぎのときは、施設責任者またはセンターが解除できます。")


class TerminalLocked(Locked):
    reason = _("この端末で間違いが続いたため、だれもログインできないように止めています。")
    way_on = _("お急ぎのときは、施設のもう1台の端末を使うか、センターにご連絡ください。")


class WrongCode(Refused):
    reason = _("封緘コードが違います。")
    way_on = _("封筒の中の紙を見て、もう一度入力してください。")


class ShutsOut(Refused):
    way_on = _("いまのアドレスを含むネットワークを加えてください。")

    def __init__(self, address: str) -> None:
        super().__init__()
        said = _("この設定では、いま使っているこの端末（%(address)s）が使えなくなります。")
        self.reason = said % {"address": address}


class LinkSpent(Refused):
    """A link that is unknown, used, run out or burned. To outsiders there is no such page."""
