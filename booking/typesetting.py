"""Papers: words as data, set by Typst into a PDF that can be read aloud."""

import json
from pathlib import Path
from typing import Any

import pylopdf_fonts_cjk
import typst
from django.conf import settings

TEMPLATES = Path(settings.PROJECT) / "templates"
FONTS = Path(pylopdf_fonts_cjk.__file__).parent


def pdf(template: str, content: dict[str, Any]) -> bytes:
    """Tagged PDF/UA of a template, by its path below the templates.

    Every word of `content` prints letter for letter, markup included.
    """
    return typst.compile(
        str(TEMPLATES / template),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(content)},
        pdf_standards=["ua-1"],
    )
