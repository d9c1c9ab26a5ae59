"""Where threads wait for each other, so that what is rare happens every time."""

from collections.abc import Callable
from contextlib import suppress
from threading import Barrier, BrokenBarrierError, get_ident
from typing import Any

# Whoever already waits for a lock of the other never comes: the other goes on without.
PATIENCE = 0.15


class Meeting:
    """Each thread waits here once, until all have come or the others can't come any more."""

    def __init__(self, parties: int, patience: float = PATIENCE) -> None:
        self._barrier = Barrier(parties, timeout=patience)
        self._came: set[int] = set()

    def wait(self) -> None:
        if get_ident() in self._came:
            return
        self._came.add(get_ident())
        with suppress(BrokenBarrierError):
            self._barrier.wait()

    def leave(self) -> None:
        """Whoever is done lets the others go on, unless they have met."""
        if get_ident() not in self._came:
            self._barrier.abort()

    def before(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with the meeting before each call."""

        def meet_and_call(*args: Any, **kwargs: Any) -> Any:
            self.wait()
            return function(*args, **kwargs)

        return meet_and_call

    def after(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with the meeting between each call and its result."""

        def call_and_meet(*args: Any, **kwargs: Any) -> Any:
            try:
                return function(*args, **kwargs)
            finally:
                self.wait()

        return call_and_meet
