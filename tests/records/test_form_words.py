"""Input that people really type, and what must not pass."""

import datetime as dt

import pytest

from history import clock
from records.admin.forms import ReviewForm
from records.enums import CareNeedKind
from records.forms.care_needs import AllergyForm
from records.forms.fields import PhoneField


@pytest.mark.parametrize(
    "typed", ["090−1234−5678", "+81 90-1234-5678", "０９０ー１２３４ー５６７８", "(090) 1234 5678"]
)
def test_a_telephone_number_however_it_is_written(typed):
    assert PhoneField().clean(typed) == "09012345678"


def test_another_food_needs_its_name():
    form = AllergyForm({"allergen": "other", "severity": "caution"})

    assert list(form.errors) == ["detail"]


@pytest.mark.parametrize(("days", "errors"), [(-1, ["form_valid_until"]), (0, []), (90, [])])
def test_an_expired_paper_is_not_valid(days, errors):
    until = clock.today() + dt.timedelta(days=days)
    form = ReviewForm(
        {"review-allergy-form": "valid", "review-allergy-form_valid_until": f"{until}"},
        kind=CareNeedKind.ALLERGY,
        need=None,
    )

    assert list(form.errors) == errors
