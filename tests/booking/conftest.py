"""After every test here the counters of the slots equal what the bookings add up to."""

from collections.abc import Iterator

import pytest

from tests.booking.recount import differences


@pytest.fixture(autouse=True)
def _counters_equal_the_recount(request: pytest.FixtureRequest) -> Iterator[None]:
    if not {"db", "database", "real_database"} & set(request.fixturenames):
        yield
        return
    request.getfixturevalue("database")
    yield
    assert differences() == []
