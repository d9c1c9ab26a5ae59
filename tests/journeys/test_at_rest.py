"""After all other journeys: what a dump of the demonstration's database gives away."""

import pytest

from tests.journeys.at_rest import AtRest, shown
from tests.journeys.demonstration import Demonstration

# What the families and the staff of these journeys typed or chose.
TYPED = {
    "egg", "anaphylaxis", "加熱した卵でも、せきが出ます。", "エピペン0.15 mg",
    "人見知りがあります。", "よく食べ、よく眠ります。", "お子さんの介助に職員が2人付くため",
    "職員が急に休んだため、お預かりできなくなりました。", "自宅からの卵抜きごはん",
    "積み木につまずき、ひざをすりむきました。", "流水で洗い、ばんそうこうを貼りました。",
}  # fmt: skip


@pytest.fixture(scope="module")
def at_rest(demonstration: Demonstration) -> AtRest:
    return AtRest(demonstration.data_folder)


def test_a_dump_shows_no_sensitive_text(at_rest: AtRest) -> None:
    texts = at_rest.texts()

    assert texts >= TYPED, "the other journeys have not run"
    assert shown(at_rest.dump(), texts) == set()


def test_the_same_search_finds_all_where_nothing_is_encrypted(at_rest: AtRest) -> None:
    texts = at_rest.texts()

    assert shown(at_rest.dump_in_clear(), texts) == texts
