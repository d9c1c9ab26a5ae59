"""From 1 April bookings close earlier and care costs more, and what is booked in March for April
follows the day of use (利用日) or that of booking (申込日), as the center said: on the page, in the
booking and on the bill."""

import datetime as dt
from collections.abc import Callable
from typing import NamedTuple

import pytest
from playwright.sync_api import expect

from booking.models import Booking, Fee, Payment, Tariff, UseRule
from history import clock
from records.enums import DayOf
from records.models import User
from tests.entries import EntryClient
from tests.factories.booking import slots_of_day
from tests.journeys.at_hand import Hours, at_hand_screen, hours, open_at_hand  # noqa: F401
from tests.journeys.facility import Staff
from tests.journeys.family import Family
from tests.journeys.screen import Screen

CODE, CHILD = "hikarigaoka", "林 一花"
WIDE = {"width": 1280, "height": 900}
NEW, OLD = "1,800円", "1,500円"


class Days(NamedTuple):
    """Of the spring to come: when it is decided, booked, asked for again, and used."""

    decided: dt.date
    booked: dt.date
    late: dt.date
    soon: dt.date
    used: dt.date

    @property
    def first(self) -> dt.date:
        return self.soon.replace(day=1)


class Clerk(Staff):
    """At the center, where every version is looked at before it is saved."""

    def when_it_ends(self, version: UseRule | Tariff, last: dt.date) -> None:
        self.screen.open(f"/booking/{version._meta.model_name}/{version.pk}/change/")
        self.page.locator("[name=valid_to]").fill(last.isoformat())
        self.page.locator("[name=is_provisional]").uncheck()
        self.when_they_look_and_save()

    def when_a_rule_follows(self, rule: UseRule, first: dt.date, by: str) -> None:
        self.screen.open(f"/booking/userule/{rule.pk}/change/")
        self.screen.follow("この内容で新しい版をつくる")
        self.page.locator("[name=cut_off_days]").fill("3")
        self.page.locator("[name=cut_off_at]").fill("12:00")
        self._begins(first, by)
        self.when_they_look_and_save(f"91-april-rule-{by}")

    def when_a_tariff_follows(self, first: dt.date, by: str) -> None:
        self.screen.open("/booking/tariff/add/")
        self.page.locator("[name=name]").fill("4月からの料金表")
        self.page.locator("[name=overrun_amount]").fill("300")
        self.page.locator("#price_rows-group .add-row a").click()
        self.page.locator("[name=price_rows-0-unit_minutes]").fill("30")
        self.page.locator("[name=price_rows-0-unit_amount]").fill("300")
        self._begins(first, by)
        self.when_they_look_and_save(f"91-april-tariff-{by}")

    def when_they_look_and_save(self, look: str = "") -> None:
        self.page.locator("[name=_save]").click()
        expect(self.screen.main()).to_contain_text("保存する前の確認")
        if look:
            self.screen.look(look)
        self.screen.press("この内容で保存する")
        expect(self.page.locator(".messagelist, [role=status]").first).to_be_visible()

    def _begins(self, first: dt.date, by: str) -> None:
        self.page.locator("[name=valid_from]").fill(first.isoformat())
        self.page.locator("[name=applies_by]").select_option(by)
        self.page.locator("[name=is_provisional]").uncheck()


@pytest.fixture
def days(hours: Hours) -> Days:  # noqa: F811
    """It is the middle of March."""
    today = clock.today()
    first = dt.date(today.year + (today >= dt.date(today.year, 3, 15)), 4, 1)
    found = Days(*(first + dt.timedelta(days=number) for number in (-17, -12, -1, 1, 9)))
    hours.move_to(clock.at(found.decided, dt.time(10)))
    return found


@pytest.mark.parametrize(
    ("by", "yen", "closes_earlier"), [(DayOf.USE, NEW, True), (DayOf.BOOKING, OLD, False)], ids=str
)
def test_what_is_booked_in_march_follows_the_day_that_the_version_names(
    days: Days,
    parent: User,
    clerk: User,
    carer_elsewhere: User,
    hours: Hours,  # noqa: F811
    public_client: EntryClient,
    staff_client: EntryClient,
    open_at_hand: Callable[..., Screen],  # noqa: F811
    at_hand_screen: Screen,  # noqa: F811
    by: DayOf,
    yen: str,
    closes_earlier: bool,
) -> None:
    # Given the center decides in March what holds from April
    rule, tariff = UseRule.objects.get(), Tariff.objects.get()
    staff_client.log_in(clerk)
    center = Clerk(open_at_hand(staff_client, viewport=WIDE))
    last = days.first - dt.timedelta(days=1)
    center.when_it_ends(rule, last)
    center.when_it_ends(tariff, last)
    center.when_a_rule_follows(rule, days.first, by)
    center.when_a_tariff_follows(days.first, by)
    for day in (days.soon, days.used):
        slots_of_day(CODE, day)

    # When a family books in March for April
    hours.move_to(clock.at(days.booked, dt.time(10)))
    public_client.log_in(parent)
    family = Family(at_hand_screen)
    family.when_they_choose(CODE, CHILD, days.used, "10:00", "13:00")
    # Then its page, its booking and its fee are those of the version that the day names
    family.then_they_read("席をお取りしています", yen)
    family.screen.look(f"92-april-confirm-{by}")
    family.screen.press("予約を確定する")
    family.then_they_read("予約が確定しました", yen)
    family.screen.look(f"92-april-booked-{by}")
    booking = Booking.objects.get()
    begins = days.first if by == DayOf.USE else rule.valid_from
    assert (booking.use_rule.valid_from, booking.fee.tariff.valid_from) == (begins, begins)

    # When it asks on the last day of March for the second of April
    hours.move_to(clock.at(days.late, dt.time(10)))
    family.when_they_choose(CODE, CHILD, days.soon, "10:00", "13:00")
    # Then it is too late by the new rule, and in time by the old one
    closed = f"3月{days.late.day - 1}日"
    words = ("この日の予約受付は終了しました。", closed) if closes_earlier else ("席をお取り", yen)
    family.then_they_read(*words)
    family.screen.look(f"93-april-late-{by}")

    # When the child was cared for
    hours.move_to(clock.at(days.used, dt.time(9, 58)))
    desk = EntryClient("staff").log_in(carer_elsewhere)
    staff = Staff(open_at_hand(desk, viewport=WIDE))
    staff.when_they_receive(CHILD)
    staff.then_the_row_says(CHILD, "お預かり中")
    hours.move_to(clock.at(days.used, dt.time(12, 58)))
    desk.log_in(carer_elsewhere)
    staff.when_they_hand_over(CHILD)
    staff.then_the_row_says(CHILD, "お迎え済")
    staff.when_they_open_the_fee_of(CHILD)
    # Then the bill is what was promised
    staff.then_they_read(yen)
    staff.screen.look(f"94-april-bill-{by}")
    staff.when_they_take_cash("2000")
    staff.then_they_read("収納済")
    fee = Fee.objects.get(booking=booking)
    amount = int(yen.replace(",", "").removesuffix("円"))
    assert (fee.amount, Payment.objects.get().amount) == (amount, amount)
