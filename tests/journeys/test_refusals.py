"""Every refusal that a family can meet, in its browser: why, by which rule or time, a way on."""

import pytest

from booking.refusals import WAYS_ON, Reason
from records.models import User
from tests.entries import EntryClient
from tests.journeys.at_hand import Hours, at_hand_screen, hours, open_at_hand  # noqa: F401
from tests.journeys.demonstration import ROOT
from tests.journeys.refusals import SCENES, Refused
from tests.journeys.screen import Screen

# What only staff do, or what only a rush brings about, and where it is refused in a test.
ELSEWHERE = {
    Reason.BUSY: "tests/booking/test_actions_counters.py",
    Reason.NOT_YET_DUE: "tests/booking/test_absences.py",
    Reason.MANAGERS_ONLY: "tests/booking/test_cancellations.py",
    Reason.PAPER_OVER: "tests/booking/test_paper.py",
    Reason.NOTHING_TO_WAIVE: "tests/booking/test_cancellations.py",
    Reason.CLOSURE_THERE: "tests/booking/test_closures.py",
    Reason.CALL_ENDED: "tests/booking/test_calls.py",
    Reason.TOO_MUCH: "tests/booking/test_actions_payments.py",
}


@pytest.fixture
def family(
    at_hand_screen: Screen,  # noqa: F811
    public_client: EntryClient,
    parent: User,
    hours: Hours,  # noqa: F811
) -> Refused:
    public_client.log_in(parent)
    return Refused(at_hand_screen, parent, hours)


@pytest.mark.by_lot(6)
@pytest.mark.parametrize("reason", SCENES, ids=str)
def test_a_family_reads_why_and_how_to_go_on(family: Refused, reason: Reason) -> None:
    rule_or_time = SCENES[reason](family)

    family.then_they_read(str(reason.label), rule_or_time, str(WAYS_ON[reason]))
    family.screen.look(f"90-{reason.value.replace('_', '-')}")


def test_every_reason_is_met_in_a_browser_or_tested_elsewhere() -> None:
    assert set(Reason) == SCENES.keys() | ELSEWHERE.keys()
    assert SCENES.keys() & ELSEWHERE.keys() == set()
    for reason, path in ELSEWHERE.items():
        words = (reason.name, reason.name.title().replace("_", ""))
        assert any(word in (ROOT / path).read_text() for word in words), reason
