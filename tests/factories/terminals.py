"""Factories of terminals and of who works at them."""

import datetime as dt
import secrets
import uuid
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from factory.django import DjangoModelFactory

from history import clock
from records import models, presence
from records.actions.terminals import LINK_LASTS, digest
from records.enums import LinkKind
from records.models.administrator_opening import LONGEST
from tests.factories.records import LONG_AGO, StaffUserFactory, facility

PIN = "275903"


class TerminalFactory(DjangoModelFactory):
    class Meta:
        model = models.Terminal

    facility = factory.LazyFunction(lambda: facility("nerima"))
    name = factory.Sequence(lambda n: f"保育室のタブレット{n}")
    registered_at = clock.at(LONG_AGO, dt.time(9))


class TerminalLinkFactory(DjangoModelFactory):
    """A link that nobody has used; `token` is what its address carries."""

    class Meta:
        model = models.TerminalLink
        exclude = ("token",)

    token = factory.Sequence(lambda n: f"token{n:019d}")
    kind = LinkKind.LINK
    facility = factory.LazyFunction(lambda: facility("nerima"))
    name = "事務室のパソコン"
    digest = factory.LazyAttribute(lambda made: digest(made.token))
    made_at = factory.LazyFunction(clock.now)
    expires_at = factory.LazyAttribute(lambda made: made.made_at + LINK_LASTS)


def link_with_path(**values: Any) -> tuple[models.TerminalLink, str]:
    """A registration link and its address."""
    token = secrets.token_hex(12)
    link = TerminalLinkFactory.create(token=token, **values)
    return link, f"/terminals/register/{token}/"


class SignInFactory(DjangoModelFactory):
    """Open and unlocked since just now."""

    class Meta:
        model = models.SignIn

    terminal = factory.SubFactory(TerminalFactory)
    user = factory.SubFactory(StaffUserFactory)
    signed_in_at = factory.LazyFunction(clock.now)
    ends_at = factory.LazyAttribute(lambda made: presence.day_ends(made.signed_in_at))
    last_act_at = factory.SelfAttribute("signed_in_at")
    presence = factory.LazyFunction(uuid.uuid4)
    # Whoever has just signed in has just given it, where it is asked for.
    factor_at = factory.SelfAttribute("signed_in_at")


class AdministratorOpeningFactory(DjangoModelFactory):
    """An hour since just now; otherwise a database function's to make."""

    class Meta:
        model = models.AdministratorOpening

    sign_in = factory.SubFactory(SignInFactory)
    opened_by = factory.SelfAttribute("sign_in.user")
    opened_at = factory.LazyFunction(clock.now)
    ends_at = factory.LazyAttribute(lambda made: made.opened_at + LONGEST)
    reason = "センターの全員がログインできません"


def choose_credential(user: models.User) -> models.StaffCredential:
    """Password and PIN are the person's own."""
    chosen_at = clock.at(LONG_AGO, dt.time(9))
    return models.StaffCredential.objects.create(
        user=user, password_chosen_at=chosen_at, pin_chosen_at=chosen_at,
        pin=make_password(f"{user.pk}:{PIN}"),
    )  # fmt: skip
