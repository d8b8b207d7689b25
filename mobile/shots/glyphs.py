"""Letters that a text has and its font has not: they would be drawn as empty boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from kivy.core.text import LabelBase
from kivy.uix.label import Label
from kivy.uix.textinput import TextInput
from PIL import ImageFont

MARKUP = re.compile(r"\[(/?)(\w+)(?:=([^\]]*))?\]")
NOBODY_S = "\uffff"  # a code without a letter: what it draws is the empty box
SIZE_PX = 24


def missing_letters(widgets: list[Any]) -> Iterator[str]:
    """One line for each text with letters that its font does not know."""
    for widget in widgets:
        for font, text in _pieces(widget):
            unknown = {letter for letter in text if letter.isprintable() and not _knows(font, letter)}
            if unknown:
                yield f"font {font} has no {' '.join(sorted(unknown))} for {text!r}"


def _pieces(widget: Any) -> Iterator[tuple[str, str]]:
    """Fonts and what is written in them."""
    if isinstance(widget, TextInput):
        yield widget.font_name, widget.password_mask if widget.password and widget.text else widget.text
    elif isinstance(widget, Label):
        fonts, at = [widget.font_name], 0
        for tag in MARKUP.finditer(widget.text) if widget.markup else ():
            yield fonts[-1], widget.text[at : tag.start()]
            at = tag.end()
            if tag[2] == "font":
                fonts = fonts[:-1] if tag[1] else [*fonts, tag[3]]
        yield fonts[-1], widget.text[at:]


@cache
def _knows(font: str, letter: str) -> bool:
    drawn = _font(font)
    return letter.isspace() or bytes(drawn.getmask(letter)) != bytes(drawn.getmask(NOBODY_S))


@cache
def _font(name: str) -> Any:
    files = LabelBase._fonts.get(name)
    return ImageFont.truetype(files[0] if files else name, SIZE_PX)
