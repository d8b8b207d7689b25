"""The loudspeaker: plays one short recording at a time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Protocol


class Speaker(Protocol):
    """Plays recordings; a speaker that cannot be used stays silent, for the screen shows the same words."""

    def play(self, sound: Path) -> None:
        """Play it now instead of what is playing; returns at once."""
        ...

    def stop(self) -> None:
        """Be silent."""
        ...


class SilentSpeaker:
    """For machines without sound; it remembers what it was given."""

    def __init__(self) -> None:
        self.played: list[Path] = []

    def play(self, sound: Path) -> None:
        """See Speaker."""
        self.played.append(sound)

    def stop(self) -> None:
        """It is silent."""


class KivySpeaker:
    """Plays through Kivy on any platform; sounds stay loaded, so that a word comes without delay."""

    def __init__(self) -> None:
        self._sounds: dict[Path, Any] = {}
        self._playing: Any = None

    def play(self, sound: Path) -> None:
        """See Speaker; call it on the screen's thread."""
        from kivy.core.audio import SoundLoader  # opens the sound device: only when something is to be said

        if sound not in self._sounds:
            self._sounds[sound] = SoundLoader.load(str(sound))
        self.stop()
        self._playing = self._sounds[sound]
        if self._playing is not None:
            self._playing.play()

    def stop(self) -> None:
        """See Speaker."""
        if self._playing is not None:
            self._playing.stop()
            self._playing = None
