"""The page of backups: red where there is nothing to fall back on, and a button that defers."""

import datetime as dt

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from history import clock
from history.enums import Act, RunCause, RunKind, RunResult, SecondPlace
from history.models import BackupRun, Entry

HOUR = dt.timedelta(hours=1)


def run(ago, kind=RunKind.BACKUP, result=RunResult.OK, **fields):
    started_at = clock.now() - ago
    return BackupRun.objects.create(
        kind=kind,
        cause=RunCause.SCHEDULE,
        result=result,
        started_at=started_at,
        finished_at=None if result == RunResult.RUNNING else started_at + dt.timedelta(seconds=9),
        **fields,
    )


@pytest.fixture
def page(staff_client, clerk):
    staff_client.log_in(clerk)
    return lambda: staff_client.get("/backups/").content.decode()


def test_all_is_well(page):
    run(HOUR * 2, size=5_000_000, rows=1234, files=5, second_place=SecondPlace.COPIED)
    run(HOUR * 1, kind=RunKind.DRILL)
    # Whatever the time of day, one of an hour ago is the newest that is due.
    run(dt.timedelta(minutes=1), second_place=SecondPlace.COPIED)

    shown = page()

    assert "errornote" not in shown
    assert "badge-danger" not in shown
    assert "1234行・5個" in shown


@pytest.mark.parametrize(
    ("ago", "result", "said"),
    [
        (None, None, "成功したバックアップが、まだありません。"),
        (HOUR * 30, RunResult.OK, "予定の時刻のバックアップができていません。"),
        (HOUR, RunResult.FAILED, "成功したバックアップが、まだありません。"),
    ],
)
def test_a_missing_one_is_red(page, ago, result, said):
    if ago:
        run(ago, result=result)

    shown = page()

    assert "errornote" in shown
    assert said in shown


def test_a_drill_that_found_something_is_red_and_says_what(page):
    run(dt.timedelta(minutes=1), second_place=SecondPlace.COPIED)
    run(HOUR, kind=RunKind.DRILL, result=RunResult.FAILED, problem="seats: slot 5 counts 7")

    shown = page()

    assert "復元訓練で問題が見つかりました。" in shown
    assert "seats: slot 5 counts 7" in shown


@pytest.mark.parametrize(("hours", "expected"), [(27, True), (25, False)])
@pytest.mark.parametrize("before", [RunKind.DRILL, RunKind.BACKUP])
def test_a_drill_that_was_not_held_is_red(page, before, hours, expected):
    """A day after the last one; where there was none, after the first backup."""
    run(HOUR * hours, kind=before, second_place=SecondPlace.COPIED)
    run(dt.timedelta(minutes=1), second_place=SecondPlace.COPIED)

    assert ("復元訓練が1日以上行われていません。" in page()) == expected


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (SecondPlace.SAME_DISK, "2か所目が同一ディスクにあります。"),
        (SecondPlace.NONE, "2か所目の保存先が未設定です。"),
    ],
)
def test_a_second_place_that_is_none_is_red(page, place, said):
    run(dt.timedelta(minutes=1), second_place=place)

    shown = page()

    assert said in shown
    assert f'<span class="badge badge-danger">{place.label}</span>' in shown


def test_one_that_was_killed_does_not_run_for_ever(page):
    run(HOUR * 4, result=RunResult.RUNNING)
    run(HOUR, result=RunResult.RUNNING)

    shown = page()

    assert shown.count("中断") == 1
    assert shown.count("実行中") == 1


def test_the_first_of_each_month_stays_on_the_page(page):
    for days in (20, 80, 81):
        run(dt.timedelta(days=days), name=f"{days} days")

    shown = page()

    assert "月ごとの保管" in shown


def test_the_button_defers_and_is_written_down(staff_client, clerk):
    staff_client.log_in(clerk)

    response = staff_client.post("/backups/now/", follow=True)

    assert "バックアップを始めます。" in response.content.decode()
    job = ProcrastinateJob.objects.get(task_name="azukari.back_up")
    assert job.args == {"cause": "button", "asked_by": str(clerk.pk)}
    assert Entry.objects.filter(act=Act.BACKUP, actor=str(clerk.pk)).count() == 1


def test_a_second_tap_waits_for_the_first(staff_client, clerk):
    staff_client.log_in(clerk)
    staff_client.post("/backups/now/")

    response = staff_client.post("/backups/now/", follow=True)

    assert "すでに順番を待っています。" in response.content.decode()
    assert ProcrastinateJob.objects.filter(task_name="azukari.back_up").count() == 1


def test_an_auditor_reads_and_orders_nothing(staff_client, auditor):
    staff_client.log_in(auditor)

    assert "今すぐバックアップ" not in staff_client.get("/backups/").content.decode()
    assert staff_client.post("/backups/now/").status_code == 403
    assert not ProcrastinateJob.objects.filter(task_name="azukari.back_up").exists()
