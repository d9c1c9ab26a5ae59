"""Whatever comes in is answered: with a page, a message or a refusal, never with a fault of ours.

`FUZZ_SEED=… pytest tests/project/test_fuzz.py` draws the same requests again.
"""

import collections
import os
import random

import pytest

from records.actions import limits
from tests.entries import EntryClient
from tests.project.fuzz import Fuzzer

PEOPLE = [
    ("public", "stranger"), ("public", "parent"), ("staff", "stranger"), ("staff", "carer"),
    ("staff", "clerk"),
]  # fmt: skip
FEW, MANY, EACH = 300, 20_000, 50


@pytest.fixture
def seed():
    drawn = int(os.environ.get("FUZZ_SEED", random.SystemRandom().randint(1, 10**9)))
    print(f"FUZZ_SEED={drawn}")
    return drawn


def answers(entry, user, seed, count):
    """How often each status was answered, and the requests that failed."""
    statuses, failed = collections.Counter(), {}
    for turn in range(0, count, EACH):
        client = EntryClient(entry, raise_request_exception=False)
        if user:
            client.log_in(user)
        for words, response in Fuzzer(client, seed + turn).requests(min(EACH, count - turn)):
            statuses[response.status_code] += 1
            if response.status_code >= 500:
                failed[words] = str(response.exc_info[1])[:300] if response.exc_info else ""
    return statuses, failed


@pytest.mark.parametrize(("entry", "person"), PEOPLE)
def test_hostile_requests_are_answered(request, database, seed, monkeypatch, entry, person):
    monkeypatch.setattr(limits, "count", lambda *args, **kwargs: 0)

    statuses, failed = answers(entry, request.getfixturevalue(person), seed, FEW)

    assert failed == {}, seed
    assert statuses.total() == FEW


@pytest.mark.slow
@pytest.mark.parametrize(("entry", "person"), PEOPLE)
def test_many_hostile_requests_are_answered(request, database, seed, monkeypatch, entry, person):
    monkeypatch.setattr(limits, "count", lambda *args, **kwargs: 0)

    statuses, failed = answers(entry, request.getfixturevalue(person), seed, MANY // len(PEOPLE))

    print(dict(statuses))
    assert failed == {}, seed
    # It was no wall of refusals that was tried.
    assert person == "stranger" or statuses[200] > statuses.total() // 50
