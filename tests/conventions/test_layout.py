"""The top level is closed, files stay short, and there are no drawers for everything."""

from pathlib import Path

import pytest
from django.conf import settings

TOP = {
    "manage.py", "pyproject.toml", "requirements.lock", "Makefile", "README.md", "CHANGELOG.md",
    "LICENSE", "SECURITY.md", "publiccode.yaml", "site", "records", "booking", "cms",
    "history", "fixtures", "tests",
}  # fmt: skip
CODE = ("site", "records", "booking", "cms", "history", "tests")
DRAWERS = {"utils", "helpers", "common", "misc"}
MODULE_LINES, TEMPLATE_LINES, PARTIAL_LINES = 500, 120, 40


def strangers_at_the_top(root: Path) -> list[str]:
    names = {path.name for path in root.iterdir() if not path.name.startswith(".")}
    return sorted(names - TOP)


def too_long(root: Path) -> list[str]:
    found = []
    for folder in CODE:
        for path in (root / folder).rglob("*"):
            limit = _limit(path)
            if limit and len(path.read_text().splitlines()) > limit:
                found.append(f"{path.relative_to(root)} > {limit}")
    return sorted(found)


def _limit(path: Path) -> int | None:
    if "migrations" in path.parts:
        return None
    if path.suffix == ".py":
        return MODULE_LINES
    if path.suffix == ".html":
        is_part = path.name.startswith("_") or "components" in path.parts
        return PARTIAL_LINES if is_part else TEMPLATE_LINES
    return None


def drawers(root: Path) -> list[str]:
    return sorted(
        str(path.relative_to(root))
        for folder in CODE
        for path in (root / folder).rglob("*")
        if path.stem in DRAWERS and (path.is_dir() or path.suffix == ".py")
    )


def shadows(root: Path) -> list[str]:
    """`site` is a module of the standard library: as a package ours would stand in its way."""
    return [str(path.relative_to(root)) for path in (root / "site").glob("__init__.py")]


@pytest.mark.parametrize("check", [strangers_at_the_top, too_long, drawers, shadows])
def test_the_layout_holds(check):
    assert check(settings.ROOT) == []


def test_the_checks_can_fail(tmp_path):
    for folder in CODE:
        (tmp_path / folder).mkdir()
    (tmp_path / "scratch.py").touch()
    (tmp_path / "site" / "__init__.py").touch()
    (tmp_path / "records" / "utils.py").write_text("x = 1\n" * 501)
    (tmp_path / "site" / "page.html").write_text("\n" * 121)
    (tmp_path / "site" / "_part.html").write_text("\n" * 41)

    assert strangers_at_the_top(tmp_path) == ["scratch.py"]
    assert too_long(tmp_path) == [
        "records/utils.py > 500", "site/_part.html > 40", "site/page.html > 120",
    ]  # fmt: skip
    assert drawers(tmp_path) == ["records/utils.py"]
    assert shadows(tmp_path) == ["site/__init__.py"]
