"""An undefined variable in a template of ours fails the test.

Django renders it as nothing, and so do the templates of Django, Wagtail and allauth lean on it:
those are left alone.
"""

import sys
from pathlib import Path
from types import FrameType


class UndefinedVariable(Exception):
    """A template names something that its view does not give."""


class Undefined(str):
    """Stands for `string_if_invalid`. Django asks whether it is true, holds `%s`, and fills it.

    What is looked up and not there, such as the other side of a one-to-one relation, becomes this
    as well: then an `{% if %}` asks whether it is true, and it is not.
    """

    __slots__ = ("folder",)

    def __new__(cls, folder: Path) -> "Undefined":
        made = super().__new__(cls, "")
        made.folder = str(folder)
        return made

    def __bool__(self) -> bool:
        frame = sys._getframe(1)
        return "ignore_failures" in frame.f_locals and self._template(frame) is not None

    def __contains__(self, part: object) -> bool:
        return part == "%s"

    def __mod__(self, variable: object) -> str:
        template = self._template(sys._getframe(1))
        raise UndefinedVariable(f"{variable} in {template}")

    def _template(self, frame: FrameType) -> str | None:
        """The template at work, where it is ours; an override of another's page is not."""
        context = frame.f_locals.get("context")
        template = getattr(getattr(context, "render_context", None), "template", None)
        name = str(getattr(getattr(template, "origin", None), "name", ""))
        others = ("/admin/", "/wagtailadmin/", "/account/", "/django/forms/", "/simple_history/")
        if name.startswith(self.folder) and not any(
            part in name.removeprefix(self.folder) for part in others
        ):
            return name
        return None
