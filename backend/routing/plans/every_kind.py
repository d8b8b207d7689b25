"""The kinds of plans that there are."""

from __future__ import annotations

from backend.routing.plans.clearing.kind import SNOW_CLEARING
from backend.routing.plans.hauling.kind import SNOW_HAULING
from backend.routing.plans.kinds import Kind
from backend.routing.plans.waste.kind import WASTE
from shared.vocabulary import RouteKind

KINDS: dict[RouteKind, Kind] = {
    RouteKind.WASTE: WASTE,
    RouteKind.SNOW_CLEARING: SNOW_CLEARING,
    RouteKind.SNOW_HAULING: SNOW_HAULING,
}
