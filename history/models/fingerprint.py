"""Fingerprints (指紋) of history rows: what binds the history to the ledger. The database writes
them (`history/triggers.py`); no entry's role reads or changes one.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from history.enums import Act


class Shape(models.Model):
    """Which columns of a table its fingerprints cover, so that a column added later changes none.

    `act` says what a change of the table is called in the ledger.
    """

    table = models.CharField(max_length=63, db_column="table_name")
    columns = ArrayField(models.CharField(max_length=63))
    label = models.CharField(max_length=60)
    act = models.CharField(max_length=20, choices=Act.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "columns"], name="history_shape_once")
        ]

    def __str__(self) -> str:
        return f"{self.table} ({len(self.columns)})"


class Fingerprint(models.Model):
    """SHA-256 of one history row as it was written, and the entry it belongs to.

    The entry's own digest covers the fingerprints of its transaction in the order of `id`.
    """

    entry_id = models.UUIDField()
    transaction = models.BigIntegerField()
    shape = models.ForeignKey(Shape, models.PROTECT, db_constraint=False, db_index=False)
    history_id = models.BigIntegerField()
    digest = models.BinaryField()
    # Whom the row is about, where it says so itself.
    child_id = models.UUIDField(null=True)
    # The first of its transaction: at the commit it has the entry written.
    opens = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["transaction"], name="fingerprint_transaction")]

    def __str__(self) -> str:
        return f"{self.shape_id}:{self.history_id}"
