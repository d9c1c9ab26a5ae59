"""Templates: each is used, `extends` comes first, `load` once and sorted, blocks are named."""

import re
from pathlib import Path

from django.conf import settings

LOAD = re.compile(r"{%\s*load ([^%]+?)\s*%}")
EXTENDS = re.compile(r"{%\s*extends ")
# On the line of its block an end needs no name (djade takes it away).
END = re.compile(r"^(?!.*{%\s*block ).*{%\s*endblock\s*%}", re.MULTILINE)
# Found by a name that Django, Wagtail or allauth make up, not by ours.
FOUND_BY_OTHERS = (
    "400.html", "403.html", "404.html", "429.html", "500.html", "admin/", "account/", "allauth/",
    "django/forms/", "simple_history/", "wagtailadmin/", "guardian/", "mfa/",
    "registration/", "cms/",
)  # fmt: skip


def templates(root: Path) -> dict[str, Path]:
    folders = [root / "site/azukari/templates", root / "site/azukari/templates_staff"]
    return {
        str(path.relative_to(folder)): path
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in (".html", ".txt")
    }


def unused(root: Path) -> list[str]:
    """Templates whose name stands in no module and no other template."""
    texts = [
        path.read_text()
        for pattern in ("*.py", "*.html", "*.txt")
        for folder in ("site", "records", "booking", "cms", "history")
        for path in (root / folder).rglob(pattern)
    ]
    everything = "\n".join(texts)
    return sorted(
        name
        for name in templates(root)
        if not name.startswith(FOUND_BY_OTHERS)
        and name not in everything
        and re.sub(r"_(subject|body)\.txt$", "", name) not in everything
    )


def untidy(root: Path) -> list[str]:
    found = []
    for name, path in templates(root).items():
        text = path.read_text()
        loads = [match.split() for match in LOAD.findall(text)]
        if len(loads) > 1 or any(" from " not in " ".join(x) and x != sorted(x) for x in loads):
            found.append(f"{name}: load once, sorted")
        if EXTENDS.search(text) and not EXTENDS.match(text.lstrip()):
            found.append(f"{name}: extends first")
        if END.search(text):
            found.append(f"{name}: name the endblock")
    return sorted(found)


def inline(root: Path) -> list[str]:
    """What the content security policy would refuse: styles and scripts inside a page."""
    pattern = re.compile(r"<script(?![^>]*\bsrc=)|\son\w+=|\sstyle=|<style|javascript:")
    return sorted(
        f"{name}: {match[0].strip()}"
        for name, path in templates(root).items()
        if path.suffix == ".html"
        for match in pattern.finditer(path.read_text())
    )


def test_every_template_is_used():
    assert unused(settings.ROOT) == []


def test_templates_are_tidy():
    assert untidy(settings.ROOT) == []


def test_no_template_needs_a_looser_policy():
    assert inline(settings.ROOT) == []


def test_the_checks_can_fail(tmp_path):
    folder = tmp_path / "site/azukari/templates"
    folder.mkdir(parents=True)
    (folder / "lost.html").write_text(
        '{% load b a %}{% extends "base.html" %}{% block x %}\n{% endblock %}'
        '<p style="x" onclick="y">'
    )

    assert unused(tmp_path) == ["lost.html"]
    assert untidy(tmp_path) == [
        "lost.html: extends first", "lost.html: load once, sorted", "lost.html: name the endblock",
    ]  # fmt: skip
    assert inline(tmp_path) == ["lost.html: onclick=", "lost.html: style="]
