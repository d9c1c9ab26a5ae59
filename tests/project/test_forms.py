"""Our templates for fields write what Django's own would."""

import re

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates

CHOICES = [
    ("", "選んでください"),
    ("午前", [("9:00", "9<10"), ("9:30", "9:30")]),
    ("10:00", "10:00"),
]


class Example(forms.Form):
    one = forms.ChoiceField(
        choices=CHOICES, widget=forms.Select({"class": "wide", "hidden": False})
    )
    several = forms.MultipleChoiceField(
        choices=CHOICES[2:], widget=forms.CheckboxSelectMultiple, initial=["10:00"]
    )
    either = forms.ChoiceField(choices=CHOICES[2:], widget=forms.RadioSelect, required=False)


def tags(html, name):
    """The tags of a kind and what they hold, without the space between them."""
    return [re.sub(r"\s+", " ", each) for each in re.findall(rf"<{name}\b[^>]*>[^<]*", html)]


@pytest.mark.parametrize("data", [None, {"one": "9:30", "several": [], "either": "10:00"}])
def test_a_list_to_choose_from_is_djangos(data):
    ours = str(Example(data)["one"])
    theirs = str(Example(data, renderer=DjangoTemplates())["one"])

    for name in ("select", "optgroup", "option"):
        assert tags(ours, name) == tags(theirs, name) != []


@pytest.mark.parametrize("name", ["several", "either"])
@pytest.mark.parametrize("data", [None, {"several": ["10:00"], "either": "10:00"}])
def test_boxes_to_tick_are_djangos(data, name):
    field = Example(data)[name]
    theirs = "".join(option.tag() for option in Example(data, renderer=DjangoTemplates())[name])

    found = tags(field.as_field_group(), "input")
    assert (
        [each.strip() for each in found] == [each.strip() for each in tags(theirs, "input")] != []
    )
