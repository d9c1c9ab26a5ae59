"""Numbers in templates: an id in a form must be the id, whatever the language."""

import pytest
from django.template import Context, Template
from django.utils import translation


@pytest.mark.parametrize("language", ["ja", "en"])
def test_an_id_is_written_without_separators(language):
    with translation.override(language):
        written = Template("{{ number }}").render(Context({"number": 1361}))

    assert written == "1361"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_money_is_written_with_separators(language):
    with translation.override(language):
        written = Template("{{ amount|yen }}").render(Context({"amount": 1500}))

    assert "1,500" in written
