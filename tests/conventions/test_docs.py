"""Settings and commands are written down where people look; decisions are numbered once."""

import re
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core.management import get_commands

from azukari import environment

DECISION_LINES = 60
OURS = ("azukari", "records", "booking", "cms", "history")


def settings_of_example(root: Path) -> set[str]:
    text = (root / ".env.example").read_text()
    return set(re.findall(r"^#?\s*(AZUKARI_\w+)=", text, re.MULTILINE))


def docs(root: Path) -> str:
    paths = [*root.glob("*.md"), *(root / "site" / "docs").rglob("*.md")]
    return "\n".join(path.read_text() for path in paths)


def unmentioned(names: set[str], root: Path) -> list[str]:
    text = docs(root)
    return sorted(name for name in names if not re.search(rf"\b{re.escape(name)}\b", text))


def doubled_decisions(root: Path) -> list[str]:
    numbers = Counter(path.name[:4] for path in (root / "site/docs/adr").glob("*.md"))
    return sorted(number for number, count in numbers.items() if count > 1)


def long_decisions(root: Path) -> list[str]:
    return sorted(
        path.name
        for path in (root / "site/docs/adr").glob("*.md")
        if len(path.read_text().splitlines()) > DECISION_LINES
    )


def test_every_setting_stands_in_the_example():
    assert settings_of_example(settings.ROOT) == environment.KNOWN


def test_every_command_is_written_down():
    commands = {name for name, app in get_commands().items() if app in OURS}

    assert unmentioned(commands, settings.ROOT) == []


def test_every_decision_has_a_number_of_its_own():
    assert doubled_decisions(settings.ROOT) == []


def test_every_decision_is_short():
    assert long_decisions(settings.ROOT) == []


def test_the_checks_can_fail(tmp_path):
    folder = tmp_path / "site" / "docs" / "adr"
    folder.mkdir(parents=True)
    (folder / "0001-one.md").touch()
    (folder / "0001-two.md").write_text("\n" * 61)
    (tmp_path / "README.md").write_text("known")
    (tmp_path / ".env.example").write_text("AZUKARI_ONE=1\n")

    assert unmentioned({"known", "forgotten"}, tmp_path) == ["forgotten"]
    assert doubled_decisions(tmp_path) == ["0001"]
    assert long_decisions(tmp_path) == ["0001-two.md"]
    assert settings_of_example(tmp_path) == {"AZUKARI_ONE"}
