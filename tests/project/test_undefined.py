"""The test suite's guard against template variables that no view gives, seen to work."""

import pytest
from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.template import Context, Engine, Origin, Template

from tests.undefined import Undefined, UndefinedVariable

FOLDER = settings.PROJECT / "templates"


class Booking:
    @property
    def attendance(self):
        """What Django raises where nothing stands on the other side of a one-to-one relation."""
        raise ObjectDoesNotExist


def rendered(text, folder="booking"):
    name = str(FOLDER / folder / "made_up.html")
    engine = Engine(string_if_invalid=Undefined(FOLDER))
    return Template(text, origin=Origin(name), engine=engine).render(Context({"b": Booking()}))


def test_what_no_view_gives_fails():
    with pytest.raises(UndefinedVariable, match="stranger"):
        rendered("{{ stranger }}")


def test_it_is_left_alone_in_the_templates_of_others():
    assert rendered("{{ stranger }}", "admin") == ""


def test_what_is_not_on_the_other_side_is_not_true():
    assert rendered("{% if b.attendance %}yes{% else %}no{% endif %}") == "no"
