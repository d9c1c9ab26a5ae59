"""受付停止: what the center closes is refused at the step, with its notice; facts go on."""

import datetime as dt
import uuid

import pytest

from booking.actions import attendances, cancellations, requests
from booking.enums_rules import CancelReason
from booking.models import Booking
from history import clock
from records import stops
from records.actions import applications
from records.enums import Function
from records.models import Facility, Interview, ServiceStop, User
from records.stops import ServiceStopped
from tests.factories.booking import BookingFactory, coming_monday, slots_of_day
from tests.factories.records import ServiceStopFactory, StaffUserFactory, facility
from tests.people import child_of
from tests.records import families

NOTICE = "感染症のため、受付を休んでいます。12月1日に再開します。"
AT = clock.now()
HOUR = dt.timedelta(hours=1)


def book(client, child, code="hikarigaoka"):
    """The step that takes a seat, as if the form had been opened long before."""
    return client.post(
        f"/booking/{code}/new/",
        {
            "child": child.pk, "day": coming_monday().isoformat(), "start": "10:00",
            "end": "13:00", "key": uuid.uuid4(),
        },
    )  # fmt: skip


@pytest.fixture
def family(public_client, parent):
    slots_of_day("hikarigaoka")
    slots_of_day("nerima")
    return public_client.log_in(parent)


@pytest.mark.parametrize(
    ("starts", "ends", "closed"),
    [(-HOUR, None, True), (-HOUR, HOUR, True), (HOUR, None, False), (-HOUR, dt.timedelta(0), False),
     (dt.timedelta(0), None, True)],
)  # fmt: skip
def test_a_stop_holds_from_its_beginning_until_its_end(database, starts, ends, closed):
    ServiceStopFactory.create(starts_at=AT + starts, ends_at=None if ends is None else AT + ends)

    assert bool(stops.in_force(AT)) is closed


def test_a_booking_is_refused_although_its_form_was_open(family, parent):
    ServiceStopFactory.create(function=Function.BOOKING)

    page = book(family, child_of(parent)).content.decode()

    assert NOTICE in page
    assert Booking.objects.count() == 0


def test_without_a_stop_the_same_form_books(family, parent):
    ServiceStopFactory.create(function=Function.BOOKING, over=True)
    ServiceStopFactory.create(function=Function.BOOKING, coming=True)
    ServiceStopFactory.create(function=Function.APPLICATION)

    book(family, child_of(parent))

    assert Booking.objects.count() == 1


def test_one_facility_closes_while_another_books(family, parent):
    ServiceStopFactory.create(function=Function.BOOKING, facility=facility("nerima"))

    assert NOTICE in book(family, child_of(parent), "nerima").content.decode()
    assert Booking.objects.count() == 0
    book(family, child_of(parent))
    assert Booking.objects.count() == 1


def test_a_reply_that_got_lost_is_still_answered(family, parent):
    """Booked before the stop; the form is sent once more after it."""
    child = child_of(parent)
    key = uuid.uuid4()
    start = clock.at(coming_monday(), dt.time(10))
    wish = {
        "child": child, "facility": facility("hikarigaoka"), "starts_at": start,
        "ends_at": start + 3 * HOUR, "by": parent, "at": AT, "key": key,
    }  # fmt: skip
    first = requests.book(**wish)
    ServiceStopFactory.create(function=Function.BOOKING)

    assert requests.book(**wish) == first


def test_the_refusal_names_whom_to_telephone(family, parent):
    Facility.objects.filter(code="hikarigaoka").update(phone="03-0000-0005")
    Facility.objects.filter(code="nerima").update(phone="03-0000-0001")
    ServiceStopFactory.create(function=Function.BOOKING)

    page = book(family, child_of(parent)).content.decode()

    assert "03-0000-0005" in page
    # Another facility's number belongs to the notice above, not to the step that was refused.
    assert "お急ぎのときは、お電話ください：" in page


def test_a_family_reads_the_notice_in_its_own_language(family, parent):
    ServiceStopFactory.create(function=Function.BOOKING)

    assert NOTICE in family.get("/my/").content.decode()
    family.cookies["azukari-language"] = "en"
    assert "Closed because of an infection." in family.get("/my/").content.decode()


def test_sign_up_is_closed(public_client):
    address = "/account/signup/"
    ServiceStopFactory.create(function=Function.SIGN_UP)

    page = public_client.get(address).content.decode()
    public_client.post(
        address, {"email": "new@example.jp", "password1": "korokoro-piyo-2026", "name": "x"}
    )

    assert NOTICE in page
    assert 'name="email"' not in page
    assert not User.objects.filter(email="new@example.jp").exists()


def test_an_application_is_refused_and_nothing_of_it_kept(database):
    household = families.family()
    place = families.place()
    ServiceStopFactory.create(function=Function.APPLICATION)

    with pytest.raises(ServiceStopped):
        applications.hand_in(
            household=household, texts=[], place=place, note="",
            by=families.account_of(household), at=families.NOW,
        )  # fmt: skip

    assert Interview.objects.count() == 0


def test_cancelling_is_closed_to_families_only(family, parent):
    booking = BookingFactory.create(child=child_of(parent), by=parent)
    ServiceStopFactory.create(function=Function.CANCELLING)
    address = f"/booking/{booking.pk}/cancel/"

    seen = family.get(address).context["form"]["seen"].value() or ""
    family.post(address, {"seen": seen, "cause": CancelReason.PLANS})
    refused = family.get(f"/booking/{booking.pk}/").content.decode()

    booking.refresh_from_db()
    assert NOTICE in refused
    assert booking.holds_seat
    cancellations.cancel(booking=booking, by=StaffUserFactory.create(), at=AT)
    booking.refresh_from_db()
    assert not booking.holds_seat


def test_changes_are_refused_with_the_notice(family, parent):
    ServiceStopFactory.create(function=Function.CHANGES)
    child = child_of(parent)

    opened = family.get(f"/my/children/{child.pk}/edit/")
    sent = family.post(f"/my/children/{child.pk}/edit/", {"family_name": "別"})

    child.refresh_from_db()
    assert opened.status_code == 200
    assert NOTICE in opened.content.decode()
    assert sent.status_code == 403
    assert NOTICE in sent.content.decode()
    assert child.family_name == "林"


def test_facts_are_never_stopped(parent):
    booking = BookingFactory.create(child=child_of(parent), by=parent)
    for function in Function:
        ServiceStopFactory.create(function=function)
    carer = StaffUserFactory.create()

    attendances.arrive(booking=booking, by=carer, at=booking.starts_at)
    attendances.leave(booking=booking, by=carer, at=booking.ends_at)

    booking.refresh_from_db()
    assert booking.state == "fetched"


FORM = {
    "function": "booking", "facility": "", "starts_at": "2026-11-01T09:00", "ends_at": "",
    "notice_ja": NOTICE, "notice_en": "Closed.",
}  # fmt: skip


def test_the_center_stops_and_it_takes_effect_on_the_next_request(
    family, parent, clerk, staff_client
):
    staff_client.log_in(clerk)

    staff_client.post("/records/servicestop/add/", FORM)

    assert NOTICE in book(family, child_of(parent)).content.decode()
    stop = ServiceStop.objects.get()
    assert stop.history.get().history_actor == str(clerk.pk)
    # And it ends the same way.
    staff_client.post(
        f"/records/servicestop/{stop.pk}/change/", FORM | {"ends_at": "2026-11-02T09:00"}
    )
    book(family, child_of(parent))
    assert Booking.objects.count() == 1
    assert stop.history.count() == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ends_at": "2026-10-01T09:00"}, "終了は開始より後にしてください。"),
        ({"function": "sign_up", "facility": "2"}, "この機能は、施設ごとには停止できません。"),
        ({"notice_en": ""}, 'id="id_notice_en_error"'),
    ],
)
def test_a_stop_that_makes_no_sense_is_explained(staff_client, clerk, change, said):
    staff_client.log_in(clerk)
    number = str(facility("nerima").pk)
    change = {key: number if key == "facility" else value for key, value in change.items()}

    page = staff_client.post("/records/servicestop/add/", FORM | change).content.decode()

    assert said in page
    assert ServiceStop.objects.count() == 0


def test_a_manager_reads_and_stops_nothing(staff_client, manager):
    ServiceStopFactory.create()
    staff_client.log_in(manager)

    assert staff_client.get("/records/servicestop/").status_code == 200
    assert staff_client.post("/records/servicestop/add/", FORM).status_code == 403
    assert ServiceStop.objects.count() == 1
