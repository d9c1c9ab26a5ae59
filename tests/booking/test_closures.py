"""休所: prepared, decided, lifted; what becomes of bookings, places, fees and limits."""

import datetime as dt

import pytest

from booking.actions import attendances, bookings, cancellations, closures, requests, slots
from booking.enums import BookingState
from booking.enums_closures import ClosureKind, ClosureReason, ClosureState
from booking.models import Booking, Closure, LostBooking, Slot, UseRule
from booking.refusals import BookingRefused, ClosureThere, Reason, WrongState
from history import clock
from tests.factories.booking import BookingFactory, coming_monday, slots_of_day
from tests.factories.records import ChildFactory, facility

DAY = coming_monday()
EVENING = clock.at(DAY - dt.timedelta(days=1), dt.time(19))
MORNING = clock.at(DAY, dt.time(6, 30))
HOUR = dt.timedelta(hours=1)


def place(code="hikarigaoka"):
    return facility(code)


def prepare(by, *codes, kind=ClosureKind.CLOSED, **fields):
    return closures.prepare(
        facilities=[facility(code) for code in codes or ("hikarigaoka",)], day=DAY, kind=kind,
        reason=ClosureReason.WEATHER, announce_at=MORNING, by=by, at=EVENING, **fields,
    )  # fmt: skip


def book(hour=10, hours=3, code="hikarigaoka", **fields):
    starts_at = clock.at(DAY, dt.time(hour))
    return BookingFactory.create(
        child=ChildFactory.create(registered=True, **fields), facility=facility(code),
        starts_at=starts_at, ends_at=starts_at + HOUR * hours,
    )  # fmt: skip


def places():
    """By the hour at which a half hour begins."""
    found = Slot.objects.filter(facility=place()).on_day(DAY)
    return {f"{clock.local(slot.starts_at):%H:%M}": slot.places for slot in found}


def states():
    return dict(Booking.objects.values_list("pk", "state"))


def test_what_is_prepared_closes_nothing(clerk):
    booking = book()

    prepare(clerk)

    booking.refresh_from_db()
    assert (booking.state, set(places().values())) == (BookingState.CONFIRMED, {15})


def test_confirming_ends_every_booking_of_the_day_free_of_charge(clerk):
    met = [book(), book(hour=14, hours=2)]
    elsewhere = book(code="nerima")
    amount = met[0].fee.care_amount

    ended = closures.confirm(closures=prepare(clerk), by=clerk, at=MORNING)

    assert {each.pk for each in ended} == {each.pk for each in met}
    assert states() == dict.fromkeys(
        [each.pk for each in met], BookingState.CANCELLED_BY_FACILITY
    ) | {elsewhere.pk: BookingState.CONFIRMED}
    for each in met:
        each.fee.refresh_from_db()
    assert amount > 0
    assert [each.fee.due for each in met] == [0, 0]
    assert set(places().values()) == {0}
    assert set(Slot.objects.filter(facility=place()).values_list("taken", flat=True)) == {0}


def test_the_step_says_who_and_why(clerk):
    booking = book()

    closures.confirm(closures=prepare(clerk), by=clerk, at=MORNING)

    last = booking.transitions.order_by("-at").first()
    assert (last.by, last.at, last.reason) == (clerk, MORNING, ClosureReason.WEATHER.label)


@pytest.mark.parametrize(
    ("kind", "hour", "closed"),
    [
        (ClosureKind.OPENS_LATE, {"opens_at": dt.time(11)}, ["09:00", "09:30", "10:00", "10:30"]),
        (ClosureKind.CLOSES_EARLY, {"closes_at": dt.time(15, 30)}, ["15:30", "16:00", "16:30"]),
        # What begins within a half hour takes it as a whole.
        (ClosureKind.OPENS_LATE, {"opens_at": dt.time(9, 15)}, ["09:00"]),
    ],
)
def test_a_half_open_day_closes_its_hours_alone(clerk, kind, hour, closed):
    slots_of_day()

    closures.confirm(closures=prepare(clerk, kind=kind, **hour), by=clerk, at=MORNING)

    assert [time for time, left in places().items() if left == 0] == closed


def test_a_half_open_day_ends_what_it_meets_alone(clerk):
    before, across, after = book(hour=9, hours=2), book(hour=13, hours=3), book(hour=15, hours=2)

    closures.confirm(
        closures=prepare(clerk, kind=ClosureKind.CLOSES_EARLY, closes_at=dt.time(15)), by=clerk,
        at=MORNING,
    )  # fmt: skip

    lost = BookingState.CANCELLED_BY_FACILITY
    assert states() == {before.pk: BookingState.CONFIRMED, across.pk: lost, after.pk: lost}


def test_a_child_that_is_there_stays(clerk, carer_elsewhere):
    there, coming = book(), book(hour=11)
    attendances.arrive(booking=there, by=carer_elsewhere, at=there.starts_at)

    closures.confirm(
        closures=prepare(clerk, kind=ClosureKind.CLOSES_EARLY, closes_at=dt.time(12)), by=clerk,
        at=there.starts_at + HOUR,
    )  # fmt: skip

    assert states() == {
        there.pk: BookingState.PRESENT, coming.pk: BookingState.CANCELLED_BY_FACILITY,
    }  # fmt: skip
    # The half hours beyond the end are red: staff see it under 要対応.
    red = Slot.objects.filter(facility=place()).red()
    assert [f"{clock.local(slot.starts_at):%H:%M}" for slot in red] == ["12:00", "12:30"]


def test_a_seat_that_is_only_held_is_let_go_and_nobody_is_written_to(clerk):
    child = ChildFactory.create(registered=True)
    booking = book()
    by = booking.request.requested_by
    cancellations.cancel(booking=booking, by=by, at=EVENING - 3 * 24 * HOUR)
    wish = bookings.Wish(booking.child, place(), booking.starts_at, booking.ends_at)
    made = requests.submit(
        wishes=[wish], by=by, at=EVENING - 3 * 24 * HOUR, key=child.pk, is_held=True
    )

    closures.confirm(closures=prepare(clerk), by=clerk, at=MORNING)

    assert states()[made.bookings[0].pk] == BookingState.WITHDRAWN
    assert LostBooking.objects.count() == 0


def test_a_second_tap_ends_nothing_more(clerk, carer_elsewhere):
    book()
    prepared = prepare(clerk)
    closures.confirm(closures=prepared, by=clerk, at=MORNING)

    assert closures.confirm(closures=prepared, by=carer_elsewhere, at=MORNING + HOUR) == []

    closure = Closure.objects.get()
    assert (closure.decided_by, closure.decided_at) == (clerk, MORNING)


def test_what_was_booked_since_the_preview_is_met(clerk):
    slots_of_day()
    prepared = prepare(clerk)
    assert closures.met(prepared).count() == 0
    late = book()

    closures.confirm(closures=prepared, by=clerk, at=MORNING)

    assert states() == {late.pk: BookingState.CANCELLED_BY_FACILITY}


def test_dropped_it_is_a_day_like_any_other(clerk):
    booking = book()
    prepared = prepare(clerk)

    closures.drop(closures=prepared, by=clerk, at=MORNING)

    assert states() == {booking.pk: BookingState.CONFIRMED}
    with pytest.raises(WrongState):
        closures.confirm(closures=prepared, by=clerk, at=MORNING)


def test_lifted_it_can_be_booked_again(clerk):
    lost = book()
    prepared = prepare(clerk)
    closures.confirm(closures=prepared, by=clerk, at=EVENING)

    closures.lift(closures=prepared, by=clerk, at=EVENING + HOUR)

    assert set(places().values()) == {15}
    assert states() == {lost.pk: BookingState.CANCELLED_BY_FACILITY}
    assert Closure.objects.get().state == ClosureState.LIFTED


def test_only_what_is_confirmed_can_be_lifted(clerk):
    with pytest.raises(WrongState):
        closures.lift(closures=prepare(clerk), by=clerk, at=EVENING)


def test_a_facility_has_one_of_a_kind_on_a_day(clerk):
    prepare(clerk)

    with pytest.raises(ClosureThere, match=place().name):
        prepare(clerk, "nerima", "hikarigaoka")

    assert Closure.objects.count() == 1


def test_after_one_was_dropped_another_can_be_prepared(clerk):
    closures.drop(closures=prepare(clerk), by=clerk, at=EVENING)

    prepare(clerk)

    assert sorted(Closure.objects.values_list("state", flat=True)) == ["dropped", "prepared"]


def test_closed_hours_are_refused_as_closed(clerk):
    slots_of_day()
    closures.confirm(closures=prepare(clerk), by=clerk, at=EVENING - 3 * 24 * HOUR)

    with pytest.raises(BookingRefused) as refused:
        book()

    assert refused.value.kind == Reason.CLOSED


def test_slots_made_later_are_closed_as_well(clerk):
    closures.confirm(closures=prepare(clerk), by=clerk, at=EVENING)

    slots.make(facility=place(), first=DAY, last=DAY, at=EVENING)

    assert set(places().values()) == {0}
    again = slots.make(facility=place(), first=DAY, last=DAY, at=EVENING)
    assert (again.new, again.changed, again.removed) == (0, 0, 0)


def test_it_does_not_count_against_a_limit(clerk):
    """Once a week: the control is refused, whose first booking stands."""
    UseRule.objects.get(valid_from=dt.date(2020, 1, 1)).limit_rows.create(
        span="week", most=1, measure="uses", subject="child"
    )
    lost, kept = book(), book(code="nerima")
    closures.confirm(closures=prepare(clerk), by=clerk, at=EVENING - 2 * 24 * HOUR)
    later = clock.at(DAY + dt.timedelta(days=2), dt.time(10))

    again = BookingFactory.create(child=lost.child, starts_at=later)

    assert again.state == BookingState.CONFIRMED
    with pytest.raises(BookingRefused) as refused:
        BookingFactory.create(child=kept.child, starts_at=later)
    assert refused.value.kind == Reason.LIMIT_REACHED
