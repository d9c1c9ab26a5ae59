"""Choices of what is noted on a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MealKind(models.TextChoices):
    """Before what it is looked who must not have what."""

    MEAL = "meal", _("食事")
    SNACK = "snack", _("おやつ")
    ACTIVITY = "activity", _("食材を使う活動")
