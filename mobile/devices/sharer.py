"""Hands a text to an app that the user chooses: a messenger, a mail."""

from __future__ import annotations

from typing import Protocol


class Sharer(Protocol):
    """Whatever the platform shares with."""

    def share(self, text: str, title: str) -> bool:
        """Let the user choose who gets it; False where there is nothing to choose from."""
        ...


class NoSharer:
    """A desktop: whoever helps finds the file in its folder."""

    def share(self, text: str, title: str) -> bool:
        """See Sharer."""
        return False
