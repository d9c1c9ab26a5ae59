"""電話連絡: the families that a facility's staff have to telephone, with the time that is left."""

import dataclasses
import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

from booking.enums import WaitingState
from booking.enums_calls import CallKind
from booking.models import Call, LostBooking, WaitingChild
from history import clock
from records import contacts
from records.contacts import Contact


@dataclasses.dataclass(frozen=True)
class Line:
    """A call and whom to ask for, in the words that the booking keeps, or as the register says."""

    call: Call
    at: dt.datetime
    name: str
    phones: tuple[str, ...]
    # The number of a child to be looked up, where an offer is to be answered.
    code: str = ""

    @property
    def loss(self) -> LostBooking | None:
        """What the facility could not keep, where the call is about that."""
        return getattr(self.call.booking, "loss", None)

    @property
    def is_late(self) -> bool:
        return self.call.due_at <= self.at

    @property
    def left(self) -> tuple[int, int]:
        """Full hours and minutes until the call is due; nothing once it is late."""
        minutes = int(max(self.call.due_at - self.at, dt.timedelta()).total_seconds() // 60)
        return divmod(minutes, 60)


@dataclasses.dataclass(frozen=True, kw_only=True)
class CallList:
    """Those still to be made, the most urgent first, and those of today that are made."""

    waiting: Sequence[Line]
    ended: Sequence[Line]
    offered: Sequence[WaitingChild]

    @property
    def children(self) -> list[uuid.UUID]:
        """Whose families it names."""
        calls = [line.call for line in (*self.waiting, *self.ended)]
        found = [call.booking.child_id for call in calls if call.booking]
        return list(dict.fromkeys([*found, *(each.child_id for each in self.offered)]))


def call_list(*, user: object, facilities: Iterable[int], at: dt.datetime) -> CallList:
    """The calls of facilities that somebody works for. Two statements, a third where a call is
    about no booking, one more where one is about an offer."""
    own = (
        Call.objects.visible_to(user)
        .filter(facility__in=list(facilities))
        .select_related("booking__loss__closure", "facility")
    )
    waiting = list(own.open())
    today = clock.at(clock.local(at).date(), dt.time.min)
    ended = list(own.ended_since(today).order_by("-called_at", "id"))
    asked = {call.household_id for call in (*waiting, *ended) if call.booking is None}
    known = contacts.of(asked) if asked else {}
    offered = _offered([call for call in waiting if call.booking is None])
    codes = {
        (each.waiting.household_id, each.waiting.facility_id): each.child_code for each in offered
    }
    return CallList(
        waiting=[
            dataclasses.replace(_line(call, at, known), code=_code(call, codes)) for call in waiting
        ],
        ended=[_line(call, at, known) for call in ended],
        offered=offered,
    )


def open_count(*, user: object, facilities: Iterable[int]) -> int:
    """How many families are still to be telephoned. One statement."""
    return Call.objects.visible_to(user).open().filter(facility__in=list(facilities)).count()


def _offered(asked: Iterable[Call]) -> list[WaitingChild]:
    """The children whose families are asked together with others, where no booking names them."""
    calls = [call for call in asked if call.kind == CallKind.OFFER]
    if not calls:
        return []
    found = WaitingChild.objects.filter(
        waiting__state=WaitingState.OFFERED,
        waiting__is_broadcast=True,
        waiting__household__in={call.household_id for call in calls},
        waiting__facility__in={call.facility_id for call in calls},
    )
    return list(found.select_related("waiting"))


def _code(call: Call, codes: Mapping[tuple[uuid.UUID, int], str]) -> str:
    if call.kind != CallKind.OFFER:
        return ""
    if call.booking:
        return call.booking.child_code
    return codes.get((call.household_id, call.facility_id), "")


def _line(call: Call, at: dt.datetime, known: Mapping[uuid.UUID, list[Contact]]) -> Line:
    if call.booking:
        phone = call.booking.payer_phone
        return Line(call, at, call.booking.payer_name, (phone,) if phone else ())
    people = known.get(call.household_id, [])
    if not people:
        return Line(call, at, "", ())
    first = people[0]
    return Line(call, at, first.full_name, tuple(filter(None, (first.mobile_phone, first.phone))))
