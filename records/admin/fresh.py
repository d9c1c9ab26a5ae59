"""Lists and forms that write only within 15 minutes of a second factor."""

from typing import Any

from django.http import HttpRequest, HttpResponse

from records.admin.views.factors import ask_again


class FreshFactorMixin:
    """Asks before the form opens, so that nothing typed is lost, and again when it is sent."""

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        may_write = self.has_change_permission(request) or self.has_add_permission(request)  # type: ignore[attr-defined]
        way = ask_again(request) if may_write else None  # type: ignore[arg-type]
        return way or super().changeform_view(request, *args, **kwargs)  # type: ignore[misc]
