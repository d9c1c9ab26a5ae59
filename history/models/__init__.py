from history.models.alert import Alert
from history.models.entry import Entry
from history.models.fingerprint import Fingerprint, Shape
from history.models.trace import Trace, tracked

__all__ = ["Alert", "Entry", "Fingerprint", "Shape", "Trace", "tracked"]
