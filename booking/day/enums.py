"""Choices of what is noted on a day."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MealKind(models.TextChoices):
    """Before what it is looked who must not have what."""

    MEAL = "meal", _("食事")
    SNACK = "snack", _("おやつ")
    ACTIVITY = "activity", _("食材を使う活動")


class CallAnswer(models.TextChoices):
    """How it went when somebody was rung about a child that is not where it should be."""

    REACHED = "reached", _("つながった")
    NO_ANSWER = "no_answer", _("出なかった")
    MESSAGE = "message", _("伝言を残した")
