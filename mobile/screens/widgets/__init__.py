"""Reused pieces of the screens: texts, buttons, fields, choices, rows, questions; every one at least 48 dp to touch.

Loading this package registers their classes and rules; a rule reads colours from ``app.theme`` alone.
"""

from __future__ import annotations

from pathlib import Path

from kivy.core.text import LabelBase
from kivy.lang import Builder
from kivy.resources import resource_find

from mobile.screens.widgets.choice import Choice
from mobile.screens.widgets.field import Field
from mobile.screens.widgets.part import Part
from mobile.screens.widgets.question import Question
from mobile.screens.widgets.row_list import RowList
from mobile.screens.widgets.row_view import RowView
from mobile.screens.widgets.steps import Steps

__all__ = ["Choice", "Field", "Part", "Question", "RowList", "RowView", "Steps"]

ICON_FACE = "data/fonts/DejaVuSans.ttf"  # Kivy's own; its Roboto has no arrows and symbols

LabelBase.register("Icons", resource_find(ICON_FACE) or ICON_FACE)
for _rules in ("texts", "part", "buttons", "field", "choice", "row_view", "row_list", "steps", "question"):
    Builder.load_file(str(Path(__file__).with_name(f"{_rules}.kv")))
