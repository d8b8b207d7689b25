"""Whether there is a network, and whether it costs money: what the sync worker and the photos wait for."""

from __future__ import annotations

from typing import Protocol

from mobile.listeners import Call, Listeners


class Network(Protocol):
    """What the system says of its connections; only a request proves that the server is behind them."""

    def online(self) -> bool:
        """Whether the system has any connection."""
        ...

    def on_wifi(self) -> bool:
        """Whether it is one that is not counted by the megabyte."""
        ...

    def listen(self, call: Call) -> Call:
        """Call after every change, on any thread; the answer ends it."""
        ...


class SwitchedNetwork:
    """A desktop takes its network for granted; the switches show what a phone does without it."""

    def __init__(self, *, online: bool = True, wifi: bool = True) -> None:
        self._online, self._wifi = online, wifi
        self.listeners = Listeners()

    def online(self) -> bool:
        """See Network."""
        return self._online

    def on_wifi(self) -> bool:
        """See Network."""
        return self._online and self._wifi

    def listen(self, call: Call) -> Call:
        """See Network."""
        return self.listeners.add(call)

    def switch(self, *, online: bool, wifi: bool = True) -> None:
        """Come and go."""
        if (online, wifi) != (self._online, self._wifi):
            self._online, self._wifi = online, wifi
            self.listeners.tell()
