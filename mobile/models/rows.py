"""A row of any list: icon, name, a line of facts, time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row as it is shown; ``colour`` is the design token of the icon, ``key`` what a touch opens."""

    key: str = ""
    icon: str = ""
    colour: str = "muted"
    title: str = ""
    facts: str = ""
    time: str = ""
    extra: str = ""  # a second line of facts, for the few rows that need it
    whole_title: bool = False  # the name may take several lines
    alarming: bool = False  # the facts are what the eye must find: they take the icon's colour
