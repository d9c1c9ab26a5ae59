"""The way to the first booking, step by step. Pure: states in, the step out."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from records.enums import RegistrationState


class Step(models.TextChoices):
    """What a family does next, in this order."""

    HOUSEHOLD = "household", _("ご家庭の情報")
    CHILDREN = "children", _("お子さんの情報")
    APPLICATION = "application", _("同意と面接の予約")
    INTERVIEW = "interview", _("面接")
    ACTIVATION = "activation", _("利用登録")
    READY = "ready", _("予約できます")


_STEPS = {
    RegistrationState.DRAFT: Step.APPLICATION,
    RegistrationState.APPLIED: Step.APPLICATION,
    RegistrationState.INTERVIEW_BOOKED: Step.INTERVIEW,
    RegistrationState.INTERVIEWED: Step.ACTIVATION,
}


def current(states: Iterable[str]) -> Step:
    """The step of a household whose children's registrations are in `states`.

    The child that lags behind counts: a new sibling starts again at the application.
    """
    found = [_STEPS.get(RegistrationState(state), Step.READY) for state in states]
    return min(found, key=list(Step).index, default=Step.CHILDREN)


def way(step: Step) -> list[tuple[Step, str]]:
    """Every step to show, each `done`, `current` or `ahead`."""
    shown = [each for each in Step if each != Step.READY]
    place = list(Step).index(step)
    return [
        (each, "done" if index < place else "current" if index == place else "ahead")
        for index, each in enumerate(shown)
    ]
