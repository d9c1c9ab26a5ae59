"""The page on security names tests, and every one of them exists and runs."""

import re
import subprocess
import sys

import pytest
from django.conf import settings

PAGE = settings.ROOT / "site/docs/security.md"
NAMED = re.compile(r"`(tests/[\w/]+\.py)(?:::(\w+))?`")
# What the page promises at the least: items of ASVS that a test proves.
FEWEST_ITEMS = 60


def named(text: str) -> set[tuple[str, str]]:
    """File and function of every test that a text names; a whole file has no function."""
    return set(NAMED.findall(text))


def missing(wanted: set[tuple[str, str]], collected: set[tuple[str, str]]) -> set[str]:
    files = {file for file, _function in collected}
    return {
        f"{file}::{function}" if function else file
        for file, function in wanted
        if ((file, function) not in collected if function else file not in files)
    }


@pytest.fixture(scope="module")
def collected() -> set[tuple[str, str]]:
    """What pytest would run, whatever command it takes: journeys, slow ones, faults, benches."""
    listed = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "", "-p", "no:randomly",
         "-p", "no:xdist", "tests"],
        cwd=settings.ROOT, check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    return {
        (file, function.partition("[")[0])
        for file, _, function in (line.partition("::") for line in listed.splitlines())
        if function
    }


def test_every_named_test_is_collected(collected):
    wanted = named(PAGE.read_text())

    assert missing(wanted, collected) == set()


def test_a_name_that_is_gone_is_found(collected):
    text = "`tests/conventions/test_docs.py::test_of_nothing`, `tests/test_nowhere.py`"

    assert missing(named(text), collected) == {
        "tests/conventions/test_docs.py::test_of_nothing", "tests/test_nowhere.py",
    }  # fmt: skip


def test_enough_items_point_at_a_test():
    rows = PAGE.read_text().splitlines()

    assert sum(len(named(row)) > 0 for row in rows if row.startswith("| ")) >= FEWEST_ITEMS
