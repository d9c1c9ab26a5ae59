"""What other apps look through when a fact about a child is corrected. The register itself knows
none of them; an app joins in its own `corrections.py`."""

from collections.abc import Callable

from records.models import Child

# Facts on which promises to a family were built.
FACTS = ("date_of_birth", "needs_one_to_one")

_followers: list[Callable[[Child], None]] = []


def join(follower: Callable[[Child], None]) -> Callable[[Child], None]:
    """Be told of each corrected child, in the transaction of the correction; as a decorator."""
    _followers.append(follower)
    return follower


def tell(child: Child) -> None:
    for follower in _followers:
        follower(child)
