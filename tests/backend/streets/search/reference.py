"""Fastest ways by the plainest means: the rules of the road read from the raw network, and Dijkstra with a heap."""

from __future__ import annotations

import heapq
import math

import numpy as np

from backend.streets.network import Access, Network, arc_heads, arc_tails
from backend.streets.search.places import Places
from backend.streets.search.profile import VehicleProfile

Cost = tuple[int, int]  # milliseconds, millimetres
LEAVING, THROUGH, ARRIVING = range(3)
NO_WAY: Cost = (1 << 60, 0)


class Reference:
    """Costs between places of one vehicle, without any preparation."""

    def __init__(self, network: Network, profile: VehicleProfile) -> None:
        self.network, self.profile = network, profile
        self.tail, self.head = arc_tails(network), arc_heads(network)
        self.bans = {(int(a), int(b)) for a, b in network.banned_turns}
        self.from_node: list[list[int]] = [[] for _ in range(network.nodes)]
        for arc in range(2 * network.segments):
            if self.is_open(arc):
                self.from_node[self.tail[arc]].append(arc)

        self.leads_to = [self.reached(arc) for arc in range(2 * network.segments)]

    def reached(self, first: int) -> set[int]:
        """Arcs that follow an arc sooner or later, if anybody may turn round and pass through anywhere."""
        found, waiting = set[int](), [first] if self.is_open(first) else []
        while waiting:
            arc = waiting.pop()
            for following in self.from_node[self.head[arc]]:
                if (arc, following) not in self.bans and following not in found:
                    found.add(following)
                    waiting.append(following)
        return found

    def is_open(self, arc: int) -> bool:
        """Whether the vehicle may drive the arc."""
        network, segment = self.network, arc // 2
        return bool(
            network.access[arc] & self.profile.access
            and self.profile.weight_t <= network.max_weight_t[segment]
            and self.profile.height_m <= network.max_height_m[segment]
        )

    def restricted(self, arc: int) -> bool:
        """Whether the arc is only for those who have business there."""
        return bool(self.network.access[arc] & Access.DESTINATION_ONLY)

    def arc_cost(self, arc: int) -> Cost:
        """To drive the whole arc."""
        length_m = float(self.network.length_m[arc // 2])
        kmh = min(
            self.network.speed_kmh[arc] * self.profile.speed_factor,
            self.profile.top_kmh[self.network.street_class[arc // 2]],
        )
        return round(length_m * 3.6 / kmh * 1000), round(length_m * 1000)

    def turn_ms(self, arc: int, after: int) -> int:
        """To get from one arc to the next."""
        network, profile, node = self.network, self.profile, self.head[arc]
        signal_s = profile.signal_s if network.node_signal[node] else 0.0
        if arc == after ^ 1:
            return round((profile.u_turn_s + signal_s) * 1000)
        if (
            sum(
                int(network.from_node[s] == node) + int(network.to_node[s] == node)
                for s in range(network.segments)
            )
            < 3
        ):
            return round(signal_s * 1000)
        angle = math.degrees(self.bearing(after, True) - self.bearing(arc, False))
        angle = (angle + 180) % 360 - 180
        angle += 360 if angle < -179 else 0
        share = min(1.0, max(0.0, (abs(angle) - 20) / 50))
        return round(
            (profile.straight_s + share * (profile.left_s if angle > 0 else profile.right_s) + signal_s)
            * 1000
        )

    def bearing(self, arc: int, at_start: bool) -> float:
        """Streets are straight here, and loops have no direction."""
        network = self.network
        dx = network.node_lon[self.head[arc]] - network.node_lon[self.tail[arc]]
        dy = network.node_lat[self.head[arc]] - network.node_lat[self.tail[arc]]
        middle_lat = float(network.point_lat.min() + network.point_lat.max()) / 2
        return math.atan2(dy, dx * math.cos(math.radians(middle_lat)))

    def after(self, arc: int, phase: int) -> list[tuple[int, int]]:
        """Arcs that may follow, with the phase there."""
        ways = []
        for following in self.from_node[self.head[arc]]:
            if (arc, following) in self.bans:
                continue
            if not self.restricted(following):
                if phase != ARRIVING:
                    ways.append((following, THROUGH))
            else:  # who has not left yet may as well have arrived
                ways += [(following, LEAVING)] if phase == LEAVING else []
                ways.append((following, ARRIVING))
        on = [
            way
            for way in ways
            if way[0] != arc ^ 1
            and (way[1] != ARRIVING or phase == ARRIVING)
            and (way[0] == arc or arc in self.leads_to[way[0]])
        ]
        return [way for way in ways if way[0] != arc ^ 1] if on else ways

    def between(self, places: Places, start: int, end: int) -> Cost:
        """The least cost from one place to another, or NO_WAY."""
        goals = {arc: self.part(places, end, arc) for arc in self.stops(places, end)}
        best = NO_WAY
        heap: list[tuple[Cost, int, int]] = []
        for arc in self.stops(places, start):
            done, whole = self.part(places, start, arc), self.arc_cost(arc)
            if arc in goals and goals[arc] >= done:
                best = min(best, (goals[arc][0] - done[0], goals[arc][1] - done[1]))
            heap.append(
                ((whole[0] - done[0], whole[1] - done[1]), arc, LEAVING if self.restricted(arc) else THROUGH)
            )
        heapq.heapify(heap)
        seen: set[tuple[int, int]] = set()
        while heap:
            cost, arc, phase = heapq.heappop(heap)
            if (arc, phase) in seen:
                continue
            seen.add((arc, phase))
            for following, then in self.after(arc, phase):
                turn_ms = self.turn_ms(arc, following)
                if following in goals:
                    part = goals[following]
                    best = min(best, (cost[0] + turn_ms + part[0], cost[1] + part[1]))
                whole = self.arc_cost(following)
                heapq.heappush(heap, ((cost[0] + turn_ms + whole[0], cost[1] + whole[1]), following, then))
        return best

    def stops(self, places: Places, place: int) -> list[int]:
        """Arcs on which the vehicle may stop at a place."""
        if places.segment[place] < 0:
            return []
        arcs = (2 * int(places.segment[place]) + side for side in (0, 1) if places.stops[place, side])
        return [arc for arc in arcs if self.is_open(arc)]

    def part(self, places: Places, place: int, arc: int) -> Cost:
        """From the beginning of an arc to a place on it."""
        fraction = float(places.fraction[place])
        part = fraction if arc % 2 == 0 else 1 - fraction
        whole = self.arc_cost(arc)
        return int(np.rint(whole[0] * part)), int(np.rint(whole[1] * part))
