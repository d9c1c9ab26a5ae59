"""Mail addresses of parents: found dead, and confirmed anew."""

import datetime as dt

from django.db import transaction

from records.models import Parent


@transaction.atomic
def bounce(*, address: str, at: dt.datetime) -> int:
    """Mail to an address bounced for good: staff read it beside the parent and phone instead.

    The first moment stays until the address is confirmed anew. How many parents it concerns.
    """
    reached = Parent.objects.filter(email__iexact=address, bounced_at__isnull=True)
    return reached.update(bounced_at=at)


@transaction.atomic
def confirm(*, user_id: int, address: str) -> None:
    """The account's owner opened the link sent to an address: notices go there from now on."""
    Parent.objects.filter(user_id=user_id).update(email=address, bounced_at=None)
