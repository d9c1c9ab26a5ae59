"""From where the terminals of a facility may call."""

import ipaddress
from collections.abc import Iterable

from django.db import transaction

from records.models import Facility, FacilityNetwork, Terminal
from records.refusals_sign_in import ShutsOut


@transaction.atomic
def set_for(
    *, facility: Facility, networks: Iterable[str], own: Terminal, address: str
) -> list[FacilityNetwork]:
    """Let the facility's terminals call from these networks (CIDR) alone; from everywhere by none.

    `own` and `address` are of whoever sets them: raises ShutsOut where that very terminal would
    be a stranger at the next tap.
    """
    wanted = {str(ipaddress.ip_network(each)) for each in networks}
    is_bound = own.facility_id == facility.pk and not own.is_portable
    if wanted and is_bound and not any(covers(each, address) for each in wanted):
        raise ShutsOut(address)
    held = {each.network: each for each in FacilityNetwork.objects.filter(facility=facility)}
    for network in held.keys() - wanted:
        held.pop(network).delete()
    for network in wanted - held.keys():
        held[network] = FacilityNetwork.objects.create(facility=facility, network=network)
    return sorted(held.values(), key=lambda each: each.network)


def covers(network: str, address: str) -> bool:
    """Whether an address lies in a network; one of the other kind (IPv4, IPv6) does not."""
    return ipaddress.ip_address(address) in ipaddress.ip_network(network)
