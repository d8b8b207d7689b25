"""Messages in what a run keeps: as source and values, so that they can be said in another language later. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.i18n import Message


def kept_message(message: str, names: Mapping[str, str]) -> dict[str, Any]:
    """A message that can be said in another language later, with titles and board numbers in the place of ids."""
    if not isinstance(message, Message):
        return {"source": str(message), "values": {}}
    values = {
        name: kept_message(value, names) if isinstance(value, Message) else names.get(str(value), value)
        for name, value in message.values.items()
    }
    return {"source": message.source, "values": values}


def said_again(kept: Mapping[str, Any]) -> Message:
    """The message that was kept."""
    values = {
        name: said_again(value) if isinstance(value, dict) else value
        for name, value in kept["values"].items()
    }
    return Message(kept["source"], values or None)
