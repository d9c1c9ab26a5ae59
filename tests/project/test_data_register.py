from types import SimpleNamespace

from azukari import data_register
from records.models import Operator


def is_up_to_date(models):
    return data_register.PATH.read_text() == data_register.text(models)


def test_data_register_is_what_the_models_declare():
    assert is_up_to_date(data_register.declared_models()), "run: manage.py write_data_register"


def test_a_changed_declaration_is_found():
    """The same field, now called personal."""

    class Privacy(Operator.Privacy):
        open = tuple(name for name in Operator.Privacy.open if name != "name")
        personal = ("name",)

    changed = SimpleNamespace(_meta=Operator._meta, Privacy=Privacy)

    assert not is_up_to_date(
        changed if model is Operator else model for model in data_register.declared_models()
    )
