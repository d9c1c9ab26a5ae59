"""A paper in the browser, where it is read and printed."""

from django.http import HttpResponse


def shown(content: bytes, name: str) -> HttpResponse:
    """A PDF to look at; `name` is what it is called when it is kept, without its suffix."""
    return HttpResponse(
        content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}.pdf"'},
    )
