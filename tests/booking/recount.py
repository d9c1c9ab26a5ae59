"""What the counters of all slots would be, summed anew: after every test that books."""

from booking.actions.counters import mismatches as differences

__all__ = ["differences"]
