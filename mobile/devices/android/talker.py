"""Sentences by Android's TextToSpeech; a language without a voice on the phone stays silent. Never run on a device."""

from __future__ import annotations

import logging
from collections.abc import Callable
from importlib import import_module
from typing import Any

from mobile.devices.android.java import context, java
from shared.vocabulary import Language

log = logging.getLogger(__name__)
TTS = "android.speech.tts.TextToSpeech"
HAS_VOICE_FROM = 0  # LANG_AVAILABLE; below it data is missing or the language is not known


class AndroidTalker:
    """See Talker; the engine starts with the first sentence, which waits for it."""

    def __init__(self) -> None:
        self._engine: Any = None
        self._listener: Any = None  # Java holds no reference that keeps it alive
        self._ready = False
        self._waiting: tuple[str, Language] | None = None

    def say(self, text: str, language: Language) -> None:
        """See Talker."""
        if not self._ready:
            self._waiting = text, language
            self._start()
            return
        locale = java("java.util.Locale").forLanguageTag(language.value)
        if self._engine.setLanguage(locale) < HAS_VOICE_FROM:
            log.info("no voice for %s on this phone", language.value)
            return
        self._engine.speak(text, java(TTS).QUEUE_FLUSH, None, "qala")

    def hush(self) -> None:
        """See Talker."""
        self._waiting = None
        if self._ready:
            self._engine.stop()

    def _start(self) -> None:
        if self._engine is None:
            self._listener = _listener(self._began)
            self._engine = java(TTS)(context(), self._listener)

    def _began(self, status: int) -> None:
        self._ready = status == java(TTS).SUCCESS
        if self._ready and self._waiting is not None:
            (text, language), self._waiting = self._waiting, None
            self.say(text, language)


def _listener(call: Callable[[int], None]) -> Any:
    """A Java OnInitListener; pyjnius reads the interface and the methods from the class's members."""
    jnius = import_module("jnius")

    def onInit(_self: Any, status: int) -> None:  # noqa: N802  # Java's name
        call(status)

    members = {
        "__javainterfaces__": ["android/speech/tts/TextToSpeech$OnInitListener"],
        "__javacontext__": "app",
        "onInit": jnius.java_method("(I)V")(onInit),
    }
    return type("OnInitListener", (jnius.PythonJavaClass,), members)()
