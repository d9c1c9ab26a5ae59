"""The English catalogue is complete: everything that the source marks has a translation."""

import re
import shutil
import subprocess
from pathlib import Path

import allauth
import polib
import pytest
from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation.template import templatize

# Whose words parents read between ours; in Japanese these stay as they are.
PACKAGES = [Path(allauth.__file__).parent / part for part in ("account", "mfa")]
NAMES = {"WebAuthn"}
CATALOGUE = "site/azukari/locale/en/LC_MESSAGES/django.po"
FOLDERS = ("site/azukari", "records", "booking", "cms", "history")
KEYWORDS = (
    "gettext_noop", "gettext_lazy", "ngettext_lazy:1,2", "ngettext:1,2", "pgettext:1c,2",
    "npgettext:1c,2,3", "pgettext_lazy:1c,2", "npgettext_lazy:1c,2,3", "_",
)  # fmt: skip


def extracted(root: Path, scratch: Path) -> set[tuple[str | None, str]]:
    """Context and text of all that modules and templates mark, as makemessages finds it."""
    if shutil.which("xgettext") is None:
        pytest.fail("xgettext is missing; install it: apt-get install gettext")
    paths = []
    for folder in FOLDERS:
        paths += [p for p in (root / folder).rglob("*.py") if "migrations" not in p.parts]
        for number, path in enumerate((root / folder).rglob("templates*/**/*.*")):
            if path.suffix in (".html", ".txt"):
                made = scratch / f"{folder.replace('/', '-')}-{number}.py"
                made.write_text(templatize(path.read_text()))
                paths.append(made)
    return marked(paths, scratch)


def marked(paths: list[Path], scratch: Path) -> set[tuple[str | None, str]]:
    """What these Python files mark."""
    target = scratch / "found.po"
    subprocess.run(
        ["xgettext", "--language=Python", "--from-code=UTF-8", "--output", target,
         *(f"--keyword={keyword}" for keyword in KEYWORDS), *paths],
        check=True, capture_output=True,
    )  # fmt: skip
    return {(entry.msgctxt, entry.msgid) for entry in polib.pofile(str(target))}


def incomplete(found: set[tuple[str | None, str]], catalogue: Path) -> list[str]:
    """What the catalogue lacks, leaves empty or marks as doubtful."""
    if not catalogue.exists():
        return [f"{catalogue.name} does not exist"]
    done = {
        (entry.msgctxt, entry.msgid) for entry in polib.pofile(str(catalogue)).translated_entries()
    }
    return sorted(text for _context, text in found - done)


def without_japanese(texts: set[str]) -> list[str]:
    """Those whose words in Japanese hold no kana or kanji."""
    with translation.override("ja"):
        return sorted(t for t in texts if not re.search("[ぁ-ヿ一-鿿]", translation.gettext(t)))


def test_packages_that_parents_meet_speak_japanese(tmp_path):
    paths = [p for part in PACKAGES for p in part.rglob("*.py") if "tests" not in p.parts]

    found = {text for _context, text in marked(paths, tmp_path)}

    assert len(found) > 50
    assert set(without_japanese(found)) == NAMES


def test_a_text_without_japanese_is_found():
    assert without_japanese({"Password", "The child has two heads."}) == [
        "The child has two heads."
    ]


class Short(forms.Form):
    name = forms.CharField(max_length=3)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("", "入力するか、選んでください。"),
        ("さくらこ", "3文字以内で入力してください（今は4文字です）。"),
    ],
)
def test_forms_refuse_in_our_words(typed, refusal):
    with translation.override("ja"):
        assert Short({"name": typed}).errors == {"name": [refusal]}


def test_the_english_catalogue_is_complete(tmp_path):
    found = extracted(settings.ROOT, tmp_path)

    assert len(found) > 100
    assert incomplete(found, settings.ROOT / CATALOGUE) == []


def test_a_missing_translation_is_found(tmp_path):
    for folder in FOLDERS:
        (tmp_path / folder / "templates").mkdir(parents=True)
    (tmp_path / "records" / "words.py").write_text(
        'from x import gettext as _\n_("児童")\n_("枠")\n'
    )
    (tmp_path / "cms" / "templates" / "a.html").write_text("{% translate '空き' %}")
    catalogue = tmp_path / "django.po"
    catalogue.write_text('msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
                         'msgid "児童"\nmsgstr "Child"\n')  # fmt: skip

    found = extracted(tmp_path, tmp_path)

    assert found == {(None, "児童"), (None, "枠"), (None, "空き")}
    assert incomplete(found, catalogue) == ["枠", "空き"]
