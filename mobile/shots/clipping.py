"""What a picture would show wrong: texts larger than their box, boxes outside their parent, things too small to touch, letters that a font has not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kivy.metrics import dp
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.label import Label
from kivy.uix.scrollview import ScrollView
from kivy.uix.textinput import TextInput

from mobile.screens.map_canvas import MapCanvas
from mobile.shots.glyphs import missing_letters

SLACK_PX = 1.5  # sizes are rounded
TOUCH_DP = 48
MAP_DP = 120  # a lower map is a strip that says nothing


def faults(widgets: list[Any]) -> list[str]:
    """One line for each fault of the widgets in sight."""
    return [
        *_clipped(widgets),
        *_outside(widgets),
        *_too_small(widgets),
        *_low_maps(widgets),
        *missing_letters(widgets),
    ]


def _clipped(widgets: list[Any]) -> Iterator[str]:
    """A text whose picture is larger than its widget is cut off, or lies over its neighbour."""
    for widget in widgets:
        if isinstance(widget, Label) and widget.text:
            width, height = widget.texture_size
            if width > widget.width + SLACK_PX or height > widget.height + SLACK_PX:
                yield (
                    f"text {widget.text!r} is {width}×{height} px in a box of {widget.width:.0f}×{widget.height:.0f}"
                )


def _outside(widgets: list[Any]) -> Iterator[str]:
    """A child that leaves its parent lies over something else; only what scrolls may be larger."""
    for widget in widgets:
        parent = widget.parent
        if (
            parent is None
            or parent is widget
            or isinstance(parent, ScrollView)
            or not hasattr(parent, "do_layout")
        ):
            continue
        inner, outer = _box(widget), _box(parent)
        if (
            inner[0] < outer[0] - SLACK_PX
            or inner[1] < outer[1] - SLACK_PX
            or inner[2] > outer[2] + SLACK_PX
            or inner[3] > outer[3] + SLACK_PX
        ):
            yield f"{_name(widget)} leaves {_name(parent)}: {inner} in {outer}"


def _too_small(widgets: list[Any]) -> Iterator[str]:
    """A glove needs 48 dp."""
    for widget in widgets:
        touched = isinstance(widget, ButtonBehavior | TextInput) and not widget.disabled
        if touched and min(widget.width, widget.height) < dp(TOUCH_DP) - SLACK_PX:
            yield f"{_name(widget)} is too small to touch: {widget.width:.0f}×{widget.height:.0f}"


def _low_maps(widgets: list[Any]) -> Iterator[str]:
    """A map gets the room that is left, and large letters leave little."""
    for widget in widgets:
        if isinstance(widget, MapCanvas) and widget.height < dp(MAP_DP):
            yield f"the map is {widget.height:.0f} px high, which is less than {dp(MAP_DP):.0f}"


def _name(widget: Any) -> str:
    text = getattr(widget, "text", "") or getattr(widget, "word", "")
    return f"{type(widget).__name__} {text!r}" if text else type(widget).__name__


def _box(widget: Any) -> tuple[int, int, int, int]:
    """Left, bottom, right, top in the window."""
    left, low = widget.to_window(*widget.pos)
    return round(left), round(low), round(left + widget.width), round(low + widget.height)
