"""How long the forms take for an address that has an account, and for one that has none."""

import statistics
import time

import pytest
from django.test import override_settings

from tests.records.logins import browser
from tests.records.test_enumeration import FORMS

ROUNDS = 30
# ASVS 5.0, 6.3.8 as quality_bars.md 10.1 reads it; other work on the machine adds its noise.
MOST_APART = 0.10

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("name", FORMS)
@override_settings(PASSWORD_HASHERS=["records.hashers.NormalArgon2PasswordHasher"])
def test_known_and_unknown_addresses_take_the_same_time(parent, name, monkeypatch):
    monkeypatch.setattr("records.actions.limits.count", lambda *args, **kwargs: 0)
    parent.set_password("corn bicycle 窓辺 river")
    parent.save()
    times = {"known": [], "unknown": []}
    for number in range(ROUNDS):
        for kind, email in (("known", parent.email), ("unknown", f"nobody{number}@example.jp")):
            client = browser()
            began = time.perf_counter()
            client.post(client.url(name), FORMS[name](email))
            times[kind].append(time.perf_counter() - began)

    known, unknown = (statistics.median(times[kind]) for kind in ("known", "unknown"))
    print(f"{name}: known {known * 1000:.1f} ms, unknown {unknown * 1000:.1f} ms")
    assert abs(known - unknown) <= MOST_APART * max(known, unknown)
