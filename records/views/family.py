"""What the parents' pages share: whose household it is."""

import functools
import uuid
from collections.abc import Callable

from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from history.context import WalledRequest
from records import queries
from records.models import Child, Household, User


class FamilyRequest(WalledRequest):
    """A request of a parent who is logged in, as every request here is."""

    user: User


def with_household(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Call the view with the family's own household; without one, begin by entering it."""

    @functools.wraps(view)
    def found(request: FamilyRequest, *args: object, **kwargs: object) -> HttpResponse:
        household = queries.household_for(request.user)
        if household is None:
            return redirect("records:household")
        return view(request, household, *args, **kwargs)

    return found


def own_child(household: Household, child_id: uuid.UUID) -> Child:
    """The family's child; another family's is not found."""
    child = queries.child_of(household, child_id)
    if child is None:
        raise Http404
    return child
