"""Which pieces of street lie near a place, and where on each: whole arrays, no compiler, good for some thousand places a second. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from backend.streets.network import Network, StreetClass
from shared.geometry import EARTH_RADIUS_M, Point

Floats = npt.NDArray[np.float64]
DEGREE_M = math.radians(EARTH_RADIUS_M)
# How likely a reported fault lies on a metre of such a street beside a metre of a usual one: nobody reports a yard's or a footway's
PRIORS = {StreetClass.SERVICE: 0.5, StreetClass.TRACK: 0.3, StreetClass.PEDESTRIAN: 0.2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Near:
    """The nearest point of one piece of street."""

    segment: int  # its place in the network's arrays
    segment_id: int
    along_m: float  # from the piece's beginning
    off_m: float  # from the street's middle line, above 0 on the right of the piece's direction
    place: Point  # on the middle line
    bearing_rad: float  # of the piece there, from east to north
    width_m: float
    prior: float
    is_one_way: bool


class StreetIndex:
    """The lines of a network in metres, ready to be asked; made in milliseconds, kept with the network."""

    def __init__(self, network: Network | None) -> None:
        self.network = network
        self._by_id: dict[int, int] = {}
        self._weighed_m = self._middle_x = self._middle_y = np.zeros(0)
        self._order = np.zeros(0, dtype=np.int64)
        if network is not None and network.segments:
            self._lay(network)

    def _lay(self, network: Network) -> None:
        self._by_id = {segment_id: at for at, segment_id in enumerate(network.segment_id.tolist())}
        points = np.diff(network.line_start)
        segment = np.repeat(np.arange(network.segments), points)
        begins = np.flatnonzero(segment[1:] == segment[:-1])
        middle_lat = float(network.point_lat.mean())
        self._stretch = DEGREE_M * math.cos(math.radians(middle_lat))
        x, y = network.point_lon * self._stretch, network.point_lat * DEGREE_M
        self._segment = segment[begins]
        self._x, self._y = x[begins], y[begins]
        self._dx, self._dy = x[begins + 1] - x[begins], y[begins + 1] - y[begins]
        self._length = np.hypot(self._dx, self._dy)
        before = np.concatenate(([0.0], np.cumsum(self._length)))[:-1]
        first = np.searchsorted(self._segment, np.arange(network.segments))
        self._along = before - before[first][self._segment]
        self._west, self._east = np.minimum(x[begins], x[begins + 1]), np.maximum(x[begins], x[begins + 1])
        self._south, self._north = np.minimum(y[begins], y[begins + 1]), np.maximum(y[begins], y[begins + 1])
        self._order = np.argsort(self._west, kind="stable")
        self._west_sorted = self._west[self._order]
        self._longest = float((self._east - self._west).max())
        ends = network.line_start[1:] - 1
        self._middle_x = (x[network.line_start[:-1]] + x[ends]) / 2
        self._middle_y = (y[network.line_start[:-1]] + y[ends]) / 2
        usual = [PRIORS.get(StreetClass(kind), 1.0) for kind in network.street_class.tolist()]
        self._weighed_m = network.length_m * np.array(usual)

    def near(self, place: Point, reach_m: float, most: int = 6) -> list[Near]:
        """The pieces of street within ``reach_m`` of a place, each once, the nearest first."""
        if self.network is None or not len(self._order):
            return []
        x, y = place.lon * self._stretch, place.lat * DEGREE_M
        low, high = np.searchsorted(
            self._west_sorted, (x - reach_m - self._longest, x + reach_m), side="right"
        )
        chosen = self._order[low:high]
        inside = (
            (self._east[chosen] >= x - reach_m)
            & (self._south[chosen] <= y + reach_m)
            & (self._north[chosen] >= y - reach_m)
        )
        pieces = chosen[inside]
        if not len(pieces):
            return []
        ax, ay = x - self._x[pieces], y - self._y[pieces]
        dx, dy, length = self._dx[pieces], self._dy[pieces], self._length[pieces]
        square = np.where(length > 0, length * length, 1.0)
        share = np.clip((ax * dx + ay * dy) / square, 0.0, 1.0)
        off = np.hypot(ax - share * dx, ay - share * dy)
        found: list[Near] = []
        seen: set[int] = set()
        for at in np.argsort(off, kind="stable").tolist():
            segment = int(self._segment[pieces[at]])
            if off[at] > reach_m or len(found) == most:
                break
            if segment in seen:
                continue
            seen.add(segment)
            found.append(
                self._near(self.network, int(pieces[at]), segment, float(share[at]), float(off[at]), x, y)
            )
        return found

    def class_of(self, segment_id: int | None) -> StreetClass | None:
        """The class of a piece of street; None for one that is not in force."""
        at = self.place_of(segment_id)
        if at is None or self.network is None:
            return None
        return StreetClass(int(self.network.street_class[at]))

    def place_of(self, segment_id: int | None) -> int | None:
        """Where a piece of street stands in the network's arrays."""
        return None if segment_id is None else self._by_id.get(segment_id)

    def street_m(self, place: Point, within_m: float) -> float:
        """Metres of street around a place, each street by how much is reported of its kind."""
        if not len(self._order):
            return 0.0
        x, y = place.lon * self._stretch, place.lat * DEGREE_M
        inside = (np.abs(self._middle_x - x) <= within_m) & (np.abs(self._middle_y - y) <= within_m)
        return float(self._weighed_m[inside].sum())

    def _near(
        self, network: Network, piece: int, segment: int, share: float, off_m: float, x: float, y: float
    ) -> Near:
        dx, dy = float(self._dx[piece]), float(self._dy[piece])
        px, py = float(self._x[piece]) + share * dx, float(self._y[piece]) + share * dy
        on_right = dx * (y - py) - dy * (x - px) < 0.0
        forward, backward = network.access[2 * segment], network.access[2 * segment + 1]
        return Near(
            segment=segment,
            segment_id=int(network.segment_id[segment]),
            along_m=float(self._along[piece] + share * self._length[piece]),
            off_m=off_m if on_right else -off_m,
            place=Point(lat=py / DEGREE_M, lon=px / self._stretch),
            bearing_rad=math.atan2(dy, dx),
            width_m=float(network.width_m[segment]),
            prior=PRIORS.get(StreetClass(int(network.street_class[segment])), 1.0),
            is_one_way=(forward == 0) != (backward == 0),
        )
