"""The reader: says whole sentences aloud, one at a time, with whatever voices the device has."""

from __future__ import annotations

import shutil
import subprocess
from typing import Protocol

from shared.vocabulary import Language


class Talker(Protocol):
    """Reads sentences; one that cannot is silent, for the screen shows the same words."""

    def say(self, text: str, language: Language) -> None:
        """Say it now instead of what is being said; returns at once."""
        ...

    def hush(self) -> None:
        """Be silent."""
        ...


class SilentTalker:
    """For machines without voices; it remembers what it was given."""

    def __init__(self) -> None:
        self.said: list[tuple[str, Language]] = []

    def say(self, text: str, language: Language) -> None:
        """See Talker."""
        self.said.append((text, language))

    def hush(self) -> None:
        """It is silent."""


class EspeakTalker:
    """Reads through espeak-ng, which has all three languages, where a desktop has it; elsewhere it is silent."""

    def __init__(self, program: str | None = None) -> None:
        self._program = program or shutil.which("espeak-ng")
        self._speaking: subprocess.Popen[bytes] | None = None

    def say(self, text: str, language: Language) -> None:
        """See Talker."""
        self.hush()
        if self._program is None:
            return
        try:
            self._speaking = subprocess.Popen(
                [self._program, "-v", language.value, "--stdin"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            assert self._speaking.stdin is not None
            self._speaking.stdin.write(text.encode())
            self._speaking.stdin.close()
        except OSError:  # no sound device, or the program is gone
            self._speaking = None

    def hush(self) -> None:
        """See Talker."""
        if self._speaking is not None:
            if self._speaking.poll() is None:
                self._speaking.terminate()
            self._speaking.wait()
            self._speaking = None
