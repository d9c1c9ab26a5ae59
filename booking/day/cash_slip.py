"""引継書・入金票: what was counted and what left the box, on A4."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from booking import typesetting
from booking.day.models import CashCount
from history import clock
from records import dates


def _yen(amount: int) -> str:
    return _("%(amount)s円") % {"amount": f"{amount:,}"}


def content(count: CashCount, *, at: dt.datetime) -> dict[str, Any]:
    """The words of the slip; it names no child. `at` is the moment of the print."""
    sums = (
        (_("つり銭"), count.float_amount),
        (_("現金の収納"), count.cash_amount),
        (_("あるはずの金額（つり銭と収納）"), count.expected_amount),
        (_("数えた金額"), count.found_amount),
        (_("差額"), count.difference),
        (_("引き継ぎ・入金した金額"), count.deposit_amount),
        (_("次の日のつり銭"), count.kept_amount),
    )
    reasons = (
        (_("差額の理由"), count.difference_reason),
        (_("残したまま締めた理由"), count.open_reason),
    )
    return {
        "title": _("引継書・入金票"),
        "facility": count.facility.name,
        "day": dates.era_date(count.day),
        "number": f"No. {count.slip}" if count.slip else "",
        "sums_title": _("合計"),
        "sums": [[str(label), "", _yen(amount)] for label, amount in sums],
        "pieces_title": _("金種ごとの枚数"),
        "pieces": [
            [_yen(piece), _("%(number)s枚") % {"number": number}, _yen(worth)]
            for piece, number, worth in count.pieces
        ],
        "notes": [f"{label}：{reason}" for label, reason in reasons if reason],
        "names": [
            _name(_("数えた職員"), count.closed_by.name, count.closed_at),
            _name(
                _("確かめた職員"), count.second_by.name if count.second_by else "", count.second_at
            ),
        ],
        "printed": _("印刷 %(moment)s") % {"moment": clock.written(at)},
    }


def _name(label: str, name: str, moment: dt.datetime | None) -> dict[str, str]:
    return {"label": label, "name": name, "moment": clock.written(moment) if moment else ""}


def pdf(count: CashCount, *, at: dt.datetime) -> bytes:
    """The slip on A4."""
    return typesetting.pdf("day/cash_slip.typ", content(count, at=at))
