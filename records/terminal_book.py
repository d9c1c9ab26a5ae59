"""Reading about terminals, and about who has signed in at them."""

import dataclasses
import datetime as dt
import uuid

from django.db.models import Prefetch, QuerySet

from records.enums import Kind
from records.models import (
    Facility,
    FacilityNetwork,
    SignIn,
    Terminal,
    TerminalLink,
    User,
)
from records.models.facility import FacilityQuerySet
from records.models.terminal import TerminalLinkQuerySet, TerminalQuerySet
from records.rules import required_duty

# One breaks, and the other is there.
LEAST_TERMINALS = 2


@dataclasses.dataclass(frozen=True)
class Place:
    """A facility with its terminals, and the ways in that wait to be used."""

    facility: Facility
    terminals: tuple[Terminal, ...]
    revoked: tuple[Terminal, ...]
    links: tuple[TerminalLink, ...]
    networks: tuple[FacilityNetwork, ...]

    @property
    def missing(self) -> int:
        """How many more there should be."""
        return max(LEAST_TERMINALS - len(self.terminals), 0)


def all_facilities() -> FacilityQuerySet:
    return Facility.objects.order_by("number")


def networks_of(facility: Facility) -> list[str]:
    return list(facility.networks.order_by("pk").values_list("network", flat=True))


def live_terminals() -> TerminalQuerySet:
    return Terminal.objects.live()


def live_links(at: dt.datetime) -> TerminalLinkQuerySet:
    return TerminalLink.objects.live(at)


def terminals_by_facility(user: object, *, at: dt.datetime) -> list[Place]:
    """All places for the office, for a manager the own one. Four statements."""
    duty = required_duty(user)
    found = all_facilities().prefetch_related(
        Prefetch(
            "terminals",
            Terminal.objects.select_related("registered_by", "revoked_by").order_by(
                "registered_at"
            ),
        ),
        Prefetch("terminal_links", TerminalLink.objects.live(at).order_by("made_at")),
        "networks",
    )
    if not duty.is_office:
        found = found.filter(pk__in=duty.facilities)
    return [_place(facility) for facility in found]


def signed_in_at(terminal: Terminal, *, at: dt.datetime) -> QuerySet[SignIn]:
    """Who may come back here by PIN, in the order of the day."""
    return (
        SignIn.objects.filter(terminal=terminal, ended_at__isnull=True, ends_at__gt=at)
        .filter(user__is_active=True)
        .select_related("user")
        .order_by("signed_in_at")
    )


def colleagues_of(user: User, terminal: Terminal, *, at: dt.datetime) -> QuerySet[SignIn]:
    """Who else has signed in here today and can add the own name by PIN."""
    return signed_in_at(terminal, at=at).exclude(user=user)


def sign_in_here(terminal: Terminal, number: uuid.UUID) -> SignIn | None:
    found = SignIn.objects.filter(terminal=terminal, pk=number)
    return found.select_related("user", "terminal").first()


def staff_account(number: int) -> User | None:
    return User.objects.filter(pk=number, kind=Kind.STAFF, is_active=True).first()


def _place(facility: Facility) -> Place:
    terminals = list(facility.terminals.all())
    return Place(
        facility=facility,
        terminals=tuple(each for each in terminals if each.revoked_at is None),
        revoked=tuple(each for each in terminals if each.revoked_at is not None),
        links=tuple(facility.terminal_links.all()),
        networks=tuple(facility.networks.all()),
    )
