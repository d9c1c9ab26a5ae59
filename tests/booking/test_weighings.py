"""A corrected birth date or need: saved whatever was promised, and the promises weighed anew."""

import datetime as dt
import uuid

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from booking.actions import cancellations, requests, weighings
from booking.enums import BookingState, Misfit, StaffingGroup
from booking.models import Booking, Slot
from booking.refusals import BookingRefused, Reason, SlotFull
from booking.tasks import reweigh
from history import clock, context
from records.actions import children
from records.models import Child
from tests.booking.recount import differences
from tests.concurrency.parents import together
from tests.factories.booking import BookingFactory, coming_monday, slots_of_day
from tests.factories.records import ChildFactory, ParentFactory, facility
from tests.people import child_of
from tests.records.worker import as_worker

TEN = clock.at(coming_monday(), dt.time(10))
NOW = TEN - dt.timedelta(days=3)
INFANT = TEN.date() - dt.timedelta(days=300)
NEWBORN = TEN.date() - dt.timedelta(days=60)
PUPIL = TEN.date() - dt.timedelta(days=8 * 365)


@pytest.fixture
def booking(parent):
    """A child of two years at 光が丘, at home in 練馬."""
    return BookingFactory.create(child=child_of(parent), by=parent, starts_at=TEN)


def correct(booking, *, at=NOW, **facts):
    """As the home facility and then the worker do it."""
    child = booking.child
    for name, value in facts.items():
        setattr(child, name, value)
    children.correct(child=child)
    found = weighings.reweigh(child_id=child.pk, at=at)
    booking.refresh_from_db()
    return found


def counters(starts_at=TEN):
    slot = Slot.objects.get(facility__code="hikarigaoka", starts_at=starts_at)
    return {group: count for group, count in slot.counts().items() if count}


def save_by_page(client, child, born, needs_one_to_one=False):
    return client.post(
        f"/records/child/{child.pk}/change/",
        {
            "family_name": "林", "given_name": "一花", "family_name_kana": "ハヤシ",
            "given_name_kana": "イチカ", "sex": "female", "date_of_birth": born.isoformat(),
            "pick_up_people-TOTAL_FORMS": "0", "pick_up_people-INITIAL_FORMS": "0",
            **({"needs_one_to_one": "on"} if needs_one_to_one else {}),
        },
    )  # fmt: skip


def jobs():
    return [job.args for job in ProcrastinateJob.objects.filter(task_name="booking.reweigh")]


def test_a_correction_by_staff_reaches_the_bookings_elsewhere(staff_client, carer, booking):
    assert counters() == {StaffingGroup.ONES_TWOS: 1}

    page = save_by_page(staff_client.log_in(carer), booking.child, INFANT)

    assert page.status_code == 302
    assert jobs() == [{"child_id": str(booking.child_id)}]
    with as_worker():
        reweigh(child_id=str(booking.child_id))
    booking.refresh_from_db()
    assert (booking.staffing_group, booking.age_years, booking.misfit) == ("infants", 0, "")
    assert counters() == {StaffingGroup.INFANTS: 1}
    change = booking.history.first()
    assert (change.history_actor, change.staffing_group) == ("system:corrections", "infants")


def test_what_is_no_fact_of_theirs_weighs_nothing(staff_client, carer, booking):
    save_by_page(staff_client.log_in(carer), booking.child, booking.child.date_of_birth)

    assert jobs() == []


def test_a_need_of_one_to_one_care_counts_at_once(booking):
    assert correct(booking, needs_one_to_one=True) == []

    assert counters() == {StaffingGroup.ONE_TO_ONE: 1}


@pytest.mark.parametrize(("born", "misfit"), [(NEWBORN, "too_young"), (PUPIL, "school_age")])
def test_a_child_out_of_age_keeps_its_booking_and_staff_read_it(
    request, booking, staff_client, born, misfit
):
    assert correct(booking, date_of_birth=born) == [booking]

    assert (booking.state, booking.misfit) == (BookingState.CONFIRMED, misfit)
    listed = {}
    for person in ("carer_elsewhere", "carer_nukui"):
        client = staff_client.log_in(request.getfixturevalue(person))
        listed[person] = client.get("/booking/booking/?misfit=yes").content.decode()
    why = str(Misfit(misfit).label)
    assert {person: why in page for person, page in listed.items()} == {
        "carer_elsewhere": True, "carer_nukui": False,
    }  # fmt: skip


def test_the_booking_and_the_day_say_what_to_do(booking, staff_client, carer_elsewhere):
    client = staff_client.log_in(carer_elsewhere)
    pages = (f"/booking/booking/{booking.pk}/change/", f"/today/?day={TEN.date()}")
    before = ["月齢に達していません" in client.get(page).content.decode() for page in pages]
    correct(booking, date_of_birth=NEWBORN)

    texts = [client.get(page).content.decode() for page in pages]

    assert before == [False, False]
    assert ["月齢に達していません" in text for text in texts] == [True, True]
    assert "ご家庭にお電話し" in texts[0]


def test_beyond_the_limit_of_infants_the_fact_is_kept_and_nothing_more_sold(booking):
    Slot.objects.update(infant_limit=0)

    assert correct(booking, date_of_birth=INFANT) == [booking]

    assert (booking.misfit, counters()) == (Misfit.INFANTS, {StaffingGroup.INFANTS: 1})
    slot = Slot.objects.get(facility__code="hikarigaoka", starts_at=TEN)
    assert (slot.infant_limit, slot.infants_over) == (0, 1)
    other = ChildFactory.create(registered=True, date_of_birth=INFANT)
    with pytest.raises(SlotFull):
        BookingFactory.create(child=other, starts_at=TEN)


def test_too_few_staff_are_told_and_the_number_of_staff_stays_true(booking):
    """Two members of staff for three who need one each."""
    for _ in range(2):
        other = ChildFactory.create(registered=True, needs_one_to_one=True)
        BookingFactory.create(child=other, starts_at=TEN)
    Slot.objects.filter(taken__gt=0).update(staff=2)
    assert booking.misfit == ""

    assert correct(booking, needs_one_to_one=True) == [booking]

    slot = Slot.objects.get(facility__code="hikarigaoka", starts_at=TEN)
    assert (booking.misfit, slot.staff, slot.staff_short) == (Misfit.STAFFING, 2, 1)


def test_back_in_age_it_fits_again(booking):
    born = booking.child.date_of_birth
    correct(booking, date_of_birth=NEWBORN)

    assert correct(booking, date_of_birth=born) == []

    assert (booking.misfit, counters()) == ("", {StaffingGroup.ONES_TWOS: 1})


def test_weighing_again_changes_nothing(booking):
    correct(booking, date_of_birth=INFANT)
    before = Booking.history.count()

    weighings.reweigh(child_id=booking.child_id, at=NOW)

    assert (Booking.history.count(), counters()) == (before, {StaffingGroup.INFANTS: 1})


def test_cancelling_gives_back_the_place_it_takes_now(booking):
    Slot.objects.update(infant_limit=0)
    correct(booking, date_of_birth=INFANT)

    cancellations.cancel(booking=booking, by=booking.request.requested_by, at=NOW)

    assert counters() == {}


def test_what_has_begun_stays_as_it_was(booking):
    assert correct(booking, date_of_birth=NEWBORN, at=TEN) == []

    assert (booking.staffing_group, booking.misfit) == (StaffingGroup.ONES_TWOS, "")


def test_while_others_book_the_same_half_hours_the_sums_stay_true(real_database):
    """Two bookings of one child, met by others from both ends: no deadlock, no lost count."""
    slots_of_day()
    child = ChildFactory.create(registered=True)
    for hour in (13, 9):
        BookingFactory.create(
            child=child, starts_at=clock.at(coming_monday(), dt.time(hour)), at=NOW
        )
    children.correct(child=_infant(child))
    makers = [_request(ChildFactory.create(registered=True)) for _ in range(4)]

    def run(act):
        with context.acting("system:test"):
            return act()

    found = together(run, [lambda: weighings.reweigh(child_id=child.pk, at=NOW), *makers])

    assert [each for each in found if isinstance(each, Exception)] == []
    assert (differences(), Booking.objects.count()) == ([], 6)
    assert {each.staffing_group for each in child.bookings.all()} == {StaffingGroup.INFANTS}


def _infant(child):
    child.date_of_birth = INFANT
    return child


def _request(child):
    account = ParentFactory.create(household=child.household, with_account=True).user
    nine = clock.at(coming_monday(), dt.time(9))
    return lambda: requests.book(
        child=child, facility=facility("hikarigaoka"), starts_at=nine,
        ends_at=nine + dt.timedelta(hours=7), by=account, at=NOW, key=uuid.uuid4(),
    )  # fmt: skip


def test_a_seat_looked_for_before_the_correction_is_not_booked_by_it(parent):
    """Whoever asks again is weighed as the child is now."""
    slots_of_day()
    child = child_of(parent)

    def book(child):
        return requests.book(
            child=child, facility=facility("hikarigaoka"), starts_at=TEN,
            ends_at=TEN + dt.timedelta(hours=2), by=parent, at=NOW, key=uuid.uuid4(),
        )  # fmt: skip

    read = Child.objects.select_related("household").get(pk=child.pk)
    child.needs_one_to_one = True
    children.correct(child=child)
    with pytest.raises(BookingRefused) as refused, transaction.atomic():
        book(read)

    assert refused.value.kind == Reason.BUSY
    assert book(Child.objects.get(pk=child.pk)).staffing_group == StaffingGroup.ONE_TO_ONE
    assert counters() == {StaffingGroup.ONE_TO_ONE: 1}
