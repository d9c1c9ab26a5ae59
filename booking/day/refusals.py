"""Refusals of the day: each names its reason and a way on, in the user's words."""

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


class OpenRowsUnexplained(DayRefused):
    reason = _("まだ残っているものがあります。")
    way_on = _("先に済ませるか、残したまま締める理由を入力してください。")


class CorrectionNeedsManager(DayRefused):
    reason = _("締めた日の訂正は、その施設の施設責任者とセンターができます。")
    way_on = _("施設責任者にお伝えください。")


class NotClosed(DayRefused):
    reason = _("お迎えまでの記録が、まだそろっていません。")
    way_on = _("利用者一覧で、受け入れとお迎えを記録してください。")


class CorrectionOutOfOrder(DayRefused):
    reason = _("お迎えの時刻は、受け入れより後で、今より前にしてください。")
    way_on = _("時刻を確かめて、もう一度入力してください。")


class NeedsAnother(DayRefused):
    reason = _("確かめるのは、1人目とは別の職員です。")
    way_on = _("ほかの職員に、自分のPINを入力してもらうか、ログインして押してもらってください。")


class UnreadableCode(DayRefused):
    reason = _("番号を読み取れません。")
    way_on = _("QRコードをもう一度かざすか、受付番号（8桁）か児童ID（9桁）を入力してください。")


class UnknownCode(DayRefused):
    reason = _("今日のこの施設の予約に、この番号は見つかりません。")
    way_on = _(
        "番号と、予約した施設を保護者にお確かめください。予約がないときは、当日受付へお進みください。"
    )


class ForAnotherDay(DayRefused):
    reason = _("この番号の予約は、今日ではありません。")
    way_on = _("利用日を保護者にお確かめください。今日のお預かりは、当日受付へお進みください。")


class AlreadyLooked(DayRefused):
    reason = _("この時刻の確認は、すでに入力されています。")
    way_on = _(
        "用紙の時刻を確かめてください。もう一人の名前は、「食事・おやつ前の確認」で加えられます。"
    )


class NotHere(DayRefused):
    reason = _("この児童は、いまお預かり中ではありません。")
    way_on = _("受け入れを記録してから、午睡を始めてください。")


class NobodyAsleep(DayRefused):
    reason = _("お子さんはもう起きたか、お迎えが済んでいます。")
    way_on = _("午睡中の児童を見直してください。")


class TooLateToSay(DayRefused):
    reason = _("この予約では、もうこの画面からお知らせできません。")
    way_on = _("施設へお電話ください。")


class DayIsOver(DayRefused):
    reason = _("「今日のようす」は、受け入れからその日の終わりまで書けます。")
    way_on = _("あとから伝えることは、ご家庭にお電話ください。")


class SaidAnew(DayRefused):
    reason = _("この画面を開いている間に、保護者のお知らせが変わりました。")
    way_on = _("新しい内容を確認してから、もう一度行ってください。")


class UnknownNumber(DayRefused):
    reason = _("台帳にある電話番号ではありません。")
    way_on = _("台帳の番号から、かけた番号を選んでください。")


class NobodyToConfirm(DayRefused):
    reason = _("電話で確認するお迎えの人がいません。")
    way_on = _("お知らせの内容をご確認ください。")


class WrittenMeanwhile(DayRefused):
    reason = _("この画面を開いている間に、ほかの職員がこの報告を書き直しました。")
    way_on = _(
        "入力した内容は、この画面に残っています。新しい内容と見比べて、もう一度保存してください。"
    )


class NoLongerDraft(DayRefused):
    reason = _("この報告は、もう書き直せません。")
    way_on = _("わかったことは「その後の経過」に追加してください。")


class NotYetWhole(DayRefused):
    reason = _("場所、起きたこと、行ったことが、まだそろっていません。")
    way_on = _("入力してから、もう一度提出してください。途中のままでも保存できます。")


class NotSubmitted(DayRefused):
    reason = _("この報告は、確認を待っている状態ではありません。")
    way_on = _("画面を開き直して、今の状態を確かめてください。")


class SignedByWriter(DayRefused):
    reason = _("提出した職員は、自分の報告を確認できません。")
    way_on = _("ほかの施設責任者かセンターが確認します。")


class ParentNotTold(DayRefused):
    reason = _("保護者への連絡が、まだ記録されていない児童がいます。")
    way_on = _("連絡した日時と方法を追加してから、確認してください。")


class NotSerious(DayRefused):
    reason = _("重大事故と判断した記録がありません。")
    way_on = _("先に「重大事故の判断」を追加してください。")


class NoRollCall(DayRefused):
    reason = _("いま行っている点呼はありません。")
    way_on = _("児童か職員の「確認」を押すと、新しい点呼が始まります。")
