"""Read JSON from strangers: UTF-8 only, no NaN, no duplicate keys, bounded depth, errors that say where."""

from __future__ import annotations

import json
import math
import re

from shared.decoding import DecodeError
from shared.i18n import Message
from shared.i18n import Message as _
from shared.scalars import MAX_DEPTH

MAX_DIGITS = 400  # longer than any double; Python itself gives up at 4300

REASONS = (  # what Python's json says, in its words: here for the translators
    _("Expecting value"),
    _("Expecting ',' delimiter"),
    _("Expecting ':' delimiter"),
    _("Expecting property name enclosed in double quotes"),
    _("Extra data"),
    _("Invalid \\escape"),
    _("Invalid \\uXXXX escape"),
    _("Invalid control character at"),
    _("Unexpected UTF-8 BOM (decode using utf-8-sig)"),
    _("Unterminated string starting at"),
)

# One token a match; an unterminated string runs to the end, so that no input is looked at twice.
_TOKEN = re.compile(
    r"""(?P<text>"[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z))(?P<colon>[ \t\n\r]*:)?"""
    r"""|(?P<open>[\[{])|(?P<close>[\]}])|(?P<special>NaN|-?Infinity)|(?P<number>-?[0-9][0-9.eE+-]*)""",
    re.DOTALL,
)


def parse_json(data: bytes, *, max_depth: int = MAX_DEPTH) -> object:
    """The value that the bytes hold; DecodeError (empty path) with line and column of what is wrong."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = _("the body must be JSON in UTF-8: byte {position} ({byte}) is not")
        raise _refusal(message.format(position=error.start, byte=f"0x{data[error.start]:02x}")) from None
    _scan(text, max_depth)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise _refusal(_at(text, error.pos, Message(error.msg))) from None


def _scan(text: str, max_depth: int) -> None:
    """Refuse what ``json.loads`` accepts, or cannot survive, before it runs."""
    names: list[set[str] | None] = []  # of each open object; None for an open list
    for token in _TOKEN.finditer(text):
        where = token.start()
        if token["open"]:
            if len(names) == max_depth:
                raise _refusal(_at(text, where, _("nested more than {max} deep").format(max=max_depth)))
            names.append(set() if token["open"] == "{" else None)
        elif token["close"]:
            if names:
                names.pop()
        elif token["text"]:
            content = _content(text, where, token["text"])
            if token["colon"] and names and (known := names[-1]) is not None:
                if content in known:
                    reason = _("the name {name} stands twice in one object").format(name=token["text"][:80])
                    raise _refusal(_at(text, where, reason))
                known.add(content)
        elif token["special"]:
            reason = _("{value} is not a number in JSON").format(value=token["special"])
            raise _refusal(_at(text, where, reason))
        else:
            _check_number(text, where, token["number"])


def _content(text: str, where: int, token: str) -> str:
    """What a JSON text says; a text that JSON forbids comes back as it is, for ``json.loads`` to refuse."""
    if "\\" not in token:
        return token[1:-1]
    try:
        content = str(json.loads(token))
        content.encode("utf-8")
    except json.JSONDecodeError:
        return token
    except UnicodeEncodeError:
        raise _refusal(_at(text, where, _("a text has half of a surrogate pair"))) from None
    return content


def _check_number(text: str, where: int, token: str) -> None:
    try:
        too_large = len(token) > MAX_DIGITS or not math.isfinite(float(token))
    except ValueError:
        return
    if too_large:
        raise _refusal(_at(text, where, _("a number is too large")))


def _at(text: str, position: int, reason: Message) -> Message:
    line = text.count("\n", 0, position) + 1
    column = position - text.rfind("\n", 0, position)
    message = _("the body is not valid JSON at line {line}, column {column}: {reason}")
    return message.format(line=line, column=column, reason=reason)


def _refusal(message: Message) -> DecodeError:
    return DecodeError([((), message)])
