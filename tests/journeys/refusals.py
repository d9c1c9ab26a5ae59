"""How a family comes to each refusal that it can meet: a scene for every reason.

A scene leaves the page that refuses in sight, and says which rule or time it must name.
"""

import datetime as dt
from collections.abc import Callable

from playwright.sync_api import expect

from booking.actions import approvals, draws, holds
from booking.enums import BookingState, ReleaseMode, WaitingState
from booking.enums_rules import Measure, Span
from booking.models import Booking, BookingRequest, Release, Slot, Ticket, UseRule, Waiting
from booking.refusals import Reason
from history import clock, context
from records import dates
from records.models import CareNeed, Child, Household, Registration, User
from tests.booking import waiting_families
from tests.factories.booking import (
    BookingFactory,
    ReleaseFactory,
    TicketFactory,
    UseHoldFactory,
    WaitingFactory,
    coming_monday,
    slots_of_day,
)
from tests.factories.records import ChildFactory, OpeningFactory, StaffUserFactory, facility
from tests.journeys.at_hand import Hours
from tests.journeys.family import Family
from tests.journeys.screen import Screen
from tests.people import child_of
from tests.records.worker import as_worker

CODE = "hikarigaoka"
DAY = coming_monday()
ONE_DAY = dt.timedelta(days=1)
NEXT, BEFORE = DAY + ONE_DAY, DAY - ONE_DAY
MINUTE = dt.timedelta(minutes=1)
TEN = clock.at(DAY, dt.time(10))


class Refused(Family):
    """林 一花 and her family; 光が丘 is open from nine to five, with places for everybody."""

    def __init__(self, screen: Screen, user: User, hours: Hours) -> None:
        super().__init__(screen)
        self.user, self.hours = user, hours
        self.child = child_of(user)
        self.rule = UseRule.objects.get()
        slots_of_day()

    def rules(self, **fields: object) -> None:
        UseRule.objects.update(**fields)

    def opens(self, day: dt.date = DAY) -> None:
        self.screen.open(f"/booking/{CODE}/new/?day={day}&start=10:00")

    def asks(self, start: str = "10:00", end: str = "13:00", day: dt.date = DAY) -> None:
        self.when_they_choose(CODE, self.child.full_name, day, start, end)

    def holds_a_seat(self) -> None:
        """As far as the page that waits for the last tap."""
        self.asks()
        expect(self.page.get_by_role("button", name="予約を確定する")).to_be_visible()

    def has_booked(self) -> Booking:
        return BookingFactory.create(child=self.child, by=self.user)

    def changes(self, day: dt.date = DAY) -> None:
        self.page.locator("[name=day]").select_option(f"{day}")
        self.page.locator("[name=start]").select_option("14:00")
        self.page.locator("[name=end]").select_option("16:00")
        self.screen.press("この日時に変更する")

    def waits(self, child: Child) -> None:
        self.screen.open(f"/booking/{CODE}/wait/?day={DAY}&start=10:00&end=13:00")
        for box in self.page.locator("[name=child]").all():
            box.uncheck()
        self.page.get_by_label(child.full_name).check()
        self.screen.press("キャンセル待ちに申し込む")


def draw(opened: dt.timedelta) -> Release:
    """Of that Monday, opened so long ago; it takes requests for half an hour."""
    release = ReleaseFactory.create(
        mode=ReleaseMode.DRAW, opens_at=clock.now() - opened, collects_minutes=30
    )
    with as_worker(), context.acting("system:draws"):
        draws.seal(release=release)
    return release


def written(day: dt.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


# The child


def not_registered(family: Refused) -> str:
    Registration.objects.update(state="suspended")
    family.opens()
    return ""


def needs_unconfirmed(family: Refused) -> str:
    CareNeed.objects.update(confirmation="unconfirmed")
    family.opens()
    return ""


def registration_ends(family: Refused) -> str:
    Registration.objects.update(
        renewal_opens_on=BEFORE - 30 * ONE_DAY, renewal_closes_on=BEFORE, expires_on=BEFORE
    )
    family.opens()
    return f"登録の有効期限は{written(BEFORE)}です。"


def too_young(family: Refused) -> str:
    Child.objects.update(date_of_birth=dt.date(DAY.year, DAY.month, 1) - 60 * ONE_DAY)
    family.opens()
    return "日から利用できます。"


def school_age(family: Refused) -> str:
    Child.objects.update(date_of_birth=dt.date(DAY.year - 8, 4, 2))
    family.opens()
    return f"{DAY.year - 1}年3月31日まで利用できます。"


def too_old(family: Refused) -> str:
    family.rules(max_age_unit="years", max_age=1)
    Child.objects.update(date_of_birth=dt.date(DAY.year - 2, 1, 15))
    family.opens()
    return f"{DAY.year - 1}年1月13日まで利用できます。"


def not_resident(family: Refused) -> str:
    Household.objects.update(city="中野区")
    family.opens()
    return ""


def enrolled(family: Refused) -> str:
    family.rules(excluded_enrolments=["nursery"])
    Child.objects.update(enrolment="nursery")
    family.opens()
    return ""


def not_home(family: Refused) -> str:
    Registration.objects.update(is_home_only=True)
    family.opens()
    return ""


def not_yet_usable(family: Refused) -> str:
    Registration.objects.update(usable_from=NEXT)
    family.opens()
    return f"{written(NEXT)}から利用できます。"


def on_hold(family: Refused) -> str:
    held = UseHoldFactory.create(booking=family.has_booked())
    family.asks("14:00", "16:00")
    return f"{written(held.ends_on)}までです。"


# The day


def not_begun(family: Refused) -> str:
    OpeningFactory.create(opens_at=clock.at(BEFORE, dt.time(9)))
    family.asks()
    return "9:00から受け付けます。"


def not_open_yet(family: Refused) -> str:
    day = clock.today() + 60 * ONE_DAY
    slots_of_day(day=day)
    family.asks(day=day)
    return "9:00から受け付けます。"


def too_late(family: Refused) -> str:
    family.hours.move_to(clock.at(BEFORE, dt.time(17, 30)))
    family.asks()
    return "17:00に締め切りました。"


def in_draw(family: Refused) -> str:
    booking = BookingFactory.create(
        child=family.child, by=family.user, starts_at=TEN + ONE_DAY, at=clock.now()
    )
    release = draw(10 * MINUTE)
    family.screen.open(f"/booking/{booking.pk}/change/?day={NEXT}")
    family.changes()
    return f"{clock.written(release.closes_at)}までです。"


def drawing(family: Refused) -> str:
    draw(40 * MINUTE)
    family.asks()
    return ""


def draw_over(family: Refused) -> str:
    ticket = TicketFactory.create(release=draw(10 * MINUTE), child=family.child)
    family.page.goto(f"{family.screen.origin}{ticket.get_absolute_url()}")
    family.hours.later(minutes=40)
    family.screen.press("保存")
    return ""


def too_many_wishes(family: Refused) -> str:
    ticket: Ticket = TicketFactory.create(release=draw(10 * MINUTE), child=family.child)
    for number in range(2, 21):
        ticket.wishes.create(
            number=number, child=family.child, facility=facility("nerima"),
            starts_at=TEN + number * MINUTE, ends_at=TEN + 3 * 60 * MINUTE,
        )  # fmt: skip
    family.opens()
    family.page.get_by_label(family.child.full_name).check()
    family.page.locator("[name=end]").select_option("13:00")
    family.screen.press("抽選に申し込む")
    return "希望は20件までです。"


# The time


def closed(family: Refused) -> str:
    Slot.objects.filter(starts_at=TEN + 60 * MINUTE).delete()
    family.asks()
    return ""


def too_short(family: Refused) -> str:
    family.rules(min_minutes=120)
    family.asks("10:00", "11:00")
    return "120分から予約できます。"


def too_long(family: Refused) -> str:
    family.rules(max_minutes=120)
    family.asks()
    return "120分まで予約できます。"


def not_a_start(family: Refused) -> str:
    family.rules(start_times=[dt.time(9), dt.time(13)])
    family.asks()
    return "開始できる時刻は9:00、13:00です。"


def no_intake(family: Refused) -> str:
    family.rules(no_intake_from=dt.time(10), no_intake_until=dt.time(11))
    family.asks()
    return "受け入れをしない時間は10:00～11:00です。"


def off_step(family: Refused) -> str:
    family.rules(step_minutes=60)
    family.asks("10:30", "12:00")
    return "60分きざみで予約できます。"


def not_a_block(family: Refused) -> str:
    family.rule.block_rows.create(starts_at=dt.time(9), ends_at=dt.time(12))
    family.rule.block_rows.create(starts_at=dt.time(13), ends_at=dt.time(16))
    family.asks()
    return "予約できるコマは9:00～12:00、13:00～16:00です。"


def limit_reached(family: Refused) -> str:
    family.rule.limit_rows.create(span=Span.MONTH, measure=Measure.USES, most=1)
    family.has_booked()
    family.asks("14:00", "16:00")
    return "お子さんごと、1か月に1回までです。"


def already_booked(family: Refused) -> str:
    family.has_booked()
    family.asks("12:00", "14:00")
    return ""


def full(family: Refused) -> str:
    Slot.objects.filter(starts_at=TEN + 60 * MINUTE).update(places=0)
    family.asks()
    return "11:00"


# The step


def key_reused(family: Refused) -> str:
    """A page that the phone had kept is filled in otherwise and sent once more."""
    family.holds_a_seat()
    used = BookingRequest.objects.get().key
    family.opens()
    family.page.get_by_label(family.child.full_name).check()
    family.page.locator("[name=end]").select_option("12:00")
    family.page.locator("[name=key]").evaluate("(field, key) => { field.value = key }", str(used))
    family.screen.press("確認へ進む")
    return ""


def hold_over(family: Refused) -> str:
    family.holds_a_seat()
    family.hours.later(minutes=11)
    holds.expire(at=clock.now())
    family.screen.press("予約を確定する")
    return ""


def too_late_to_cancel(family: Refused) -> str:
    booking = family.has_booked()
    family.hours.move_to(TEN - MINUTE)
    family.screen.open(f"/booking/{booking.pk}/cancel/")
    family.hours.move_to(TEN + MINUTE)
    family.screen.press("キャンセルする")
    return ""


def too_late_to_change(family: Refused) -> str:
    booking = family.has_booked()
    family.hours.move_to(clock.at(BEFORE, dt.time(16, 59)))
    family.screen.open(f"/booking/{booking.pk}/change/")
    family.hours.move_to(clock.at(BEFORE, dt.time(17, 1)))
    family.changes()
    return ""


def undo_over(family: Refused) -> str:
    booking = BookingFactory.create(child=family.child, by=family.user, at=clock.now())
    family.page.goto(f"{family.screen.origin}{booking.get_absolute_url()}")
    family.hours.later(minutes=11)
    family.screen.press("今の予約を取り消す")
    return ""


def ask_anew(family: Refused) -> str:
    """The facility confirms for who is younger, as the child still is on the earlier day."""
    family.rules(approval_under_months=24)
    Child.objects.update(date_of_birth=dates.add_months(NEXT, -24))
    booking = BookingFactory.create(
        child=family.child, by=family.user, starts_at=TEN + ONE_DAY, at=clock.now()
    )
    family.screen.open(f"/booking/{booking.pk}/change/")
    family.changes()
    return ""


def wrong_state(family: Refused) -> str:
    """The facility answers while the family reads."""
    family.rules(approval="facility")
    booking = family.has_booked()
    family.page.goto(f"{family.screen.origin}{booking.get_absolute_url()}")
    approvals.approve(booking=booking, by=StaffUserFactory.create(), at=clock.now())
    family.screen.press("申し込みを取り下げる")
    return f"{BookingState.CONFIRMED.label} → {BookingState.WITHDRAWN.label}"


# The waiting list


def not_full(family: Refused) -> str:
    family.waits(family.child)
    return ""


def already_waiting(family: Refused) -> str:
    sibling = ChildFactory.create(
        household=family.child.household, registered=True, given_name="二葉"
    )
    WaitingFactory.create(
        children=[family.child], household=family.child.household, joined_by=family.user,
        starts_at=TEN, ends_at=TEN + 180 * MINUTE,
    )  # fmt: skip
    family.waits(sibling)
    return ""


def too_many_waiting(family: Refused) -> str:
    for number in range(20):
        WaitingFactory.create(
            child=family.child, joined_by=family.user, starts_at=TEN + number * MINUTE,
            ends_at=TEN + 240 * MINUTE,
        )  # fmt: skip
    family.waits(family.child)
    return ""


def _offered(family: Refused) -> Waiting:
    """Another family had the one place, and gives it back."""
    Slot.objects.update(places=1)
    booking = waiting_families.book(waiting_families.family(), at=clock.now())
    waiting = waiting_families.wait(family.child, at=clock.now())
    waiting_families.cancel(booking, at=clock.now())
    waiting_families.work(at=clock.now())
    waiting.refresh_from_db()
    family.page.goto(f"{family.screen.origin}{waiting.get_absolute_url()}")
    return waiting


def offer_over(family: Refused) -> str:
    waiting = _offered(family)
    family.hours.move_to(waiting.offer_until + MINUTE)
    waiting_families.sweep(clock.now())
    family.screen.press("利用する")
    return ""


def taken(family: Refused) -> str:
    """All who wait are asked at once, and another family was first."""
    Slot.objects.update(places=1)
    waiting_families.book(waiting_families.family(), at=clock.now())
    waiting = waiting_families.wait(family.child, at=clock.now())
    Waiting.objects.update(state=WaitingState.OFFERED, is_broadcast=True, offer_until=TEN)
    family.page.goto(f"{family.screen.origin}{waiting.get_absolute_url()}")
    family.screen.press("利用する")
    return ""


SCENES: dict[Reason, Callable[[Refused], str]] = {
    Reason.NOT_REGISTERED: not_registered,
    Reason.REGISTRATION_ENDS: registration_ends,
    Reason.NEEDS_UNCONFIRMED: needs_unconfirmed,
    Reason.TOO_YOUNG: too_young,
    Reason.SCHOOL_AGE: school_age,
    Reason.TOO_OLD: too_old,
    Reason.NOT_RESIDENT: not_resident,
    Reason.ENROLLED: enrolled,
    Reason.NOT_HOME: not_home,
    Reason.NOT_YET_USABLE: not_yet_usable,
    Reason.NOT_BEGUN: not_begun,
    Reason.NOT_OPEN_YET: not_open_yet,
    Reason.IN_DRAW: in_draw,
    Reason.DRAWING: drawing,
    Reason.DRAW_OVER: draw_over,
    Reason.TOO_MANY_WISHES: too_many_wishes,
    Reason.TOO_LATE: too_late,
    Reason.CLOSED: closed,
    Reason.TOO_SHORT: too_short,
    Reason.TOO_LONG: too_long,
    Reason.NOT_A_START: not_a_start,
    Reason.NO_INTAKE: no_intake,
    Reason.OFF_STEP: off_step,
    Reason.NOT_A_BLOCK: not_a_block,
    Reason.LIMIT_REACHED: limit_reached,
    Reason.ALREADY_BOOKED: already_booked,
    Reason.FULL: full,
    Reason.KEY_REUSED: key_reused,
    Reason.HOLD_OVER: hold_over,
    Reason.NOT_FULL: not_full,
    Reason.ALREADY_WAITING: already_waiting,
    Reason.TOO_MANY_WAITING: too_many_waiting,
    Reason.OFFER_OVER: offer_over,
    Reason.TAKEN: taken,
    Reason.TOO_LATE_TO_CANCEL: too_late_to_cancel,
    Reason.TOO_LATE_TO_CHANGE: too_late_to_change,
    Reason.UNDO_OVER: undo_over,
    Reason.ON_HOLD: on_hold,
    Reason.ASK_ANEW: ask_anew,
    Reason.WRONG_STATE: wrong_state,
}
