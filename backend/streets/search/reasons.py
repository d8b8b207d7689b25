"""Why a vehicle cannot serve a place, in words for the dispatcher."""

from __future__ import annotations

import numpy as np

from backend.streets.network import Access
from backend.streets.search.graph import Graph
from backend.streets.search.grid import NO_SEGMENT
from backend.streets.search.places import LIMIT_M, Places
from shared.i18n import Message

_ = Message

NO_STREET = _("No street lies within {limit_m} m of it. Move the stop to the street where the vehicle halts.")
NOT_FOR_CARS = _("The street is closed to vehicles. Move the stop to a street that is open.")
NOT_FOR_TRUCKS = _("The street is closed to trucks. Move the stop to a street that is open to them.")
TOO_HEAVY = _(
    "The street bears vehicles of up to {limit_t} t, and this one weighs {weight_t} t. Send a lighter one, or move the stop."
)
TOO_HIGH = _(
    "The street has a clearance of {limit_m} m, and the vehicle is {height_m} m high. Send a lower one, or move the stop."
)
CLOSED_TODAY = _("The street is closed at present. Leave the stop out, or open the street.")
NO_WAY_IN = _(
    "No legal way for this vehicle leads there from the rest of the city. Move the stop, send another vehicle, or check the streets around it."
)
NO_WAY_OUT = _(
    "The vehicle could get there, but no legal way leads back to the rest of the city. Move the stop, send another vehicle, or check the streets around it."
)


def reasons(graph: Graph, places: Places, *, limit_m: float = LIMIT_M) -> list[Message | None]:
    """For each place what keeps the vehicle from it; None where it can get there and back.

    ``limit_m`` is the limit with which the places were sought.
    """
    return [_reason(graph, places, place, limit_m) for place in range(len(places))]


def _reason(graph: Graph, places: Places, place: int, limit_m: float) -> Message | None:
    segment = int(places.segment[place])
    if segment == NO_SEGMENT:
        return NO_STREET.format(limit_m=round(limit_m))
    network, profile, skeleton = graph.network, graph.profile, graph.skeleton
    arcs = 2 * segment + np.flatnonzero(places.stops[place] if places.stops[place].any() else [True, True])
    if not (network.access[arcs] & profile.access).any():
        return NOT_FOR_TRUCKS if profile.access == Access.TRUCK else NOT_FOR_CARS
    if network.max_weight_t[segment] < profile.weight_t:
        return TOO_HEAVY.format(
            limit_t=f"{network.max_weight_t[segment]:g}", weight_t=f"{profile.weight_t:g}"
        )
    if network.max_height_m[segment] < profile.height_m:
        return TOO_HIGH.format(limit_m=f"{network.max_height_m[segment]:g}", height_m=f"{profile.height_m:g}")
    arcs = arcs[graph.arc_open[arcs]]
    if not len(arcs):
        return CLOSED_TODAY
    if not graph.reached[skeleton.arriving_state[arcs]].any():
        return NO_WAY_IN
    if not graph.returns[skeleton.leaving_state[arcs]].any():
        return NO_WAY_OUT
    return None
