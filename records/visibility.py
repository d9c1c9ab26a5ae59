"""The first wall, once for all records: whose rows a person may see."""

from django.db.models import Q

from records.enums import Kind

# No row at all: what anybody sees who is neither a parent nor on duty with children.
NOTHING = Q(pk__in=[])


def visible(user: object, *, facility: str, parents: str = "") -> Q:
    """Rows of the facilities that staff work for, or of a parent's own household.

    `facility` and `parents` are the ways from the row to a facility and to its parents; without
    the second it is staff's alone.
    """
    duty = getattr(user, "duty", None)
    if duty is not None:
        return Q(**{f"{facility}__in": duty.facilities}) if duty.gives_care else NOTHING
    is_parent = getattr(user, "kind", None) == Kind.PARENT and getattr(user, "pk", None)
    if not parents or not is_parent:
        return NOTHING
    return Q(**{f"{parents}__user_id": getattr(user, "pk", None)})
