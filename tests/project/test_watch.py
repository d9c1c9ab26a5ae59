"""見守り: what is unusual raises an alert, those who answer for it see it first and mark it."""

import datetime as dt

import pytest
from django.db import connection

from azukari import tasks
from azukari.watch import detection
from history import alerts, clock, sealing
from history.enums import Act, AlertKind, Purpose
from history.models import Alert, Entry, Unsealed
from records.models import Facility, WatchRule
from tests.database import run_as
from tests.factories.booking import BookingFactory
from tests.factories.records import ChildFactory, facility
from tests.people import child_of

# A Thursday at 10 in Tokyo.
AT = dt.datetime(2026, 11, 5, 1, 0, tzinfo=dt.UTC)


def failed(number, *, minutes=0, address="10.0.0.7"):
    about = [str(number)] if number else []
    Entry.objects.create(
        at=AT - dt.timedelta(minutes=minutes), act=Act.LOGIN_FAILED, actor="system:door",
        entry="staff", address=address, object_ids=about,
    )  # fmt: skip


def read(children, *, actor, at=AT, act=Act.VIEW, place="nerima", role="carer"):
    Entry.objects.create(
        at=at, act=act, actor=str(actor), role=role, facility=facility(place).pk, entry="staff",
        purpose=Purpose.REGISTER, child_ids=[child.pk for child in children],
    )  # fmt: skip


@pytest.fixture
def rule(database):
    WatchRule.objects.update(
        failure_minutes=10, account_failures=3, address_failures=5, children_outside=3,
        night_from=dt.time(20), night_to=dt.time(6, 30), night_readings=2,
    )  # fmt: skip
    return WatchRule.objects.get()


def raised():
    return list(Alert.objects.order_by("cause").values_list("kind", "cause", "facility"))


# Log-ins


def test_failures_of_one_account_in_a_row(rule):
    for number in range(3):
        failed(7, minutes=number, address=f"10.0.0.{number}")

    detection.watch(at=AT)

    assert raised() == [("login_burst", "account 7 2026-11-05", None)]


def test_failures_from_one_address(rule):
    for number in range(5):
        failed(None if number else 7)

    detection.watch(at=AT)

    assert raised() == [("login_burst", "address 10.0.0.7 2026-11-05", None)]


@pytest.mark.parametrize(("count", "minutes"), [(2, 0), (3, 10)])
def test_fewer_or_older_ones_are_none(rule, count, minutes):
    for number in range(count):
        failed(7, minutes=minutes, address=f"10.0.0.{number}")

    detection.watch(at=AT)

    assert raised() == []


# Readings


def test_children_outside_of_the_days_list(rule):
    children = ChildFactory.create_batch(3, registered=True)
    for child in children:
        read([child], actor=7)

    detection.watch(at=AT)

    assert raised() == [("unusual_reading", "7 2026-11-05", facility("nerima").pk)]


def test_one_child_opened_often_is_one(rule):
    child = ChildFactory.create(registered=True)
    for _again in range(5):
        read([child], actor=7)

    detection.watch(at=AT)

    assert raised() == []


def test_children_of_the_day_are_nobodys_concern(rule):
    children = []
    for _each in range(3):
        booking = BookingFactory.create(facility=facility("nerima"))
        children.append(booking.child)
        day = booking.starts_at
    read(children, actor=7, act=Act.SEARCH, at=day)

    detection.watch(at=day)

    assert raised() == []


def test_a_booking_elsewhere_explains_nothing(rule):
    children = [BookingFactory.create(facility=facility("seki")).child for _each in range(3)]
    day = BookingFactory.create(facility=facility("seki")).starts_at
    read(children, actor=7, act=Act.SEARCH, at=day)

    detection.watch(at=day)

    assert [cause for _kind, cause, _place in raised()] == [f"7 {clock.local(day).date()}"]


def test_a_list_shows_whoever_is_registered(rule):
    read(ChildFactory.create_batch(4, registered=True), actor=7, act=Act.LIST)

    detection.watch(at=AT)

    assert raised() == []


@pytest.mark.parametrize(
    ("hour", "minute", "expected"), [(19, 59, 0), (20, 0, 1), (23, 0, 1), (6, 29, 1), (6, 30, 0)]
)
def test_readings_at_night(rule, hour, minute, expected):
    at = clock.at(dt.date(2026, 11, 5), dt.time(hour, minute))
    for _again in range(2):
        read([ChildFactory.create()], actor=7, at=at)

    detection.watch(at=at)

    assert len(raised()) == expected


def test_the_center_works_with_any_child(rule):
    for child in ChildFactory.create_batch(4, registered=True):
        read([child], actor=7, role="center")

    detection.watch(at=AT)

    assert raised() == []


def test_it_is_raised_once_a_day_and_person(rule):
    for child in ChildFactory.create_batch(3, registered=True):
        read([child], actor=7)

    detection.watch(at=AT)
    detection.watch(at=AT + dt.timedelta(minutes=5))

    assert len(raised()) == 1


def test_without_a_rule_nothing_is_unusual(rule):
    WatchRule.objects.update(valid_from=dt.date(2027, 1, 1))
    for child in ChildFactory.create_batch(3, registered=True):
        read([child], actor=7)

    detection.watch(at=AT)

    assert raised() == []


def test_the_job_runs_as_the_worker(rule):
    for number in range(3):
        failed(7, minutes=number)
    run_as("azukari_worker", "SELECT 1")

    tasks.watch(timestamp=0)

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")


# Where it is seen


@pytest.fixture
def unusual(database, carer, carer_seki):
    """Something unusual at 練馬 and at 関."""
    for who, place in ((carer, "nerima"), (carer_seki, "seki")):
        alerts.raise_alert(
            kind=AlertKind.UNUSUAL_READING, at=clock.now(), cause=f"{who.pk} 2026-11-05",
            facility=facility(place).pk, detail="4 / 4, 0",
        )  # fmt: skip


def start_of(client, user):
    return client.log_in(user).get("/today/").content.decode()


def test_the_manager_reads_of_the_own_facility_first(staff_client, unusual, manager, carer):
    page = start_of(staff_client, manager)

    assert page.count("ふだんと違う閲覧") == 2
    assert (carer.name in page, "関ぴよぴよ" in page) == (True, False)
    assert "閲覧記録で何を見たかを確かめ" in page


def test_the_center_reads_of_all(staff_client, unusual, clerk, carer, carer_seki):
    page = start_of(staff_client, clerk)

    assert [user.name in page for user in (carer, carer_seki)] == [True, True]


def test_home_and_center_each_mark_their_own_of_an_emergency_opening(staff_client, clerk, manager):
    nerima = facility("nerima").pk
    for cause, place in (("7 center", None), ("7 home", nerima)):
        alerts.raise_alert(
            kind=AlertKind.EMERGENCY_OPENING, cause=cause, at=clock.now(), facility=place,
            detail="開いた施設印",
        )  # fmt: skip

    page = start_of(staff_client, clerk)
    assert page.count("開いた施設印の職員が、緊急・配慮カードを開きました。") == 1
    assert 'href="/records/emergencyopening/"' in page
    own = Alert.objects.get(cause="7 center")
    staff_client.post(f"/watch/alerts/{own.pk}/seen/")

    assert "開いた施設印" not in start_of(staff_client, clerk)
    assert start_of(staff_client, manager).count("開いた施設印") == 1


def test_a_carer_reads_of_none(staff_client, unusual, carer):
    assert "ふだんと違う閲覧" not in start_of(staff_client, carer)


def test_the_reception_shows_none(staff_client, unusual, manager):
    page = staff_client.log_in(manager).get("/today/?reception=1").content.decode()

    assert "ふだんと違う閲覧" not in page


def test_seeing_it_takes_it_away_and_keeps_who_saw(staff_client, unusual, manager):
    alert = Alert.objects.get(facility=facility("nerima").pk)

    response = staff_client.log_in(manager).post(
        f"/watch/alerts/{alert.pk}/seen/", {"next": "/today/"}
    )

    assert response["Location"] == "/today/"
    alert.refresh_from_db()
    assert alert.seen_by == str(manager.pk)
    assert "ふだんと違う閲覧" not in start_of(staff_client, manager)
    assert manager.name in staff_client.get("/watch/").content.decode()


def test_nobody_marks_another_facilitys(staff_client, unusual, manager):
    alert = Alert.objects.get(facility=facility("seki").pk)

    response = staff_client.log_in(manager).post(f"/watch/alerts/{alert.pk}/seen/")

    assert response.status_code == 404
    assert Alert.objects.get(pk=alert.pk).seen_at is None


def test_a_worker_that_stands_still_is_found_on_reading(staff_client, clerk):
    sealing.seal(at=clock.now() - dt.timedelta(minutes=2))

    assert "自動処理の停止" in start_of(staff_client, clerk)


def test_a_manager_reads_what_that_means_and_whom_to_call(staff_client, manager):
    Facility.objects.center().update(phone="03-1234-5678")
    sealing.seal(at=clock.now() - dt.timedelta(minutes=2))

    for path in ("/today/", "/watch/"):
        page = staff_client.log_in(manager).get(path).content.decode()

        assert "保護者へのメールが送られていません" in page
        assert "練馬子ども家庭支援センターに電話し" in page
        assert "03-1234-5678" in page


def test_marking_that_is_left_to_the_center(staff_client, manager, clerk):
    alerts.raise_alert(kind=AlertKind.WORKER_STOPPED, at=clock.now())
    sealing.seal(at=clock.now())
    alert = Alert.objects.get(kind=AlertKind.WORKER_STOPPED)

    assert "自動処理の停止" in start_of(staff_client, manager)
    assert staff_client.post(f"/watch/alerts/{alert.pk}/seen/").status_code == 404
    staff_client.log_in(clerk).post(f"/watch/alerts/{alert.pk}/seen/")

    assert "自動処理の停止" not in start_of(staff_client, manager)


@pytest.mark.parametrize("path", ["/today/?reception=1", "/today/"])
def test_neither_the_counter_nor_carers_read_of_it(staff_client, carer, manager, path):
    alerts.raise_alert(kind=AlertKind.WORKER_STOPPED, at=clock.now())
    sealing.seal(at=clock.now())
    reader = manager if "reception" in path else carer

    assert "自動処理の停止" not in staff_client.log_in(reader).get(path).content.decode()


def test_one_that_runs_is_not(staff_client, clerk):
    sealing.seal(at=clock.now())

    assert "自動処理の停止" not in start_of(staff_client, clerk)


def test_what_waits_too_long_is_found_on_reading(staff_client, clerk):
    waiting = Entry.objects.create(act=Act.VIEW, actor="1")
    sealing.seal(at=clock.now())
    again = Entry.objects.create(act=Act.VIEW, actor="1")
    Unsealed.objects.filter(pk=again.pk).update(at=clock.now() - dt.timedelta(seconds=90))

    assert "閲覧記録の封印の遅れ" in start_of(staff_client, clerk)
    assert not Unsealed.objects.filter(pk=waiting.pk).exists()


# The page


def test_it_shows_how_far_the_ledger_is_sealed(staff_client, clerk, settings):
    settings.OFFICERS = ["first@example.jp", "second@example.jp"]
    Entry.objects.create(act=Act.VIEW, actor="1")
    sealing.seal(at=clock.now() - dt.timedelta(days=1))
    sealing.seal(at=clock.now())

    page = staff_client.log_in(clerk).get("/watch/").content.decode()

    assert "2人" in page
    assert "日ごとの指紋" in page


def test_it_says_that_nobody_gets_the_root(staff_client, clerk):
    page = staff_client.log_in(clerk).get("/watch/").content.decode()

    assert "設定されていません。運用担当に2人の登録を頼んでください。" in page


def test_a_manager_reviews_what_a_person_read(staff_client, rule, manager, carer, parent):
    today = clock.today()
    for child in (child_of(parent), *ChildFactory.create_batch(2, registered=True)):
        read([child], actor=carer.pk, at=clock.now())
    read([child_of(parent)], actor=99, at=clock.now(), place="seki")
    staff_client.log_in(manager)

    before = staff_client.get("/watch/").content.decode()
    staff_client.post(f"/watch/readers/{carer.pk}/{today}/")
    after = staff_client.get(f"/watch/?day={today}").content.decode()

    assert (carer.name in before, "ふだんと違う" in before, "関ぴよぴよ" in before) == (
        True, True, False,
    )  # fmt: skip
    assert f"確認済（{manager.name}）" in after
    entry = Entry.objects.get(act=Act.REVIEWED)
    assert (entry.object_ids, entry.fields) == ([str(carer.pk)], [today.isoformat()])


def test_another_days_readings_stay_unreviewed(staff_client, rule, manager, carer, parent):
    read([child_of(parent)], actor=carer.pk, at=clock.now())
    staff_client.log_in(manager).post(f"/watch/readers/{carer.pk}/2026-01-01/")

    assert "確認済（" not in staff_client.get("/watch/").content.decode()
