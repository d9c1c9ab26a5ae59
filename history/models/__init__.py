from history.models.alert import Alert
from history.models.backup_run import BackupRun
from history.models.chain import Head, Root, Seal, Tombstone, Unsealed
from history.models.entry import Entry
from history.models.fingerprint import Fingerprint, Shape
from history.models.trace import Trace, tracked

__all__ = [
    "Alert",
    "BackupRun",
    "Entry",
    "Fingerprint",
    "Head",
    "Root",
    "Seal",
    "Shape",
    "Tombstone",
    "Trace",
    "Unsealed",
    "tracked",
]
