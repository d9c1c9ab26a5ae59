"""One factory for each model of the day."""

import factory
from factory.django import DjangoModelFactory

from day import models
from day.enums import MealKind
from history import clock
from tests.factories.records import StaffUserFactory, facility


class MealCheckFactory(DjangoModelFactory):
    """At 光が丘, with one name."""

    class Meta:
        model = models.MealCheck

    facility = factory.LazyFunction(lambda: facility("hikarigaoka"))
    kind = MealKind.MEAL
    checked_at = factory.LazyFunction(clock.now)
    first_by = factory.SubFactory(StaffUserFactory)
