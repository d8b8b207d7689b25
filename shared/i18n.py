"""Messages in Russian, Kazakh and English: a string that remembers its source text and values until someone reads it."""

from __future__ import annotations

import gettext
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from shared.vocabulary import Language

LOCALE_DIR = Path(__file__).parent / "locale"
DOMAIN = "qala"
DEFAULT_LANGUAGE = Language.RU


class Message(str):
    """English source text with named placeholders; ``format`` keeps the values so that ``translate`` can use them.

    It is a ``str``, so libraries that only print it work unchanged.
    """

    source: str
    values: dict[str, Any]

    def __new__(cls, source: str, values: dict[str, Any] | None = None) -> Message:
        text = source if values is None else _fill(source, values)
        message = super().__new__(cls, text)
        message.source = source
        message.values = {} if values is None else values
        return message

    def format(self, *_args: object, **values: Any) -> Message:
        """Fill the placeholders; values stay attached for other languages."""
        return Message(self.source, {**self.values, **values})

    def __reduce__(self) -> tuple[type[Message], tuple[str, dict[str, Any]]]:
        return (Message, (self.source, self.values))


def listed(words: Iterable[str]) -> Message:
    """Words one after another in guillemets, each translated when the list is; «—» of none."""
    values = {f"word_{at}": word for at, word in enumerate(words)}
    return Message(", ".join(f"«{{{name}}}»" for name in values) or "—", values)


def translate(message: str, language: Language | str) -> str:
    """The message in a language; plain strings and unknown messages come back unchanged."""
    if not isinstance(message, Message):
        return str(message)
    text = catalogue(str(language)).gettext(message.source)
    values = {
        name: translate(value, language) if isinstance(value, Message) else value
        for name, value in message.values.items()
    }
    return _fill(text, values) if values else text


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """The compiled catalogue of a language; English needs none, it is the source."""
    return gettext.translation(DOMAIN, LOCALE_DIR, languages=[language], fallback=True)


def _fill(text: str, values: dict[str, Any]) -> str:
    """``str.format`` that leaves an unknown placeholder standing, so that a wrong translation cannot break an answer."""
    return Formatter().vformat(text, (), _Tolerant(values))


class _Tolerant(dict[str, Any]):
    def __missing__(self, name: str) -> str:
        return "{" + name + "}"
