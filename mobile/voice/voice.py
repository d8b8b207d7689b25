"""The voice: it plays the recording of what the person is asked for, the newest at once."""

from __future__ import annotations

from uuid import UUID

from mobile.devices.speaker import Speaker
from mobile.voice.cues import Cue, recording
from shared.vocabulary import Language


class Voice:
    """Says cues through a speaker."""

    def __init__(self, speaker: Speaker) -> None:
        self._speaker = speaker

    def meet(self, person_id: UUID) -> None:
        """The voice is the same for everybody."""

    def prompt(self, cue: Cue, language: Language) -> None:
        """Say it now, even over what is being said."""
        self._speaker.play(recording(cue, language))
