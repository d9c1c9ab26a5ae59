"""Money. Pure: a use and a tariff in, whole yen out."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence

from booking.enums import ChargedTime, Domicile, ReliefKind
from booking.models import Price, Relief, Tariff
from history import clock


@dataclasses.dataclass(frozen=True, kw_only=True)
class Use:
    """What prices ask of one child's `[starts_at, ends_at)` on one day.

    `minutes_beyond` are those that lie beyond a limit of use at whose end the price jumps: the
    last ones. `age_years` is the age on the day. `child` tells twins apart.
    """

    child: uuid.UUID
    born: dt.date
    starts_at: dt.datetime
    ends_at: dt.datetime
    age_years: int
    is_resident: bool = True
    minutes_beyond: int = 0


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of a reckoning: so many minutes at one price; a unit begun counts whole."""

    price: Price
    minutes: int

    @property
    def units(self) -> int:
        return _units(self.minutes, self.price.unit_minutes)

    @property
    def amount(self) -> int:
        return self.units * self.price.unit_amount


@dataclasses.dataclass(frozen=True, kw_only=True)
class Quote:
    """What one use costs: 利用料 and what is relieved of it, in yen.

    `charged_time` says which of `ChargedTime` the tariff charges: the actual may cost less.
    """

    care_amount: int
    relief: Relief | None = None
    charged_time: str = ChargedTime.BOOKED

    @property
    def relief_amount(self) -> int:
        """減免; what remains to be paid is cut to whole yen."""
        return relief_amount(self.care_amount, self.relief)

    @property
    def amount(self) -> int:
        return self.care_amount - self.relief_amount


@dataclasses.dataclass(frozen=True, kw_only=True)
class Charge:
    """利用料 in yen for the minutes of a booked use that a child was in care."""

    minutes: int
    care_amount: int


def lines(use: Use, prices: Iterable[Price]) -> list[Line]:
    """What a use is made up of, at the prices of one tariff."""
    fitting = [price for price in prices if _is_for(price, use)]
    beyond = [price for price in fitting if price.is_beyond_limit]
    # For whom no other price is set beyond the limit, it goes on as before.
    minutes_beyond = use.minutes_beyond if beyond else 0
    turn = max(use.starts_at, use.ends_at - dt.timedelta(minutes=minutes_beyond))
    return [
        *_stretch(use.starts_at, turn, [each for each in fitting if not each.is_beyond_limit]),
        *_stretch(turn, use.ends_at, beyond),
    ]


def quotes(
    wanted: Sequence[tuple[Use, Tariff]],
    beside: Iterable[Use] = (),
    held: Sequence[ReliefKind] = (),
) -> list[Quote]:
    """What uses of one household cost, each by its tariff; `beside` are those booked already.

    `held` are the kinds of relief that the household has proven, whoever is in care with whom.
    """
    kinds = sibling_reliefs([*(use for use, _tariff in wanted), *beside])
    return [
        Quote(
            care_amount=care_amount(use, tariff),
            relief=best_relief([*held, *([kind] if kind else [])], tariff.reliefs),
            charged_time=tariff.charged_time,
        )
        for (use, tariff), kind in zip(wanted, kinds, strict=False)
    ]


def care_amount(use: Use, tariff: Tariff) -> int:
    """利用料 for the whole use, before any relief; at most the tariff's cap for a day."""
    amount = sum(line.amount for line in lines(use, tariff.prices))
    return amount if tariff.day_cap is None else min(amount, tariff.day_cap)


def charge(use: Use, tariff: Tariff, *, arrived_at: dt.datetime, left_at: dt.datetime) -> Charge:
    """What the time in care costs of a booked use, by a tariff that charges the actual time.

    Never more than the use as it was booked: who comes late, so that the last minutes are no
    longer beyond a limit, would else pay for less care a higher price.
    """
    part = in_care(use, arrived_at=arrived_at, left_at=left_at)
    return Charge(
        minutes=_minutes(part.starts_at, part.ends_at),
        care_amount=min(care_amount(use, tariff), care_amount(part, tariff)),
    )


def in_care(use: Use, *, arrived_at: dt.datetime, left_at: dt.datetime) -> Use:
    """The part of a booked use in which the child was there, by the minutes that a clock shows.

    Who comes early or stays on was there for the booked time: overrun is reckoned apart. What is
    left out counts against the minutes beyond a limit first, since they are the last.
    """
    start = max(use.starts_at, _shown(arrived_at))
    end = max(start, min(use.ends_at, _shown(left_at)))
    left_out = _minutes(use.starts_at, use.ends_at) - _minutes(start, end)
    return dataclasses.replace(
        use, starts_at=start, ends_at=end, minutes_beyond=max(use.minutes_beyond - left_out, 0)
    )


def best_relief(kinds: Iterable[ReliefKind], reliefs: Iterable[Relief]) -> Relief | None:
    """The relief that is granted: of several that apply the largest alone."""
    held = set(kinds)
    granted = [relief for relief in reliefs if relief.kind in held]
    return max(granted, key=lambda relief: relief.percent, default=None)


def relief_amount(care: int, relief: Relief | None) -> int:
    """減免 of a fee for care: what remains to be paid is cut to whole yen."""
    return 0 if relief is None else care - care * (100 - relief.percent) // 100


def sibling_reliefs(uses: Sequence[Use]) -> list[ReliefKind | None]:
    """Which relief each child of one household has for brothers and sisters.

    Of those in care at the same time the eldest pays in full; each further child is relieved, and
    one who was born on the same day as another of them as a multiple birth.
    """
    return [_relief_beside(use, uses) for use in uses]


def overrun_minutes(late_minutes: int, tariff: Tariff) -> int:
    """Minutes beyond the booked end that are charged: none within the grace, then all of them."""
    return late_minutes if late_minutes > tariff.overrun_grace_minutes else 0


def overrun_amount(late_minutes: int, tariff: Tariff) -> int:
    """延長料金 for minutes beyond the booked end; a unit begun counts whole."""
    charged = overrun_minutes(late_minutes, tariff)
    return _units(charged, tariff.overrun_unit_minutes) * tariff.overrun_amount


def _is_for(price: Price, use: Use) -> bool:
    domicile = Domicile.RESIDENT if use.is_resident else Domicile.NON_RESIDENT
    return price.from_age <= use.age_years <= price.to_age and price.domicile in ("", domicile)


def _stretch(start: dt.datetime, end: dt.datetime, prices: list[Price]) -> Iterator[Line]:
    """`[start, end)`: the minutes inside each band at the band's prices, the rest at the others."""
    rest = _minutes(start, end)
    bands = {
        (price.band_from, price.band_to) for price in prices if price.band_from and price.band_to
    }
    for band in sorted(bands):
        within = _minutes(max(start, _on(start, band[0])), min(end, _on(start, band[1])))
        rest -= within
        yield from _tiers(within, [p for p in prices if (p.band_from, p.band_to) == band])
    yield from _tiers(rest, [price for price in prices if not price.band_from])


def _tiers(minutes: int, prices: list[Price]) -> Iterator[Line]:
    tiers = sorted(prices, key=lambda price: price.after_minutes)
    for at, price in enumerate(tiers):
        end = tiers[at + 1].after_minutes if at + 1 < len(tiers) else minutes
        part = min(minutes, end) - price.after_minutes
        if part > 0:
            yield Line(price, part)


def _relief_beside(own: Use, uses: Iterable[Use]) -> ReliefKind | None:
    # In order of birth; of twins always the same one first.
    before = [
        other
        for other in uses
        if (other.born, other.child) < (own.born, own.child)
        and max(other.starts_at, own.starts_at) < min(other.ends_at, own.ends_at)
    ]
    if not before:
        return None
    is_multiple = any(other.born == own.born for other in before)
    return ReliefKind.MULTIPLE_BIRTH if is_multiple else ReliefKind.SIBLING


def day_of(use: Use) -> dt.date:
    """The day of a use, in Tokyo."""
    return clock.local(use.starts_at).date()


def _on(moment: dt.datetime, time: dt.time) -> dt.datetime:
    return clock.at(clock.local(moment).date(), time)


def _shown(moment: dt.datetime) -> dt.datetime:
    return moment.replace(second=0, microsecond=0)


def _minutes(start: dt.datetime, end: dt.datetime) -> int:
    return max(int((end - start).total_seconds() // 60), 0)


def _units(minutes: int, unit: int) -> int:
    return -(-minutes // unit)
