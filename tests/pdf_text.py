"""What stands on a paper, as another program reads it."""

import io
import re

from pypdf import PdfReader


def read(content: bytes) -> str:
    """The text without its spaces, which a PDF sets as it likes."""
    pages = PdfReader(io.BytesIO(content)).pages
    return re.sub(r"\s+", "", "".join(page.extract_text() for page in pages))
