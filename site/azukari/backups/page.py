"""バックアップ in the staff tool: is there one to fall back on, and was it tried."""

import dataclasses
import datetime as dt

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from azukari import tasks
from azukari.backups import schedule
from history import actions as history
from history import clock
from history.context import WalledRequest
from history.enums import Act, RunCause, RunResult, SecondPlace
from history.models import BackupRun
from records import rules

MODEL = "history.backuprun"
# What still says that it runs after this long was killed.
LONGEST = dt.timedelta(hours=3)
DRILL_DUE = dt.timedelta(hours=26)
MONTHS = dt.timedelta(days=400)


@dataclasses.dataclass(frozen=True)
class State:
    """What the page says above its list; without problems all is well."""

    newest: BackupRun | None
    drill: BackupRun | None
    problems: list[str | Promise]
    warning: str | Promise = ""


@require_safe
def backups(request: WalledRequest) -> HttpResponse:
    if not rules.answers_for_operation(request.user):
        raise PermissionDenied
    at = request.context.at
    recent = list(BackupRun.objects.filter(started_at__gt=at - schedule.ALL_KEPT))
    history.record(
        Act.LIST, context=request.context, purpose="backups", model=MODEL,
        object_ids=[run.pk for run in recent], path=request.path,
    )  # fmt: skip
    context = {
        **admin.site.each_context(request),
        "title": _("バックアップ"),
        "state": state(at),
        "next_due": schedule.next_due(at),
        "recent": recent,
        "monthly": monthly(at),
        "stale_before": at - LONGEST,
        "may_order": rules.is_office(request.user),
    }
    return render(request, "admin/backups.html", context)


@require_POST
def backup_now(request: WalledRequest) -> HttpResponse:
    if not rules.is_office(request.user):
        raise PermissionDenied
    if tasks.is_waiting():
        messages.info(request, _("バックアップは、すでに順番を待っています。"))
    else:
        tasks.back_up.defer(cause=RunCause.BUTTON, asked_by=request.context.actor)
        history.record(
            Act.BACKUP, context=request.context, purpose="backups", model=MODEL, path=request.path
        )
        messages.success(request, _("バックアップを始めます。終わるとこの一覧に表示されます。"))
    return redirect("admin:backups")


def state(at: dt.datetime) -> State:
    newest = BackupRun.objects.backups().good().first()
    drill = BackupRun.objects.drills().exclude(result=RunResult.RUNNING).first()
    problems: list[str | Promise] = []
    if newest is None:
        problems.append(_("成功したバックアップが、まだありません。"))
    elif schedule.is_missed(newest.started_at, at):
        problems.append(_("予定の時刻のバックアップができていません。運用担当に連絡してください。"))
    if drill and not drill.is_good:
        problems.append(_("復元訓練で問題が見つかりました。運用担当に連絡してください。"))
    elif _is_drill_late(drill, at):
        problems.append(_("復元訓練が1日以上行われていません。"))
    return State(newest, drill, problems, _warning(newest))


def _is_drill_late(drill: BackupRun | None, at: dt.datetime) -> bool:
    """A day, and some patience, after the last one; the first after the first backup."""
    before = drill or BackupRun.objects.backups().good().last()
    return before is not None and before.started_at < at - DRILL_DUE


def monthly(at: dt.datetime) -> list[BackupRun]:
    """The first good one of each month before the last 14 days, newest first."""
    older = (
        BackupRun.objects.backups()
        .good()
        .filter(started_at__lte=at - schedule.ALL_KEPT, started_at__gt=at - MONTHS)
    )
    firsts = {}
    for run in older:
        day = clock.local(run.started_at)
        firsts[day.year, day.month] = run
    return list(firsts.values())


def _warning(newest: BackupRun | None) -> str:
    if newest is None or newest.second_place == SecondPlace.COPIED:
        return ""
    if newest.second_place == SecondPlace.SAME_DISK:
        return _("2か所目が同一ディスクにあります。ディスクが壊れると、両方とも失われます。")
    return _("2か所目の保存先が未設定です。この機器が失われると、バックアップも失われます。")


urlpatterns = [
    path("backups/", backups, name="backups"),
    path("backups/now/", backup_now, name="backup_now"),
]
