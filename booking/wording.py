"""The rules of use in words for parents: read from a version, never typed. Pure."""

from collections.abc import Iterable, Iterator

from django.utils.translation import gettext, ngettext

from booking.cancelling import stages_for
from booking.enums import BookingState, ChargedTime
from booking.enums_rules import Counting, MaxAgeUnit, MinAgeUnit, WindowKind
from booking.models import Booking, CancelStage, Price, Tariff, UseRule
from booking.models.tariff import LAST_AGE


def age(rule: UseRule) -> str:
    """生後6か月から小学校入学前まで."""
    by_months = rule.min_age_unit == MinAgeUnit.MONTHS
    values = {"months": rule.min_age, "days": rule.min_age, "age": rule.max_age}
    match rule.max_age_unit:
        case MaxAgeUnit.YEARS if by_months:
            words = gettext("生後%(months)sか月から満%(age)s歳になる前まで")
        case MaxAgeUnit.YEARS:
            words = gettext("生後%(days)s日から満%(age)s歳になる前まで")
        case MaxAgeUnit.MONTHS if by_months:
            words = gettext("生後%(months)sか月から%(age)sか月になる前まで")
        case MaxAgeUnit.MONTHS:
            words = gettext("生後%(days)s日から%(age)sか月になる前まで")
        case _ if by_months:
            words = gettext("生後%(months)sか月から小学校入学前まで")
        case _:
            words = gettext("生後%(days)s日から小学校入学前まで")
    return words % values


def window(rule: UseRule) -> list[str]:
    """ご利用日の1か月前の9:00から; a line for each day of a release calendar."""
    opens = f"{rule.opens_at:%-H:%M}"
    count = rule.window_count
    match rule.window_kind:
        case WindowKind.MONTHS:
            words = ngettext(
                "ご利用日の%(months)sか月前の%(opens)sから",
                "ご利用日の%(months)sか月前の%(opens)sから",
                count,
            )
            return [words % {"months": count, "opens": opens}]
        case WindowKind.DAYS:
            words = ngettext(
                "ご利用日の%(days)s日前の%(opens)sから",
                "ご利用日の%(days)s日前の%(opens)sから",
                count,
            )
            return [words % {"days": count, "opens": opens}]
        case WindowKind.DATE:
            day = rule.opens_on
            return [
                gettext("%(month)s月%(day)s日の%(opens)sから")
                % {"month": day.month, "day": day.day, "opens": opens}
            ] if day else []  # fmt: skip
    return [
        (
            gettext("%(first)s日から%(last)s日までのご利用：同じ月の%(day)s日の%(opens)sから")
            if line.months_before == 0
            else gettext(
                "%(first)s日から%(last)s日までのご利用：%(months)sか月前の%(day)s日の%(opens)sから"
            )
        )
        % {
            "first": line.first, "last": line.last, "months": line.months_before, "day": line.day,
            "opens": opens,
        }
        for line in rule.release_days
    ]  # fmt: skip


def cut_off(rule: UseRule) -> str:
    """ご利用日の1日前の17:00まで."""
    values = {"days": rule.cut_off_days, "time": f"{rule.cut_off_at:%-H:%M}"}
    if rule.cut_off_days == 0:
        return gettext("ご利用日の%(time)sまで") % values
    if rule.cut_off_counts == Counting.OPEN_DAYS:
        return gettext("ご利用日の%(days)s開所日前の%(time)sまで") % values
    return ngettext(
        "ご利用日の%(days)s日前の%(time)sまで",
        "ご利用日の%(days)s日前の%(time)sまで",
        rule.cut_off_days,
    ) % values  # fmt: skip


def cancelling(rule: UseRule) -> list[str]:
    """ご利用日の1日前の17:00まで無料。その後は利用料の100％; a line for each further stage."""
    stages = [each for each in stages_for(rule) if not each.is_free]
    if not stages:
        return [gettext("いつでも無料")]
    first, *others = sorted(stages, key=lambda each: (-each.days_before, each.at))
    return [_first_stage(first), *(_later_stage(each) for each in others)]


def prices(tariff: Tariff) -> list[str]:
    """60分ごとに800円; a line for each price, before it for whom and for which minutes."""
    return [_price(each) for each in tariff.prices]


def charged_time(charged: str) -> str:
    """料金は、ご予約の時間で計算します: by which of `ChargedTime`, in one sentence."""
    if charged == ChargedTime.ACTUAL:
        return gettext("料金は、実際にご利用の時間で計算します。")
    return gettext("料金は、ご予約の時間で計算します。")


def _price(price: Price) -> str:
    minutes, amount = price.unit_minutes, f"{price.unit_amount:,}"
    values = {"minutes": minutes, "amount": amount}
    found = [*_for_whom(price), *_for_when(price)]
    found.append(gettext("%(minutes)s分ごとに%(amount)s円") % values)
    return " ".join(found)


def _for_whom(price: Price) -> Iterator[str]:
    if (price.from_age, price.to_age) != (0, LAST_AGE):
        ages = {"first": price.from_age, "last": price.to_age}
        if price.from_age == price.to_age:
            yield gettext("%(first)s歳") % ages
        else:
            yield gettext("%(first)s歳から%(last)s歳まで") % ages
    if price.domicile:
        yield price.get_domicile_display()


def _for_when(price: Price) -> Iterator[str]:
    if price.band_from and price.band_to:
        yield f"{price.band_from:%-H:%M}～{price.band_to:%-H:%M}"
    if price.is_beyond_limit:
        yield gettext("利用時間の上限を超えた分")
    if price.after_minutes:
        yield gettext("%(minutes)s分を超えた分") % {"minutes": price.after_minutes}


def _first_stage(stage: CancelStage) -> str:
    values = _values(stage)
    if stage.days_before == 0 and stage.percent is not None:
        return gettext("ご利用日の%(time)sまで無料。その後は利用料の%(percent)s％") % values
    if stage.days_before == 0:
        return gettext("ご利用日の%(time)sまで無料。その後は%(amount)s円") % values
    if stage.percent is not None:
        return ngettext(
            "ご利用日の%(days)s日前の%(time)sまで無料。その後は利用料の%(percent)s％",
            "ご利用日の%(days)s日前の%(time)sまで無料。その後は利用料の%(percent)s％",
            stage.days_before,
        ) % values  # fmt: skip
    return gettext("ご利用日の%(days)s日前の%(time)sまで無料。その後は%(amount)s円") % values


def _later_stage(stage: CancelStage) -> str:
    values = _values(stage)
    if stage.days_before == 0 and stage.percent is not None:
        return gettext("ご利用日の%(time)sからは利用料の%(percent)s％") % values
    if stage.days_before == 0:
        return gettext("ご利用日の%(time)sからは%(amount)s円") % values
    if stage.percent is not None:
        return gettext("ご利用日の%(days)s日前の%(time)sからは利用料の%(percent)s％") % values
    return gettext("ご利用日の%(days)s日前の%(time)sからは%(amount)s円") % values


def _values(stage: CancelStage) -> dict[str, object]:
    return {
        "days": stage.days_before, "time": f"{stage.at:%-H:%M}", "percent": stage.percent,
        "amount": f"{stage.amount:,}" if stage.amount is not None else "",
    }  # fmt: skip


def promised(booked: Iterable[Booking]) -> str:
    """What a family hears of the bookings that it has just made."""
    if any(booking.state == BookingState.AWAITING for booking in booked):
        return gettext("お申し込みを受け付けました。施設の確認をお待ちください。")
    return gettext("予約が確定しました。確認のメールを送ります。")
