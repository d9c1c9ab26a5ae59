"""Reading across bookings: what pages and lists are made of."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from django.db import connection
from django.db.models import Min, Q

from booking import availability, openings, rulebook, timetable, versions
from booking import releases as gates
from booking.availability import Cell, Week
from booking.enums import ReleaseMode, StaffingGroup, Vacancy
from booking.limits import Stay, days_of_interest
from booking.models import (
    Booking,
    Closure,
    OpeningPattern,
    Release,
    Slot,
    Tariff,
    UseLimit,
    UseRule,
)
from booking.models.opening import Weekday
from booking.timetable import IsOpen
from history import clock
from records.models import Facility

DAYS = 7
# How many announcements the page of news holds.
ANNOUNCED = 20
ONE_DAY = dt.timedelta(days=1)


@dataclasses.dataclass(frozen=True, kw_only=True)
class Hours:
    """Weekdays in a row with the same hours; `opens_at` is None where they are closed."""

    first: Weekday
    last: Weekday
    opens_at: dt.time | None
    closes_at: dt.time | None


@dataclasses.dataclass(frozen=True, kw_only=True)
class Opening:
    """The weekly hours of a facility; provisional as soon as one of its days is."""

    hours: tuple[Hours, ...]
    is_provisional: bool


@dataclasses.dataclass(frozen=True)
class Announcement:
    """A version of rules or fees with its 告知文, from its 告知日 on."""

    version: UseRule | Tariff
    is_of_fees: bool

    def moment(self) -> tuple[dt.date | None, dt.date]:
        return self.version.announced_on, self.version.valid_from


def monday_of(day: dt.date) -> dt.date:
    return day - dt.timedelta(days=day.weekday())


def bookable_facility(code: str) -> Facility | None:
    """A facility that offers care, by its code."""
    found = (each for each in rulebook.rows(Facility) if not each.is_center)
    return next((each for each in found if each.code == code), None)


def use_rules() -> list[UseRule]:
    """Every version of the rules of use: few rows, for pages that ask about several days."""
    return rulebook.rows(UseRule)


def use_rule(day: dt.date, booked_on: dt.date, facility_id: int | None = None) -> UseRule | None:
    """The rules for a day of use that is booked on a day, of a facility or of the ward. One
    statement, with the rows below them."""
    return versions.in_force(use_rules(), facility_id, day, booked_on)


def releases() -> list[Release]:
    """Every 募集 that holds: few rows. One statement."""
    held = (each for each in rulebook.rows(Release) if not each.is_dropped)
    return sorted(held, key=lambda each: (each.opens_at, each.pk))


def draws_due() -> list[Release]:
    """Those that are not drawn yet. One statement; runs as the worker."""
    found = Release.objects.filter(mode=ReleaseMode.DRAW, is_dropped=False, drawn_at=None)
    return list(found.order_by("opens_at", "pk"))


def release(number: int) -> Release | None:
    """A 募集 that holds. One statement."""
    found = Release.objects.filter(is_dropped=False, pk=number)
    return found.select_related("facility").first()


def announcements(today: dt.date) -> list[Announcement]:
    """What is announced of rules and fees, the latest first. Two statements.

    Of a fee table that is provisional families read nothing, so nothing is announced either.
    """
    rules = UseRule.objects.announced(today)
    tariffs = Tariff.objects.announced(today).filter(is_provisional=False)
    found = [
        Announcement(version, is_of_fees=is_of_fees)
        for is_of_fees, versions in ((False, rules), (True, tariffs))
        for version in versions.select_related("facility")[:ANNOUNCED]
    ]
    return sorted(found, key=Announcement.moment, reverse=True)[:ANNOUNCED]


def is_open(facility_id: int, rule: UseRule) -> IsOpen:
    """The days on which a facility offers care, where a rule counts them; else every day.

    None or one statement.
    """
    if not timetable.needs_calendar(rule):
        return timetable.every_day
    patterns = list(OpeningPattern.objects.filter(facility=facility_id))

    def is_open_on(day: dt.date) -> bool:
        if rule.closes_at_year_end and timetable.is_year_end(day):
            return False
        return openings.pattern_on(day, patterns) is not None

    return is_open_on


def is_closed(facility_id: int, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    """Whether a closure that is decided lies in `[starts_at, ends_at)`. One statement."""
    day = clock.local(starts_at).date()
    closures = Closure.objects.in_force().between(day, day).filter(facility=facility_id)
    return any(each.covers(starts_at, ends_at) for each in closures.only(*Closure.HOURS))


def stays(
    household_id: uuid.UUID, limits: Sequence[UseLimit], day: dt.date, today: dt.date
) -> list[Stay]:
    """A household's bookings that its limits count beside a wish for a day. One statement."""
    reach = days_of_interest(limits, day, today)
    if reach is None:
        return []
    first, last = reach
    found = Booking.objects.seated().filter(
        household=household_id, starts_at__gte=clock.at(first, dt.time.min)
    )
    if last is not None:
        found = found.filter(starts_at__lt=clock.at(last + ONE_DAY, dt.time.min))
    return [
        Stay(child=child, facility=place, starts_at=start, ends_at=end)
        # The worker asks as well, and may not read the names by which bookings are ordered.
        for child, place, start, end in found.order_by("starts_at", "id").values_list(
            "child_id", "facility_id", "starts_at", "ends_at"
        )
    ]


def tariff(day: dt.date, booked_on: dt.date, facility_id: int | None = None) -> Tariff | None:
    """The fee table for a day of use that is booked on a day, of a facility or of the ward. One
    statement, with its prices and reliefs."""
    return versions.in_force(rulebook.rows(Tariff), facility_id, day, booked_on)


@dataclasses.dataclass(frozen=True)
class Place:
    """The place of a family in the line, and how many families staff have moved before it."""

    number: int
    preferred: int


def place_in_line(waiting_id: uuid.UUID) -> Place | None:
    """Of the family that asks, for its own line alone, while it waits (`line_walls`)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, preferred FROM booking_place_in_line(%s)", [waiting_id])
        row = cursor.fetchone()
    return Place(*row) if row else None


def refusal_of_line(waiting_id: uuid.UUID, rule_id: int) -> str:
    """Why a family that waits can't be booked, by the register; empty when it can (`line_walls`).

    For the worker, who doesn't read the register.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT booking_line_refusal(%s, %s)", [waiting_id, rule_id])
        (refusal,) = cursor.fetchone()
    return str(refusal)


def opening_of(facility: Facility, on: dt.date) -> Opening:
    """The weekly hours in force on a day, equal neighbours joined. One statement."""
    patterns = {
        pattern.weekday: pattern
        for pattern in OpeningPattern.objects.filter(facility=facility).valid_on(on)
        if pattern.is_in_force(on)
    }
    # Holidays where they differ from the weekday, and in a line of their own.
    days = [day for day in Weekday if day != Weekday.HOLIDAY or day in patterns]
    hours = []
    for (_is_holiday, times), run_of_days in groupby(
        days, lambda day: (day == Weekday.HOLIDAY, _times(patterns.get(day)))
    ):
        run = list(run_of_days)
        hours.append(Hours(first=run[0], last=run[-1], opens_at=times[0], closes_at=times[1]))
    return Opening(
        hours=tuple(hours),
        is_provisional=any(pattern.is_provisional for pattern in patterns.values()),
    )


def week_of(
    facility: Facility,
    first_day: dt.date,
    group: StaffingGroup,
    at: dt.datetime,
    lines: list[UseRule] | None = None,
) -> Week:
    """Seven days from `first_day`, as parents see them at a moment. See `weeks_of`."""
    return weeks_of([facility], first_day, group, at, lines)[facility.pk]


def weeks_of(
    facilities: Iterable[Facility],
    first_day: dt.date,
    group: StaffingGroup,
    at: dt.datetime,
    lines: list[UseRule] | None = None,
) -> dict[int, Week]:
    """The same for several facilities, by their keys.

    Two statements, however many they are, and one for the rules unless their `lines` are given.
    """
    start = clock.at(first_day, dt.time.min)
    slots: dict[int, list[Slot]] = {facility.pk: [] for facility in facilities}
    for slot in Slot.objects.filter(facility__in=slots).between(
        start, start + dt.timedelta(days=DAYS)
    ):
        slots[slot.facility_id].append(slot)
    days = tuple(first_day + dt.timedelta(days=offset) for offset in range(DAYS))
    known, held = use_rules() if lines is None else lines, releases()
    return {
        key: _week(
            availability.hours_of(found, group, at),
            days,
            _bookable_until(days, at, known, held, key),
            group,
            at,
        )
        for key, found in slots.items()
    }


def next_vacancies(at: dt.datetime, group: StaffingGroup, lines: list[UseRule]) -> dict[int, Cell]:
    """The best hour of the next day that a family can book, by facility.

    A facility without such a day within the week is left out. Three statements.
    """
    today = clock.local(at).date()
    week = tuple(today + dt.timedelta(days=offset) for offset in range(DAYS + 1))
    # Most facilities have no line of their own: those are asked once.
    held = releases()
    ward = _bookable_until(week, at, lines, held, None)
    lined = {rule.facility_id for rule in lines} | {each.facility_id for each in held}
    own = lined - {None}
    open_days = {number: _bookable_until(week, at, lines, held, number) for number in own}
    soonest = min((day for days in (ward, *open_days.values()) for day in days), default=None)
    if soonest is None:
        return {}
    coming = Slot.objects.filter(starts_at__gte=clock.at(soonest, dt.time.min), places__gt=0)
    firsts = coming.values("facility").annotate(first=Min("starts_at"))
    wanted = Q(pk__in=[])
    for row in firsts:
        day = clock.local(row["first"]).date()
        if day in open_days.get(row["facility"], ward):
            end = clock.at(day + dt.timedelta(days=1), dt.time.min)
            wanted |= Q(facility=row["facility"], starts_at__gte=row["first"], starts_at__lt=end)
    slots: dict[int, list[Slot]] = {}
    for slot in Slot.objects.filter(wanted):
        slots.setdefault(slot.facility_id, []).append(slot)
    return {
        number: max(
            availability.hours_of(found, group, at), key=lambda cell: (cell.left, -cell.time.hour)
        )
        for number, found in slots.items()
    }


def last_week(
    at: dt.datetime, lines: list[UseRule] | None = None, facility_id: int | None = None
) -> dt.date:
    """The Monday of the last week in which a day can be booked, at a facility or at any."""
    known = use_rules() if lines is None else lines
    released = (
        each.last_day
        for each in releases()
        if facility_id is None or each.facility_id in (None, facility_id)
        if gates.takes_wishes(each, at)
    )
    return monday_of(max([timetable.last_bookable_day(at, known, facility_id), *released]))


def _times(pattern: OpeningPattern | None) -> tuple[dt.time | None, dt.time | None]:
    if pattern is None or pattern.is_closed:
        return None, None
    return pattern.opens_at, pattern.closes_at


def is_bookable(
    day: dt.date,
    at: dt.datetime,
    rule: UseRule | None,
    held: list[Release],
    facility_id: int | None,
) -> bool:
    """Whether parents can book a day, or ask for it in a draw: by a 募集, or else by the rule."""
    release = gates.covering(held, facility_id, day)
    if release is None:
        return timetable.is_bookable(day, rule, at)
    closes = timetable.bookable_until(day, rule) if rule else None
    return rule is not None and gates.takes_wishes(release, at) and (closes is None or at < closes)


def _bookable_until(
    days: tuple[dt.date, ...],
    at: dt.datetime,
    lines: list[UseRule],
    held: list[Release],
    facility_id: int | None,
) -> dict[dt.date, dt.datetime]:
    """Until when each day can be booked; days that can't be booked now are left out."""
    closings = {}
    today = clock.local(at).date()
    for day in days:
        rule = versions.in_force(lines, facility_id, day, today)
        if rule and is_bookable(day, at, rule, held, facility_id):
            closings[day] = timetable.bookable_until(day, rule) or clock.at(day, dt.time.max)
    return closings


def _week(
    cells: Iterator[Cell],
    days: tuple[dt.date, ...],
    closings: dict[dt.date, dt.datetime],
    group: StaffingGroup,
    at: dt.datetime,
) -> Week:
    found = {(cell.day, cell.time.hour): cell for cell in cells}
    rows = []
    for hour in sorted({hour for _day, hour in found}):
        time = dt.time(hour)
        rows.append((time, tuple(_cell(found, day, time, closings) for day in days)))
    return Week(days=days, rows=tuple(rows), group=group, today=clock.local(at).date())


def _cell(
    found: dict[tuple[dt.date, int], Cell],
    day: dt.date,
    time: dt.time,
    closings: dict[dt.date, dt.datetime],
) -> Cell:
    cell = found.get((day, time.hour))
    if cell is None:
        return Cell(day=day, time=time, vacancy=Vacancy.CLOSED)
    is_open = day in closings and not cell.is_past
    return dataclasses.replace(
        cell, is_bookable=is_open and cell.left > 0, can_be_waited_for=is_open and cell.left == 0
    )
