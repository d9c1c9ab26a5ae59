"""Races end with counters that add up, unless a test takes the guard away on purpose."""

from collections.abc import Iterator

import pytest

from tests.booking.recount import differences


@pytest.fixture(autouse=True)
def _counters_equal_the_recount(request: pytest.FixtureRequest) -> Iterator[None]:
    request.getfixturevalue("database")
    yield
    assert differences() == []
