"""What is unusual: log-ins that fail in a row, and readings that the day does not explain."""

import datetime as dt
import uuid
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from booking.models import Booking
from history import alerts, clock
from history.enums import READINGS, Act, AlertKind
from history.models import Entry
from records.enums import Role
from records.models import WatchRule

# The center's work is with any child; it is reviewed by the auditors.
WATCHED_ROLES = (Role.CARER, Role.MANAGER)


@dataclass
class DayOfReading:
    """What one person read for one facility on one day."""

    actor: str
    facility: int
    readings: int = 0
    children: set[uuid.UUID] = field(default_factory=set)
    outside: set[uuid.UUID] = field(default_factory=set)
    at_night: int = 0

    def is_unusual(self, rule: WatchRule) -> bool:
        return len(self.outside) >= rule.children_outside or self.at_night >= rule.night_readings


def watch(*, at: dt.datetime) -> None:
    """Raise an alert for each account, address and person that is over the rule in force.

    Without a rule for the day nothing is unusual. Safe to repeat: an alert is raised once.
    """
    rule = WatchRule.objects.valid_on(clock.local(at).date()).first()
    if rule is None:
        return
    _watch_logins(rule, at)
    day = clock.local(at).date()
    for found in days_of_reading(day, rule):
        if found.is_unusual(rule):
            alerts.raise_alert(
                kind=AlertKind.UNUSUAL_READING,
                at=at,
                cause=f"{found.actor} {day}",
                facility=found.facility,
                detail=_numbers(found),
            )


def days_of_reading(day: dt.date, rule: WatchRule | None) -> list[DayOfReading]:
    """Who of the facilities read how much on a day, most outside of the day's list first.

    Two queries. A search or a list counts as one reading with all the children it showed; a
    child is outside where it has no booking that day at the reader's facility.
    """
    start = clock.at(day, dt.time.min)
    end = start + dt.timedelta(days=1)
    booked: dict[int, set[uuid.UUID]] = defaultdict(set)
    bookings = Booking.objects.filter(starts_at__gte=start, starts_at__lt=end)
    # In no order: the worker may not read the names by which they are put in one.
    for number, child in bookings.order_by().values_list("facility_id", "child_id"):
        booked[number].add(child)
    found: dict[tuple[str, int], DayOfReading] = {}
    for actor, place, at, act, children in Entry.objects.filter(
        at__gte=start, at__lt=end, entry="staff", act__in=READINGS, role__in=WATCHED_ROLES,
    ).values_list("actor", "facility", "at", "act", "child_ids"):  # fmt: skip
        if not children or place is None:
            continue
        row = found.setdefault((actor, place), DayOfReading(actor, place))
        row.readings += 1
        row.children |= set(children)
        if act != Act.LIST:
            # A list shows whoever is registered; what somebody opens or looks for is a choice.
            row.outside |= set(children) - booked[place]
        if rule is not None and rule.is_night(clock.local(at).time()):
            row.at_night += 1
    return sorted(found.values(), key=lambda row: (-len(row.outside), -row.at_night, row.actor))


def _watch_logins(rule: WatchRule, at: dt.datetime) -> None:
    since = at - dt.timedelta(minutes=rule.failure_minutes)
    accounts: Counter[str] = Counter()
    addresses: Counter[str] = Counter()
    for numbers, address in Entry.objects.filter(
        act=Act.LOGIN_FAILED, at__gt=since, at__lte=at
    ).values_list("object_ids", "address"):
        accounts.update(numbers)
        addresses.update([address])
    day = clock.local(at).date()
    for name, counts, limit in (
        ("account", accounts, rule.account_failures),
        ("address", addresses, rule.address_failures),
    ):
        for which, count in counts.items():
            if which and count >= limit:
                alerts.raise_alert(
                    kind=AlertKind.LOGIN_BURST,
                    at=at,
                    cause=f"{name} {which} {day}",
                    detail=f"{name} {which}: {count}",
                )


def _numbers(found: DayOfReading) -> str:
    return f"{len(found.outside)} / {len(found.children)}, {found.at_night}"
