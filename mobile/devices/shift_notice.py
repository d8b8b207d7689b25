"""The notice that stands while a shift is recorded: Android lets an app work out of sight only under one."""

from __future__ import annotations

from typing import Protocol


class ShiftNotice(Protocol):
    """The system's notice of the recording, and with it the right to go on out of sight."""

    def show(self, title: str, text: str) -> bool:
        """Show it; False where the system does not allow it now, which may be tried again later."""
        ...

    def hide(self) -> None:
        """The recording has ended."""
        ...


class NoShiftNotice:
    """A desktop's window works on, whoever looks at it: only remembers what a phone would say."""

    def __init__(self) -> None:
        self.shown: tuple[str, str] | None = None

    def show(self, title: str, text: str) -> bool:
        """See ShiftNotice."""
        self.shown = (title, text)
        return True

    def hide(self) -> None:
        """See ShiftNotice."""
        self.shown = None
