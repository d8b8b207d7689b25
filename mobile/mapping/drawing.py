"""What a view of the map shows, in pixels: strokes below, signs of the stops above them, me on top. Pure; the screen paints it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from mobile.mapping.lines import simplified
from mobile.mapping.plane import XY, Bounds, Line, bounds_of
from mobile.mapping.viewport import Viewport
from shared.contracts import StreetKind

LESS_THAN_PX = 0.7  # a bend smaller than this is not seen
SIGN_DP, NEXT_SIGN_DP = 26.0, 36.0
STREET_WIDTHS_DP = {
    StreetKind.MAIN: 5.0,
    StreetKind.MIDDLE: 3.5,
    StreetKind.MINOR: 2.0,
    StreetKind.PATH: 1.0,
}
SEEN_UNTIL_M_PER_PX = {
    StreetKind.MAIN: 100.0,
    StreetKind.MIDDLE: 16.0,
    StreetKind.MINOR: 10.0,
    StreetKind.PATH: 3.0,
}
"""In metres a dp: from farther away a class would be a grey carpet."""


@dataclass(frozen=True, slots=True)
class PlaneStreet:
    """A street on the plane, with its box."""

    kind: StreetKind
    line: Line
    bounds: Bounds


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaneStop:
    """A stop on the plane, as it is shown."""

    at: XY
    text: str  # icon and number
    colour: str
    is_next: bool = False
    order: int = 0  # the smaller, the more it matters where there is no room for all


@dataclass(frozen=True, slots=True)
class Stroke:
    """Lines of one look, in pixels."""

    colour: str
    width_px: float
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Sign:
    """A stop's sign; without text a dot, for which alone there was room."""

    at: XY
    text: str
    colour: str
    size_px: float


@dataclass(frozen=True, slots=True)
class Me:
    """Where the device is: radius of what the receiver promises, and where it moves to, in degrees from north."""

    at: XY
    radius_px: float
    heading_deg: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A whole picture, the lowest first."""

    strokes: tuple[Stroke, ...] = ()
    signs: tuple[Sign, ...] = ()
    me: Me | None = None


def street_strokes(streets: Iterable[PlaneStreet], view: Viewport, density: float) -> tuple[Stroke, ...]:
    """The streets in sight, small ones first; ``density`` is how many pixels a dp has."""
    by_kind: dict[StreetKind, list[Line]] = {kind: [] for kind in StreetKind}
    m_per_dp, seen = view.m_per_px * density, view.bounds
    for street in streets:
        if m_per_dp <= SEEN_UNTIL_M_PER_PX[street.kind] and street.bounds.meets(seen):
            by_kind[street.kind].append(line_px(street.line, view))
    return tuple(
        Stroke("line", STREET_WIDTHS_DP[kind] * density, tuple(by_kind[kind]))
        for kind in reversed(StreetKind)
        if by_kind[kind]
    )


def line_px(line: Line, view: Viewport) -> Line:
    """A line as it is seen, without the bends that are not."""
    return tuple(view.to_px(xy) for xy in simplified(line, LESS_THAN_PX * view.m_per_px))


def visible(lines: Iterable[Line], view: Viewport) -> tuple[Line, ...]:
    """The lines in sight, in pixels."""
    seen = view.bounds
    return tuple(
        line_px(line, view)
        for line in lines
        if len(line) > 1 and (box := bounds_of(line)) is not None and box.meets(seen)
    )


def stop_signs(stops: Sequence[PlaneStop], view: Viewport, density: float) -> tuple[Sign, ...]:
    """Signs of the stops in sight; where they would cover each other the less important ones become dots.

    The next stop is last, so that it is painted over all others.
    """
    taken: set[tuple[int, int]] = set()
    signs: list[Sign] = []
    dots: list[Sign] = []
    room_px = SIGN_DP * density * 1.4
    seen = view.bounds
    for stop in sorted(stops, key=lambda stop: (not stop.is_next, stop.order)):
        if not Bounds(*stop.at, *stop.at).meets(seen):
            continue
        at = view.to_px(stop.at)
        column, row = int(at[0] // room_px), int(at[1] // room_px)
        near = {(column + right, row + up) for right in (-1, 0, 1) for up in (-1, 0, 1)}
        if taken & near and not stop.is_next:
            dots.append(Sign(at, "", stop.colour, 9 * density))
            continue
        taken.add((column, row))
        size_dp = NEXT_SIGN_DP if stop.is_next else SIGN_DP
        signs.append(Sign(at, stop.text, stop.colour, size_dp * density))
    return (*reversed(dots), *reversed(signs))
