"""紙の台帳から: managers and the center enter what stands on paper, before anybody else books."""

import datetime as dt
import uuid

import psycopg
import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from booking.actions import requests
from booking.actions.bookings import Wish
from booking.enums import Channel, ReleaseMode
from booking.enums_rules import WindowKind
from booking.models import Booking, BookingRequest, Slot, UseRule
from booking.refusals import BookingRefused, Reason
from history import clock
from history.walls import STAFF
from records.enums import RegistrationState
from tests.booking.staff_at_work import on_duty
from tests.booking.test_callers import (  # noqa: F401
    DAY,
    MINUTE,
    NOON,
    TEN,
    caller_of,
    child,
    family,
    limit,
    slots,
)
from tests.factories.booking import BookingFactory, ReleaseFactory
from tests.factories.records import OpeningFactory, facility

HERE, THERE = "nerima", "hikarigaoka"


def opens_in_hours():
    return clock.now() + dt.timedelta(hours=5)


def by_a_release(**fields):
    return ReleaseFactory.create(opens_at=opens_in_hours(), **fields).opens_at


def by_groups():
    """The first of them opens the day."""
    return by_a_release(mode=ReleaseMode.STAGGERED)


def by_a_draw():
    """Also where no seed is told yet."""
    return by_a_release(mode=ReleaseMode.DRAW)


def by_a_beginning():
    return OpeningFactory.create(opens_at=opens_in_hours()).opens_at


def by_a_late_beginning():
    """When the deadline of the day is over as well."""
    UseRule.objects.update(phone_cut_off_days=30, phone_cut_off_at=dt.time(9))
    return by_a_beginning()


def by_the_rule():
    """At nine, and an hour later on the telephone."""
    day = clock.today() + dt.timedelta(days=1)
    UseRule.objects.update(
        window_kind=WindowKind.DATE, opens_on=day, opens_at=dt.time(9), phone_opens_at=dt.time(10)
    )
    return clock.at(day, dt.time(9))


def entered(person, child, at, channel=Channel.PAPER, code=HERE):  # noqa: F811
    """The channel of the booking, or why there is none; it is not kept."""
    with on_duty(person, at):
        caller = caller_of(child, at)
        wish = Wish(caller.child, facility(code), TEN, NOON, caller=caller)
        try:
            answer = requests.submit(
                wishes=[wish], by=person, at=at, key=uuid.uuid4(), channel=channel
            )
            found = answer.request.channel if answer.request else answer.refusals[0].error.kind
        except BookingRefused as refused:
            found = refused.kind
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize(
    ("opening", "telephone"),
    [
        (by_a_release, Channel.PHONE),
        (by_groups, Channel.PHONE),
        (by_a_draw, Reason.NOT_OPEN_YET),
        (by_a_beginning, Channel.PHONE),
        (by_a_late_beginning, Reason.TOO_LATE),
        (by_the_rule, Channel.PHONE),
    ],
)
def test_paper_comes_before_the_day_opens_and_never_after(
    child, manager, slots, opening, telephone  # noqa: F811
):  # fmt: skip
    opens_at = opening()
    before, after = opens_at - MINUTE, opens_at + 70 * MINUTE

    assert entered(manager, child, before) == Channel.PAPER
    assert entered(manager, child, before, Channel.PHONE) in (
        Reason.NOT_OPEN_YET, Reason.NOT_BEGUN,
    )  # fmt: skip
    assert entered(manager, child, opens_at) == Reason.PAPER_OVER
    assert entered(manager, child, after) == Reason.PAPER_OVER
    assert entered(manager, child, after, Channel.PHONE) == telephone


def test_each_manager_enters_the_own_paper_and_the_center_all(
    child, manager, carer, clerk, slots  # noqa: F811
):  # fmt: skip
    before = by_a_release() - MINUTE

    found = {
        (str(person), code): entered(person, child, before, code=code)
        for person in (carer, manager, clerk)
        for code in (HERE, THERE)
    }

    assert found == {
        (str(carer), HERE): Reason.MANAGERS_ONLY,
        (str(carer), THERE): Reason.MANAGERS_ONLY,
        (str(manager), HERE): Channel.PAPER,
        (str(manager), THERE): Reason.MANAGERS_ONLY,
        (str(clerk), HERE): Channel.PAPER,
        (str(clerk), THERE): Channel.PAPER,
    }


def test_who_and_how_much_binds_paper_as_well(child, manager, slots):  # noqa: F811
    before = by_a_release() - MINUTE
    assert entered(manager, child, before) == Channel.PAPER

    Slot.objects.filter(facility__code=HERE).update(under_two_limit=0, two_up_limit=0)
    assert entered(manager, child, before) == Reason.FULL
    limit()
    BookingFactory.create(child=child, starts_at=clock.at(DAY, dt.time(14)))
    assert entered(manager, child, before) == Reason.LIMIT_REACHED
    child.registration.state = RegistrationState.SUSPENDED
    child.registration.save()
    assert entered(manager, child, before) == Reason.NOT_REGISTERED


def book(client, child, code=HERE, channel="paper"):  # noqa: F811
    """From the look-up to the last button."""
    answer = client.post("/phone/", {"code": child.code, "channel": channel})
    address = answer.url.partition("?")[0] if answer.status_code == 302 else "/phone/"
    asked = {"day": f"{DAY}", "start": "10:00", "end": "12:00"}
    shown = client.get(address, asked | {"channel": channel})
    done = client.post(f"{address}{code}/?channel={channel}", asked)
    return shown.content.decode(), done


def test_a_manager_enters_it_on_the_screen(staff_client, manager, child, slots):  # noqa: F811
    by_a_release()
    client = staff_client.log_in(manager)
    assert "紙の台帳から" in client.get("/phone/").content.decode()

    shown, elsewhere = book(client, child, THERE)
    _shown, done = book(client, child)

    assert "練馬" in shown
    assert f"/{THERE}/?" not in shown
    assert elsewhere.status_code == 404
    booking = Booking.objects.get()
    assert booking.request.number in client.get(done.url).content.decode()
    assert (booking.request.channel, booking.facility.code) == (Channel.PAPER, HERE)
    taken = Slot.objects.filter(facility__code=HERE, starts_at__gte=TEN, starts_at__lt=NOON)
    assert set(taken.values_list("taken", flat=True)) == {1}
    assert ProcrastinateJob.objects.filter(task_name="booking.tell_booked").count() == 1


def test_afterwards_the_screen_leads_to_the_telephone(
    staff_client, manager, child, slots  # noqa: F811
):  # fmt: skip
    shown, refused = book(staff_client.log_in(manager), child)

    text = "受付が始まったため、紙の台帳からは入力できません。"
    assert text in shown
    assert text in refused.content.decode()
    assert "?channel=phone" in shown
    assert not Booking.objects.exists()


def test_a_carer_is_not_offered_it(staff_client, carer, child, slots):  # noqa: F811
    by_a_release()
    client = staff_client.log_in(carer)

    assert "紙の台帳から" not in client.get("/phone/").content.decode()
    assert client.post("/phone/", {"code": child.code, "channel": "paper"}).status_code == 200
    address = client.post("/phone/", {"code": child.code}).url.partition("?")[0]
    client.post(
        f"{address}{HERE}/?channel=paper", {"day": f"{DAY}", "start": "10:00", "end": "12:00"}
    )
    assert not Booking.objects.exists()


INSERT = """
    INSERT INTO booking_booking (id, child_id, household_id, facility_id, starts_at, ends_at,
        state, request_id, child_name, child_name_kana, child_code, payer_name, payer_phone,
        age_years, class_age, staffing_group, seat_kind, misfit, use_rule_id)
    SELECT gen_random_uuid(), b.child_id, b.household_id, %s, b.ends_at,
        b.ends_at + interval '30 minutes', 'confirmed', b.request_id, '', '', '', '', '',
        2, 2, 'ones_twos', '', '', b.use_rule_id FROM booking_booking b WHERE b.id = %s
"""


def test_raw_sql_is_bound_to_the_own_facility(real_database, child, manager):  # noqa: F811
    """A request from paper at 練馬 carries bookings of 練馬 alone, and of managers alone."""
    booking = BookingFactory.create(child=child)
    BookingRequest.objects.update(channel=Channel.PAPER)

    def inserted(role, at_work, at_facility):
        with real_database.connect(
            STAFF, actor=manager.pk, role=role, at=clock.now().isoformat(),
            facilities=f"{{{','.join(str(facility(code).pk) for code in at_work)}}}",
        ) as staff:  # fmt: skip
            staff.execute(
                "SELECT * FROM booking_look_up(%s, '', NULL, %s, %s)",
                [child.code, DAY, booking.use_rule_id],
            )
            try:
                return staff.execute(INSERT, [facility(at_facility).pk, booking.pk]).rowcount
            except psycopg.errors.InsufficientPrivilege:
                staff.rollback()
                return 0

    assert inserted("carer", [HERE], HERE) == 0
    assert inserted("manager", [HERE], HERE) == 1
    assert inserted("manager", [HERE], THERE) == 0
    assert inserted("center", [HERE, THERE], THERE) == 1
    BookingRequest.objects.update(channel=Channel.PHONE)
    assert inserted("carer", [HERE], THERE) == 1
