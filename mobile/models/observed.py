"""Something that screens watch: it tells its listeners that it has changed, and they read it anew."""

from __future__ import annotations

from collections.abc import Callable

Heard = Callable[[], None]


class Observed:
    """A model with listeners; all calls come from the screen's thread."""

    def __init__(self) -> None:
        self._listeners: list[Heard] = []

    def listen(self, heard: Heard) -> Callable[[], None]:
        """Call ``heard`` after every change; the returned callable ends that."""
        self._listeners.append(heard)

        def stop() -> None:
            if heard in self._listeners:
                self._listeners.remove(heard)

        return stop

    def changed(self) -> None:
        """Tell the listeners; one that leaves meanwhile is not called again."""
        for heard in tuple(self._listeners):
            if heard in self._listeners:
                heard()
