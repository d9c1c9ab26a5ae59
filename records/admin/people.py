"""Names behind account numbers, as far as the reader may see them."""

import uuid

from django.utils.translation import gettext as _

from history.differences import People
from history.walls import history_model
from records import codes
from records.enums import Kind, Role
from records.models import Child, Household, Parent, User


def names_of(user_ids: set[int]) -> dict[int, str]:
    """Staff by name; parents by their household's record, which the wall may hide."""
    names = {
        user.pk: str(user) for user in User.objects.filter(pk__in=user_ids).only("name", "username")
    }
    unknown = user_ids - names.keys()
    if unknown:
        parents = Parent.objects.filter(user_id__in=unknown)
        names |= {parent.user_id: parent.full_name for parent in parents if parent.user_id}
    return names


def numbers_of(keys: set[uuid.UUID]) -> dict[uuid.UUID, str]:
    """Children and households by the number on their card: 児童ID 2066-3408-9.

    Out of the history, which auditors read while the register is closed to them.
    """
    words = ((Child, _("児童ID %(code)s")), (Household, _("世帯ID %(code)s")))
    return {
        key: word % {"code": codes.display(code)}
        for model, word in words
        for key, code in history_model(model)
        ._default_manager.filter(id__in=keys)
        .order_by()
        .values_list("id", "code")
        .distinct()
    }


PEOPLE = People(names_of, {**dict(Role.choices), Kind.PARENT.value: Kind.PARENT.label}, numbers_of)
