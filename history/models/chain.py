"""The chain: each entry sealed with the hash of all before it. Only the database writes it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Unsealed(models.Model):
    """An entry that waits for its seal. Late commits come as late as they come."""

    entry_id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.entry_id)


class Seal(models.Model):
    """`content` is the SHA-256 of the entry, `hash` that of the last seal's hash and `content`.

    Positions run from 1 without a gap.
    """

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    shape = models.ForeignKey(
        "history.Shape", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    content = models.BinaryField()
    hash = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.position)


class Head(models.Model):
    """The one row that says how far the chain reaches, and when sealing last looked.

    Kept apart from the seals: a tail that was cut off is missed here. `at` is the worker's sign
    of life.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    position = models.BigIntegerField()
    hash = models.BinaryField()
    at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.position)


class Root(models.Model):
    """The day's root (その日の指紋): the hash of its last seal, also told to the officers."""

    day = models.DateField(_("日"), primary_key=True)
    position = models.BigIntegerField(_("位置"))
    hash = models.BinaryField(_("指紋"))
    at = models.DateTimeField(_("作成日時"))

    class Meta:
        verbose_name = _("その日の指紋")
        verbose_name_plural = _("その日の指紋")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.text}"

    @property
    def text(self) -> str:
        """64 hexadecimal digits."""
        return bytes(self.hash).hex()


class Tombstone(models.Model):
    """A row whose content the law had erased; `entry_id` is the entry that says who and why.

    That entry's digest is the SHA-256 of what remains of the row.
    """

    table = models.CharField(max_length=63, db_column="table_name")
    row = models.CharField(max_length=40)
    shape = models.ForeignKey(
        "history.Shape", models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    entry_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "row"], name="history_tombstone_once")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"
