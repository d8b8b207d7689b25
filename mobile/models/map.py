"""The map of a route: what lies on it, through which window it is seen, and whether that follows the driver."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from mobile.mapping.drawing import (
    Drawing,
    Me,
    PlaneStop,
    PlaneStreet,
    Stroke,
    stop_signs,
    street_strokes,
    visible,
)
from mobile.mapping.lines import shifted
from mobile.mapping.plane import XY, Bounds, Line, Plane, bounds_of, positions_of
from mobile.mapping.streets import Street, StreetMap
from mobile.mapping.viewport import Viewport, scale_bar_m
from mobile.models.observed import Observed
from mobile.models.route_signs import stop_sign
from mobile.models.words import Words
from mobile.tracking.driven import Way
from shared.contracts import Fix, RouteSheet, RouteStop
from shared.geometry import Point
from shared.i18n import Message as _
from shared.vocabulary import StopState, StreetSide

STEP = 1.6  # of one touch of + or −
MARGIN_DP = 36.0
LOOK_M_PER_DP = 2.0  # at a stop that was chosen from the list
WAY_DP, NEXT_WAY_DP = 3.0, 5.0
DRIVEN_DP = 1.6  # thinner than every way of the plan, so that it lies on it
UNKNOWN_WAY_DP = 1.0  # a straight line: which stop follows, not how to get there
MARGIN_MOST = 0.2  # of a low window
BAR_MOST_DP = 96.0
SIDE_DP = 4.0  # how far beside its street a segment is drawn
FOLLOW_M_PER_DP = (1.0, 8.0)  # a driver sees the next few hundred metres, a kilometre at most
HEADING_FROM_M = 8.0  # a shorter way is the receiver's noise, not a direction
FIXES_KEPT = 8
DRIVES_FROM_MPS = 1.5  # slower, the way over the fixes is older than where somebody faces now
TURN_LEAST_DEG = 10.0  # a smaller turn is the hand, and painting costs
STREETS_KEPT = 20_000  # lines on the plane, so that a pan does not project them again


@dataclass(frozen=True, slots=True, kw_only=True)
class MapView:
    """What stands beside the picture."""

    north: str = ""
    bar_px: float = 0.0
    bar: str = ""
    empty: str = ""
    follows: bool = False
    credit: str = ""  # whose streets these are


class MapModel(Observed):
    """One map; ``seen`` grows with whatever is not a mere move of the window, so that the screen paints only then."""

    def __init__(
        self, streets: StreetMap, words: Words, *, facing_deg: Callable[[], float | None] = lambda: None
    ) -> None:
        """``facing_deg``: where the driver faces while he stands, from a compass; None where nobody knows."""
        super().__init__()
        self._facing_deg = facing_deg
        self._facing: float | None = None
        self._streets = streets
        self._words = words
        self._plane: Plane | None = None
        self._lines: dict[int, PlaneStreet] = {}
        self._sheet: RouteSheet | None = None
        self._next: UUID | None = None
        self._ways: list[tuple[Line, str, float]] = []  # line, colour, width in dp
        self._segments: list[tuple[RouteStop, Line, str]] = []
        self._stops: list[PlaneStop] = []
        self._driven: tuple[Way, ...] = ()
        self._driven_lines: tuple[Line, ...] = ()
        self._fix: Fix | None = None
        self._fixes: deque[Fix] = deque(maxlen=FIXES_KEPT)
        self._follows = True
        self._untouched = (
            True  # nobody has moved the window yet: it shows all of the route, or the way to the next stop
        )
        self._near = False  # of an untouched window: the route is under way, and only what comes next matters
        self.density = 1.0
        self.viewport = Viewport()
        self.seen = 0
        self._edition = streets.edition

    # --- what lies on it ----------------------------------------------------------------------------

    def show(self, sheet: RouteSheet | None, next_id: UUID | None) -> None:
        """Show a route; its next stop is drawn large."""
        if sheet is self._sheet and next_id == self._next:
            return
        other = sheet is None or self._sheet is None or sheet.id != self._sheet.id
        self._sheet, self._next = sheet, next_id
        if sheet is not None and (other or self._plane is None):
            first = sheet.stops[0]
            self._plane, self._lines = Plane(Point(lat=first.lat, lon=first.lon)), {}
            self._near = next_id is not None and any(
                stop.state is not StopState.PLANNED for stop in sheet.stops
            )
            self._untouched, self._follows = True, self._near
        self._lay_out()
        if other:
            self._fit()
        self._changed()

    def drive(self, driven: tuple[Way, ...]) -> None:
        """The way that was recorded so far, as lines of lat and lon."""
        if driven != self._driven:
            self._driven = driven
            self._lay_out_driven()
            self._changed()

    def look_again(self) -> None:
        """Other streets may have come: draw them."""
        if self._edition != self._streets.edition:
            self._changed()

    def place(self, fix: Fix | None) -> None:
        """The device is here; None where it does not know."""
        if fix == self._fix:
            return
        is_first, self._fix = self._fix is None, fix
        if fix is not None:
            self._fixes.append(fix)
            if is_first:
                self._fit()
            if self._follows and self._plane is not None:
                self._centre(self._plane.xy(fix.lat, fix.lon))
        self._changed()

    def _lay_out_driven(self) -> None:
        plane = self._plane
        lines = self._driven if plane is not None else ()
        self._driven_lines = tuple(tuple(plane.xy(*at) for at in line) for line in lines if plane)

    def _lay_out(self) -> None:
        """The route on the plane: the way so far muted, the way ahead in the accent."""
        self._lay_out_driven()
        self._ways, self._segments, self._stops = [], [], []
        if self._sheet is None or self._plane is None:
            return
        stops, plane = self._sheet.stops, self._plane
        ahead, came_from = False, None
        for number, stop in enumerate(stops, 1):
            ahead = ahead or stop.state is StopState.PLANNED
            is_next = stop.id == self._next
            way = plane.line(positions_of(stop.path))
            segment = plane.line(positions_of(stop.line))
            at = plane.xy(stop.lat, stop.lon)
            if len(way) > 1:
                self._ways.append((way, "accent" if ahead else "muted", NEXT_WAY_DP if is_next else WAY_DP))
            elif came_from is not None:
                self._ways.append(((came_from, at), "muted", UNKNOWN_WAY_DP))
            came_from = segment[-1] if segment else at
            sign = stop_sign(stop, is_next=is_next and stop.state is StopState.PLANNED)
            if len(segment) > 1:
                self._segments.append((stop, segment, sign.colour))
            order = number if stop.state is StopState.PLANNED else len(stops) + number
            text = str(number) if stop.state is StopState.PLANNED else f"{sign.icon}{number}"
            self._stops.append(
                PlaneStop(
                    at=at,
                    text=text,
                    colour=sign.colour,
                    is_next=is_next,
                    order=order,
                )
            )

    # --- through which window -----------------------------------------------------------------------

    def resize(self, width_px: float, height_px: float, density: float) -> None:
        """The screen has given it so much room."""
        self.density = density
        self.viewport = self.viewport.resized(width_px, height_px)
        self._fit()
        self._changed()

    def pan(self, right_px: float, up_px: float) -> None:
        """A finger moved the picture; it no longer follows the driver."""
        self._follows = self._untouched = False
        self.viewport = self.viewport.panned(right_px, up_px)
        self.changed()

    def zoom(self, factor: float, at_px: XY | None = None) -> None:
        """Two fingers, or a button."""
        self._untouched = False
        self.viewport = self.viewport.zoomed(factor, at_px)
        self.changed()

    def nearer(self) -> None:
        """One step."""
        self.zoom(STEP)

    def farther(self) -> None:
        """One step."""
        self.zoom(1 / STEP)

    def whole(self) -> None:
        """The whole route, and me; also when the window gets another size."""
        self._follows, self._near, self._untouched = False, False, True
        self._fit()
        self.changed()

    def follow(self) -> None:
        """Me in the middle from now on, and so near that the next stop is just seen; that stop where I am not known."""
        self._follows, self._untouched = True, False
        self._go_near()
        self.changed()

    def _go_near(self) -> None:
        goal = next((stop.at for stop in self._stops if stop.is_next), None)
        me = self._me_at()
        if (at := me or goal) is not None:
            self._centre(at)
            reach_px = min(self.viewport.width_px, self.viewport.height_px) / 2 - MARGIN_DP * self.density
            wanted = math.dist(me, goal) / max(reach_px, 1.0) if me and goal else 0.0
            nearest, farthest = (each / self.density for each in FOLLOW_M_PER_DP)
            self.viewport = self.viewport.zoomed(self.viewport.m_per_px / min(max(wanted, nearest), farthest))

    def look_at(self, point: Point) -> None:
        """A place in the middle."""
        if self._plane is not None:
            self._follows = self._untouched = False
            self._centre(self._plane.xy(point.lat, point.lon))
            near = LOOK_M_PER_DP / self.density
            if self.viewport.m_per_px > near:
                self.viewport = self.viewport.zoomed(self.viewport.m_per_px / near)
            self.changed()

    # --- what is seen -------------------------------------------------------------------------------

    @property
    def view(self) -> MapView:
        """What stands beside the picture."""
        m_per_px = self.viewport.m_per_px
        bar_m = scale_bar_m(m_per_px, BAR_MOST_DP * self.density)
        return MapView(
            north=self._words(_("N")),
            bar_px=bar_m / m_per_px,
            bar=self._words.distance(bar_m) if bar_m >= 5 else self._words(_("{distance} m"), distance=bar_m),
            empty="" if self._stops else self._words(_("No route to show on the map")),
            follows=self._follows,
            credit=self._streets.credit,
        )

    def drawing(self, viewport: Viewport) -> Drawing:
        """All that is seen through a window, in its pixels."""
        if self._plane is None or self._sheet is None:
            return Drawing()
        density = self.density
        strokes = [*street_strokes(self._plane_streets(viewport), viewport, density)]
        for colour in ("muted", "accent"):
            for width_dp in (UNKNOWN_WAY_DP, WAY_DP, NEXT_WAY_DP):
                lines = visible((way for way, *look in self._ways if look == [colour, width_dp]), viewport)
                if lines:
                    strokes.append(Stroke(colour, width_dp * density, lines))
        for stop, segment, colour in self._segments:
            is_next = stop.id == self._next
            for line in _beside(segment, stop.side, SIDE_DP * density * viewport.m_per_px):
                strokes += [
                    Stroke(colour, (7.0 if is_next else 5.0) * density, seen)
                    for seen in [visible([line], viewport)]
                    if seen
                ]
        if driven := visible(self._driven_lines, viewport):
            strokes.append(Stroke("text", DRIVEN_DP * density, driven))
        return Drawing(
            strokes=tuple(strokes), signs=stop_signs(self._stops, viewport, density), me=self._me(viewport)
        )

    # --- how ----------------------------------------------------------------------------------------

    def _changed(self) -> None:
        self.seen += 1
        self.changed()

    def _centre(self, at: XY) -> None:
        self.viewport = Viewport(
            centre=at,
            m_per_px=self.viewport.m_per_px,
            width_px=self.viewport.width_px,
            height_px=self.viewport.height_px,
        )

    def _bounds(self) -> Bounds | None:
        points = [stop.at for stop in self._stops]
        points += [at for way, _colour, _width in self._ways for at in way]
        me = self._me_at()
        return bounds_of([*points, me] if me and points else points)

    def _fit(self) -> None:
        if self._untouched and self._near:
            self._go_near()
        elif self._untouched and (bounds := self._bounds()) is not None:
            smaller_px = min(self.viewport.width_px, self.viewport.height_px)
            margin_px = min(MARGIN_DP * self.density, MARGIN_MOST * smaller_px)
            self.viewport = self.viewport.fitted(bounds, margin_px, m_per_px_least=0.5 / self.density)

    def _me_at(self) -> XY | None:
        if self._fix is None or self._plane is None:
            return None
        return self._plane.xy(self._fix.lat, self._fix.lon)

    def _me(self, viewport: Viewport) -> Me | None:
        at = self._me_at()
        if at is None or self._fix is None:
            return None
        return Me(viewport.to_px(at), self._fix.accuracy_m / viewport.m_per_px, self.heading_deg())

    def turn(self) -> None:
        """Time has passed: somebody who stands may have turned round."""
        if self._fix is None or self._drives():
            return
        facing = self._facing_deg()
        if (facing is None) != (self._facing is None) or (
            facing is not None
            and self._facing is not None
            and abs((facing - self._facing + 180) % 360 - 180) >= TURN_LEAST_DEG
        ):
            self._facing = facing
            self._changed()

    def heading_deg(self) -> float | None:
        """Where I drive, by the way over the last fixes; where I face while I stand; None where nobody knows."""
        if not self._drives() and self._facing is not None:
            return self._facing
        return self._course_deg()

    def _drives(self) -> bool:
        """By the receiver; one that says no speed leaves it to the way."""
        fix = self._fix
        if fix is None or fix.speed_mps is None:
            return self._course_deg() is not None
        return fix.speed_mps >= DRIVES_FROM_MPS

    def _course_deg(self) -> float | None:
        if self._plane is None or len(self._fixes) < 2:
            return None
        end = self._plane.xy(self._fixes[-1].lat, self._fixes[-1].lon)
        for fix in list(self._fixes)[-2::-1]:
            start = self._plane.xy(fix.lat, fix.lon)
            if (bearing := _bearing_deg(start, end)) is not None:
                return bearing
        return None

    def _plane_streets(self, viewport: Viewport) -> list[PlaneStreet]:
        assert self._plane is not None
        box = viewport.bounds
        low, high = self._plane.point((box.left, box.low)), self._plane.point((box.right, box.top))
        if len(self._lines) > STREETS_KEPT or self._edition != self._streets.edition:
            self._lines, self._edition = {}, self._streets.edition
        return [
            self._on_plane(street) for street in self._streets.within(low.lat, low.lon, high.lat, high.lon)
        ]

    def _on_plane(self, street: Street) -> PlaneStreet:
        known = self._lines.get(street.id)
        if known is None:
            assert self._plane is not None
            line = self._plane.line(street.line)
            known = PlaneStreet(street.kind, line, bounds_of(line) or Bounds(0, 0, 0, 0))
            self._lines[street.id] = known
        return known


def _beside(line: Line, side: StreetSide | None, off_m: float) -> list[Line]:
    """A segment on the side that is worked on; both sides are two lines."""
    if side is StreetSide.RIGHT:
        return [shifted(line, off_m)]
    if side is StreetSide.LEFT:
        return [shifted(line, -off_m)]
    return [line] if side is None else [shifted(line, off_m), shifted(line, -off_m)]


def _bearing_deg(start: XY, end: XY) -> float | None:
    if math.dist(start, end) < HEADING_FROM_M:
        return None
    return math.degrees(math.atan2(end[0] - start[0], end[1] - start[1])) % 360
