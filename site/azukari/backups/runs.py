"""Making a backup, and keeping a record of how it went."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from azukari.backups import archive, database, files, places, schedule
from azukari.backups import drill as drills
from azukari.backups.archive import Manifest
from azukari.backups.drill import Report
from azukari.backups.sealing import Damaged
from history import alerts, clock, context
from history.enums import AlertKind, RunCause, RunKind, RunResult, SecondPlace
from history.models import BackupRun

ACTOR = "system:backup"


@dataclasses.dataclass
class Outcome:
    """What a run has to tell: figures for its row, and a problem that does not undo it."""

    figures: dict[str, Any] = dataclasses.field(default_factory=dict)
    problem: str = ""


def back_up(*, cause: RunCause, asked_by: str = "") -> BackupRun:
    """Dump database and files, encrypt, check, copy to the second place, clear away the old.

    Reads the database as azukari_backup. A run that fails is written down as failed and raises.
    """
    return _written_down(RunKind.BACKUP, cause, asked_by, _make)


def drill(*, cause: RunCause, folder: Path | None = None) -> tuple[BackupRun, Report]:
    """Restore the newest backup, or that of `folder`, into a scratch database; see `drill.drill`.

    Raises Damaged where there is no backup at all.
    """
    reports: list[Report] = []

    def work(at: dt.datetime) -> Outcome:
        found = folder or next(iter(archive.archives(places.first())), None)
        if found is None:
            raise Damaged("there is no backup yet")
        report = drills.drill(found)
        reports.append(report)
        figures = {name: getattr(report, name) for name in ("name", "size", "rows", "files")}
        return Outcome(figures, "; ".join(report.problems))

    run = _written_down(RunKind.DRILL, cause, "", work)
    return run, reports[0]


def is_missing(at: dt.datetime) -> bool:
    """Whether the backup that should be there by now is not."""
    newest = BackupRun.objects.backups().good().first()
    return schedule.is_missed(newest.started_at if newest else None, at)


def alert(at: dt.datetime, *, cause: str, detail: str = "") -> None:
    """Tell the center and the officers. Until somebody has seen it, the same is told once."""
    alerts.raise_alert(kind=AlertKind.BACKUP_MISSED, at=at, cause=cause, detail=detail)


def _written_down(
    kind: RunKind, cause: RunCause, asked_by: str, work: Callable[[dt.datetime], Outcome]
) -> BackupRun:
    """Begin and end are transactions of their own: the work between may take minutes, or die."""
    started_at = clock.now()
    with context.acting(ACTOR, at=started_at):
        run = BackupRun.objects.create(
            kind=kind, cause=cause, asked_by=asked_by, started_at=started_at
        )
    try:
        outcome = work(started_at)
    except Exception as error:
        _end(run, RunResult.FAILED, Outcome(problem=f"{type(error).__name__}: {error}"))
        raise
    return _end(run, RunResult.FAILED if outcome.problem else RunResult.OK, outcome)


def _end(run: BackupRun, result: RunResult, outcome: Outcome) -> BackupRun:
    run.result = result
    run.finished_at = clock.now()
    run.problem = outcome.problem[:300]
    for name, value in outcome.figures.items():
        setattr(run, name, value)
    with context.acting(ACTOR, at=run.finished_at):
        run.save()
        if not run.is_good:
            alert(run.finished_at, cause=f"{run.kind} failed", detail=run.problem)
    return run


def _make(at: dt.datetime) -> Outcome:
    name = archive.new_name(places.first(), at)
    manifest, contents = _write(name)
    # What can't be read back is no backup.
    archive.Archive(places.first() / name).check()
    outcome = Outcome(
        {
            "name": name,
            "size": manifest.size,
            "rows": sum(count for count, _checksum in contents["tables"].values()),
            "files": contents["files"],
            "sha256": archive.sha256_of(places.first() / name / archive.MANIFEST),
        }
    )
    try:
        outcome.figures["second_place"] = places.copy(name)
        places.prune(at)
    except (OSError, Damaged) as error:
        outcome.figures["second_place"] = SecondPlace.FAILED
        outcome.problem = f"second place: {error}"
    return outcome


def _write(name: str) -> tuple[Manifest, dict[str, Any]]:
    """The manifest, and what it vouches for."""
    address = settings.BACKUP_DATABASE_URL
    with archive.Writer(places.first(), name) as writer:
        with database.snapshot(address) as (connection, moment):
            contents = database.contents(connection)

            def dump() -> None:
                with writer.part("database") as sealed:
                    database.dump(address, moment, sealed)

            with writer.part("files") as sealed:
                contents["files"] = files.pack(settings.MEDIA_ROOT, sealed, dump)
        # Without these nothing sensitive in the backup can be read, whatever its own key opens.
        contents["wrapped_by"] = _wrapping_keys()
        with writer.part("contents") as sealed:
            sealed.write(json.dumps(contents).encode())
        return writer.finish(), contents


def _wrapping_keys() -> list[str]:
    return sorted({pair.partition(":")[0].strip() for pair in settings.DATA_KEYS.split(",")})
