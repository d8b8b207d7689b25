"""Hands a place over to whatever navigator is installed, by a geo: link (RFC 5870)."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from typing import Protocol
from urllib.parse import quote

from shared.geometry import Point


class Navigator(Protocol):
    """An installed navigator."""

    def open(self, point: Point, title: str = "") -> bool:
        """Lead there; False when nobody took the link."""
        ...


def geo_link(point: Point, title: str = "") -> str:
    """The link; the ``q`` with a name in brackets is what Android's navigators put on the map."""
    at = f"{point.lat:.6f},{point.lon:.6f}"
    return f"geo:{at}?q={at}({quote(title)})" if title else f"geo:{at}"


class DesktopNavigator:
    """Whatever the desktop opens links with."""

    def __init__(self, open_link: Callable[[str], bool] = webbrowser.open) -> None:
        self._open_link = open_link

    def open(self, point: Point, title: str = "") -> bool:
        """See Navigator."""
        return self._open_link(geo_link(point, title))
