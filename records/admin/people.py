"""Names behind account numbers, as far as the reader may see them."""

from history.differences import People
from records.enums import Kind, Role
from records.models import Parent, User


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


PEOPLE = People(names_of, {**dict(Role.choices), Kind.PARENT.value: Kind.PARENT.label})
