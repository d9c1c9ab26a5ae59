"""Every address of the public entry, asked for with the numbers of every family's rows."""

import dataclasses
from urllib.parse import urlencode

from tests.access.addresses import addresses
from tests.access.scene import Family, Scene
from tests.factories.booking import coming_monday

# Addresses that take the child, the day and the place from the query string as well.
ASKS = ("booking:start", "booking:availability", "booking:new", "booking:index", "booking:wait")


@dataclasses.dataclass(frozen=True)
class PublicDoor:
    """`home` is whose numbers it is asked with; none for an address that takes no number."""

    name: str
    home: str
    path: str


def public_doors(scene: Scene) -> list[PublicDoor]:
    found = set()
    for address in addresses("public"):
        for home, family in scene.families.items():
            path = address.path(_arguments(family))
            is_plain = path == address.path({})
            found.add(PublicDoor(address.name, "" if is_plain else home, path))
            if address.name in ASKS:
                query = {"child": family.child.pk, "week": coming_monday()}
                found.add(PublicDoor(address.name, home, f"{path}?{urlencode(query)}"))
    return sorted(found, key=lambda door: door.path)


def _arguments(family: Family) -> dict[str, object]:
    return {
        "parent_id": family.parent.pk,
        "child_id": family.child.pk,
        "person_id": family.person.pk,
        "interview_id": family.interview.pk,
        "proposal_id": family.proposal.pk,
        "booking_id": family.booking.pk,
        "waiting_id": family.waiting.pk,
        "number": family.invitation.pk,
        "device_id": family.device.pk,
        "code": "hikarigaoka",
        "monday": coming_monday(),
        "token": "x",
    }
