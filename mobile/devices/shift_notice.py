"""The notice that stands while a shift is recorded: Android lets an app work out of sight only under one."""

from __future__ import annotations

from typing import Protocol


class ShiftNotice(Protocol):
    """The system's notice of the recording, and with it the right to go on out of sight."""

    @property
    def stands(self) -> bool:
        """Whether it stands now: the system may refuse it while the app is not seen, and may take it away."""
        ...

    def show(self, title: str, text: str) -> None:
        """Show it, if that is allowed now."""
        ...

    def hide(self) -> None:
        """The recording has ended."""
        ...


class NoShiftNotice:
    """A desktop's window works on, whoever looks at it: only remembers what a phone would say."""

    def __init__(self) -> None:
        self.shown: tuple[str, str] | None = None

    @property
    def stands(self) -> bool:
        """See ShiftNotice."""
        return self.shown is not None

    def show(self, title: str, text: str) -> None:
        """See ShiftNotice."""
        self.shown = (title, text)

    def hide(self) -> None:
        """See ShiftNotice."""
        self.shown = None
