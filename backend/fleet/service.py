"""The fleet's face to other features: vehicles, depots and places to unload for planners; positions during shifts.

``facilities(by)`` and ``vehicles(by)`` are what a solver's input is made of. ``declare_shifts`` lets a feature say when
somebody is at work, for positions are kept only then.
"""

from __future__ import annotations

from backend.fleet.facilities.rules import FacilityFacts
from backend.fleet.facilities.service import facts as facilities
from backend.fleet.positions.service import Shift, declare_shifts, list_fixes, purge, receive, track_of_route
from backend.fleet.vehicles.rules import VehicleFacts
from backend.fleet.vehicles.service import facts as vehicles

__all__ = [
    "FacilityFacts",
    "Shift",
    "VehicleFacts",
    "declare_shifts",
    "facilities",
    "list_fixes",
    "purge",
    "receive",
    "track_of_route",
    "vehicles",
]
