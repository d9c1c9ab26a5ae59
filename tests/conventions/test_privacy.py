"""Every field of every model of ours says whether it is personal, and how long it is kept."""

import pytest
from django.apps import apps
from django.db import models

from records.enums import Retention
from records.fields import EncryptedTextField

APPS = ("records", "booking")


def own_models() -> list[type[models.Model]]:
    return [
        model
        for app in APPS
        for model in apps.get_app_config(app).get_models()
        if not model.__name__.startswith("Historical")
    ]


def faults(model: type[models.Model]) -> list[str]:
    declared = getattr(model, "Privacy", None)
    if declared is None or "Privacy" not in vars(model):
        return ["has no Privacy"]
    found = []
    named = [*declared.open, *declared.personal]
    fields = {field.name for field in model._meta.get_fields() if _is_kept_here(field)}
    found += [f"{name} is not listed" for name in sorted(fields - set(named))]
    found += [f"{name} does not exist" for name in sorted(set(named) - fields)]
    found += [
        f"{name} is listed twice" for name in sorted({n for n in named if named.count(n) > 1})
    ]
    if not isinstance(getattr(declared, "retention", None), Retention):
        found.append("has no retention")
    secret = {f.name for f in model._meta.fields if isinstance(f, EncryptedTextField)}
    found += [
        f"{name} is encrypted, hence personal" for name in sorted(secret & set(declared.open))
    ]
    return found


def _is_kept_here(field: object) -> bool:
    return getattr(field, "concrete", False) and not getattr(field, "many_to_many", False)


@pytest.mark.parametrize("model", own_models(), ids=lambda m: m._meta.label)
def test_every_field_is_declared(model):
    assert faults(model) == []


def test_faults_are_found():
    class Meta:
        app_label = "tests"
        abstract = False

    listed = type(
        "Listed", (models.Model,),
        {
            "__module__": "tests", "Meta": Meta, "name": models.TextField(),
            "secret": EncryptedTextField(),
            "Privacy": type("Privacy", (), {"open": ("id", "secret", "gone"), "personal": ("id",)}),
        },
    )  # fmt: skip
    bare = type("Bare", (models.Model,), {"__module__": "tests", "Meta": Meta})

    assert faults(bare) == ["has no Privacy"]
    assert faults(listed) == [
        "name is not listed", "gone does not exist", "id is listed twice", "has no retention",
        "secret is encrypted, hence personal",
    ]  # fmt: skip
