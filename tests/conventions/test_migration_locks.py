"""No migration after the first closes a big table for long; what would is found by name."""

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import connection, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.models.functions import Now

from azukari.settings import owner
from tests.conventions.migration_locks import faults
from tests.conventions.test_migrations import APPS

INDEX = models.Index(fields=["state"], name="by_state")
CHECK = models.CheckConstraint(condition=models.Q(minutes__gt=0), name="positive")


def migration(*operations, initial=False, atomic=True):
    found = migrations.Migration("0002_change", "booking")
    found.operations, found.initial, found.atomic = list(operations), initial, atomic
    return found


def test_no_migration_of_ours_locks_a_big_table(db):
    loader = MigrationLoader(connection)
    ours = [each for (app, _name), each in loader.disk_migrations.items() if app in APPS]

    assert len(ours) >= len(APPS)
    assert {each.name: faults(each) for each in ours if faults(each)} == {}


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("booking", "x", models.DateTimeField(db_default=Now())),
        migrations.AddField("booking", "x", models.IntegerField(null=True, db_index=True)),
        migrations.AddField("booking", "x", models.IntegerField(null=True, unique=True)),
        migrations.AddField("booking", "x", models.ForeignKey("x.Y", models.PROTECT, null=True)),
        migrations.AddField(
            "booking", "x",
            models.GeneratedField(
                expression=models.F("id"), output_field=models.IntegerField(), db_persist=True
            ),
        ),
        migrations.AddField("historicalbooking", "x", models.IntegerField(unique=True)),
        migrations.AlterField("booking", "minutes", models.BigIntegerField()),
        migrations.AddIndex("booking", INDEX),
        migrations.AddConstraint("booking", CHECK),
        migrations.AlterUniqueTogether("booking", {("a", "b")}),
        migrations.RunSQL("ALTER TABLE booking_booking ALTER minutes TYPE bigint"),
    ],
    ids=lambda operation: f"{type(operation).__name__} {getattr(operation, 'model_name', '')}",
)  # fmt: skip
def test_what_locks_a_big_table_is_refused(operation):
    assert len(faults(migration(operation))) == 1


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("booking", "x", models.IntegerField(null=True)),
        # PostgreSQL keeps a constant default beside the table.
        migrations.AddField("booking", "x", models.IntegerField(default=0)),
        migrations.AddField("booking", "x", models.IntegerField(db_default=models.Value(0))),
        migrations.AddIndex("tariff", INDEX),
        migrations.CreateModel("new", [("id", models.AutoField(primary_key=True))]),
        AddIndexConcurrently("booking", INDEX),
        AddConstraintNotValid("booking", CHECK),
        migrations.RemoveField("booking", "x"),
    ],
    ids=lambda operation: type(operation).__name__,
)
def test_what_takes_a_moment_passes(operation):
    assert faults(migration(operation)) == []


def test_rows_and_schema_are_not_changed_in_one_transaction():
    fill = migrations.RunPython(migrations.RunPython.noop)
    add = migrations.AddField("booking", "x", models.IntegerField(null=True))

    assert len(faults(migration(add, fill))) == 1
    assert faults(migration(fill)) == []
    assert faults(migration(add, fill, atomic=False)) == []


def test_the_first_migration_makes_what_it_likes():
    assert faults(migration(migrations.AddIndex("booking", INDEX), initial=True)) == []


def test_the_owner_does_not_wait_long_for_a_table():
    assert owner.DATABASES["default"]["OPTIONS"]["options"] == "-c lock_timeout=2s"
