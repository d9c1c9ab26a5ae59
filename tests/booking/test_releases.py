"""募集: days of use that open together, for all at once or one group after the other."""

import datetime as dt
import hashlib
import uuid

import psycopg
import pytest

from booking import family, queries, releases
from booking.actions import requests
from booking.enums import Channel, ReleaseMode
from booking.models import Release
from booking.refusals import BookingRefused, Reason
from booking.releases import Phase
from history import clock
from history.walls import PUBLIC, STAFF, WORKER
from tests.factories.booking import ReleaseFactory, coming_monday, slots_of_day
from tests.factories.records import OpeningFactory, facility
from tests.people import child_of, household_of

D = dt.date.fromisoformat
HERE, THERE = 2, 3
NINE = dt.datetime(2027, 3, 1, 9, tzinfo=clock.TOKYO)
MINUTE = dt.timedelta(minutes=1)


def release(first="2027-04-01", last="2027-04-15", place=None, **fields):
    values = {"mode": ReleaseMode.FIRST_COME, "opens_at": NINE} | fields
    return Release(
        pk=7, facility_id=place, first_day=D(first), last_day=D(last), **values
    )  # fmt: skip


WARD = release()
OWN = release("2027-04-10", "2027-04-20", HERE)
DROPPED = release("2027-05-01", "2027-05-31", is_dropped=True)


@pytest.mark.parametrize(
    ("place", "day", "expected"),
    [
        (HERE, "2027-03-31", None),
        (HERE, "2027-04-01", WARD),
        (HERE, "2027-04-15", OWN),
        (THERE, "2027-04-15", WARD),
        (HERE, "2027-04-16", OWN),
        (THERE, "2027-04-16", None),
        (None, "2027-04-15", WARD),
        (HERE, "2027-05-10", None),
    ],
)
def test_a_day_is_covered_by_the_facility_s_own_or_the_ward_s(place, day, expected):
    found = releases.covering([WARD, OWN, DROPPED], place, D(day))

    assert found is expected


DRAW = {"mode": ReleaseMode.DRAW, "collects_minutes": 30, "seed_digest": "0" * 64}
CLOSES = NINE + 30 * MINUTE


@pytest.mark.parametrize(
    ("fields", "at", "phase", "turns_at"),
    [
        ({}, NINE - MINUTE, Phase.BEFORE, NINE),
        ({}, NINE, Phase.OPEN, None),
        (DRAW, NINE - MINUTE, Phase.BEFORE, NINE),
        (DRAW, NINE, Phase.COLLECTING, CLOSES),
        (DRAW, CLOSES - MINUTE, Phase.COLLECTING, CLOSES),
        (DRAW, CLOSES, Phase.DRAWING, None),
        (DRAW | {"drawn_at": CLOSES}, CLOSES, Phase.OPEN, None),
        # By what will be drawn must be known before anybody asks.
        (DRAW | {"seed_digest": ""}, NINE, Phase.BEFORE, NINE),
    ],
)
def test_where_it_stands(fields, at, phase, turns_at):
    assert releases.gate(release(**fields), at) == releases.Gate(phase, turns_at)


def test_groups_begin_one_after_the_other_and_the_telephone_last():
    staggered = release(mode=ReleaseMode.STAGGERED, steps=4, step_minutes=15)
    digits = hashlib.sha256(b"7|H2345-678").hexdigest()[:8]
    own = int(digits, 16) % 4

    assert releases.step_of(7, "H2345-678", 4) == own
    assert releases.openings(staggered) == [NINE + 15 * MINUTE * step for step in range(4)]
    assert releases.gate(staggered, NINE, "H2345-678") == (
        releases.Gate(Phase.OPEN)
        if own == 0
        else releases.Gate(Phase.BEFORE, NINE + own * 15 * MINUTE)
    )
    assert releases.gate(staggered, NINE, by_staff=True).turns_at == NINE + 45 * MINUTE


def test_groups_are_about_equal_and_change_with_the_release():
    codes = [f"H{number:07}" for number in range(4000)]
    steps = [releases.step_of(7, code, 4) for code in codes]

    assert [round(steps.count(step) / 1000, 1) for step in range(4)] == [1.0, 1.0, 1.0, 1.0]
    assert steps != [releases.step_of(8, code, 4) for code in codes]


def book(parent, at, channel=Channel.WEB):
    day = coming_monday()
    return requests.book(
        child=child_of(parent), facility=facility("hikarigaoka"),
        starts_at=clock.at(day, dt.time(10)), ends_at=clock.at(day, dt.time(12)), by=parent, at=at,
        key=uuid.uuid4(), channel=channel,
    )  # fmt: skip


def refusal_of(parent, at, channel=Channel.WEB):
    with pytest.raises(BookingRefused) as refused:
        book(parent, at, channel)
    return refused.value.kind, refused.value.detail


@pytest.fixture
def opens_at():
    """Long after the window of the rules has opened the day."""
    slots_of_day()
    return clock.at(coming_monday() - dt.timedelta(days=2), dt.time(9))


def test_nobody_comes_before_it_opens(parent, opens_at):
    ReleaseFactory.create(opens_at=opens_at)
    early = opens_at - MINUTE
    day, here = coming_monday(), facility("hikarigaoka")

    kind, detail = refusal_of(parent, early)

    assert kind == Reason.NOT_OPEN_YET
    local = clock.local(opens_at)
    assert detail.startswith(f"{local.year}年{local.month}月{local.day}日")
    assert detail.endswith("9:00から受け付けます。")
    assert refusal_of(parent, early, Channel.PHONE)[0] == Reason.NOT_OPEN_YET
    assert day not in family.days_to_book(here, early)
    assert day in family.days_to_book(here, opens_at)


def test_it_opens_days_that_the_rules_keep_closed(parent):
    day = coming_monday(weeks=10)
    slots_of_day(day=day)
    at, here = clock.now(), facility("hikarigaoka")
    row = ReleaseFactory.create(first_day=day, last_day=day, opens_at=at - MINUTE)
    # What begins later in general gives way to it.
    OpeningFactory.create(opens_at=at + dt.timedelta(days=30))

    assert family.days_to_book(here, at) == [day]
    assert queries.last_week(at) == queries.monday_of(day)
    row.is_dropped = True
    row.save()
    assert family.days_to_book(here, at) == []


def test_a_family_waits_for_its_own_group_and_reads_when(parent, opens_at):
    row = ReleaseFactory.create(mode=ReleaseMode.STAGGERED, opens_at=opens_at, steps=48)
    household = household_of(parent)
    own = releases.opening_of(row, household.code)
    step = releases.step_of(row.pk, household.code, 48)

    (notice,) = family.notices(household, opens_at - dt.timedelta(days=3))

    assert own == opens_at + step * 15 * MINUTE
    assert (notice.step, notice.gate.turns_at) == (step + 1, own)
    kind, detail = refusal_of(parent, own - MINUTE)
    assert kind == Reason.NOT_OPEN_YET
    assert detail.endswith(f"{clock.local(own):%-H:%M}から受け付けます。")
    assert book(parent, own)


@pytest.mark.parametrize("mode", [ReleaseMode.FIRST_COME, ReleaseMode.STAGGERED])
def test_its_page_says_the_rule_to_everybody(database, public_client, mode):
    row = ReleaseFactory.create(mode=mode)
    dropped = ReleaseFactory.create(first_day=D("2010-04-01"), is_dropped=True)

    page = public_client.get(f"/booking/releases/{row.pk}/")

    assert ("SHA-256" in page.content.decode()) is (mode == ReleaseMode.STAGGERED)
    assert not page.cookies
    assert public_client.get(f"/booking/releases/{dropped.pk}/").status_code == 404


def test_the_family_reads_it_above_the_free_places(parent, public_client):
    ReleaseFactory.create(opens_at=clock.now() + dt.timedelta(minutes=90, seconds=5))
    slots_of_day()

    page = public_client.log_in(parent).get("/booking/availability/").content.decode()

    assert "に始まります。" in page
    assert "あと91分" in page


SENT = {
    "first_day": "2030-04-01", "last_day": "2030-04-15", "mode": "staggered",
    "opens_at": "2030-03-01T09:00", "steps": "4", "step_minutes": "15",
    "collects_minutes": "30",
}  # fmt: skip


def test_the_center_looks_before_it_saves(database, staff_client, clerk):
    office = staff_client.log_in(clerk)

    page = office.post("/booking/release/add/", SENT).content.decode()

    assert "保存する前の確認" in page
    assert "第4組" in page
    assert Release.objects.count() == 0
    office.post("/booking/release/add/", SENT | {"_sure": "1"})
    assert Release.objects.get().steps == 4


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"opens_at": "2020-03-01T09:00"}, "これから先の日時を入れてください。"),
        ({"last_day": "2030-03-31"}, "終了日は開始日以後にしてください。"),
        ({"steps": "1"}, "組は2から48まで"),
        ({}, "同じ利用日の募集がすでにあります。"),
    ],
)
def test_what_can_t_be_is_said_at_its_field(database, staff_client, clerk, changes, text):
    ReleaseFactory.create(first_day=D("2030-04-15"))

    page = staff_client.log_in(clerk).post("/booking/release/add/", SENT | changes | {"_sure": "1"})

    assert text in page.content.decode()
    assert Release.objects.count() == 1


def test_once_open_it_stays_as_it_was_published(real_database, clerk, staff_client):
    coming, over = (
        ReleaseFactory.create(first_day=D(day), opens_at=clock.now() + MINUTE * minutes)
        for day, minutes in (("2010-04-01", 60), ("2010-05-01", -60))
    )
    page = staff_client.log_in(clerk).get(f"/booking/release/{over.pk}/change/")
    assert b'name="_save"' not in page.content
    change = "UPDATE booking_release SET last_day = '2010-06-01' WHERE id = %s"
    context = {"actor": str(clerk.pk), "role": "center", "at": clock.now().isoformat()}

    with real_database.connect(STAFF, **context) as center:
        assert center.execute(change, [over.pk]).rowcount == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            center.execute(
                "UPDATE booking_release SET opens_at = %s WHERE id = %s",
                [clock.now() - MINUTE, coming.pk],
            )
    with real_database.connect(STAFF, **context | {"role": "manager"}) as manager:
        assert manager.execute(change, [coming.pk]).rowcount == 0
    for role in (PUBLIC, WORKER):
        with (
            real_database.connect(role, **context) as other,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            other.execute(change, [coming.pk])
