"""How often a control is shown to fail."""

import pytest

RUNS = range(1, 4)
LONG_RUN = range(4, 21)


def every_time(test):
    """In a few runs each time, in twenty with `make slow`."""
    long = [pytest.param(run, marks=pytest.mark.slow) for run in LONG_RUN]
    return pytest.mark.parametrize("run", [*RUNS, *long])(test)
