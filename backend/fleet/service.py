"""The fleet's face to other features: vehicles, shifts and facilities for planners; positions during shifts.

``facilities(by)``, ``vehicles(by)`` and ``shifts(by, since, until)`` are what a solver's input is made of. ``declare_shifts``
and ``declare_vehicle_shifts`` let a feature say who is at work when, for positions are kept only then; ``track`` reads them.
"""

from __future__ import annotations

from backend.fleet.facilities.rules import FacilityFacts
from backend.fleet.facilities.service import facts as facilities
from backend.fleet.facilities.service import get as facility
from backend.fleet.facilities.service import names as facility_names
from backend.fleet.positions.service import (
    Shift,
    declare_shifts,
    declare_vehicle_shifts,
    heard_of_route,
    list_fixes,
    purge,
    receive,
    track,
    track_of_route,
)
from backend.fleet.shifts.rules import Break, ShiftFacts
from backend.fleet.shifts.service import existing as existing_shifts
from backend.fleet.shifts.service import facts as shifts
from backend.fleet.shifts.service import one as shift
from backend.fleet.vehicles.rules import VehicleFacts
from backend.fleet.vehicles.service import contractors as contractors_of
from backend.fleet.vehicles.service import existing as existing_vehicles
from backend.fleet.vehicles.service import facts as vehicles
from backend.fleet.vehicles.service import in_fleet, known_as

__all__ = [
    "Break",
    "FacilityFacts",
    "Shift",
    "ShiftFacts",
    "VehicleFacts",
    "contractors_of",
    "declare_shifts",
    "declare_vehicle_shifts",
    "existing_shifts",
    "existing_vehicles",
    "facilities",
    "facility",
    "facility_names",
    "heard_of_route",
    "in_fleet",
    "known_as",
    "list_fixes",
    "purge",
    "receive",
    "shift",
    "shifts",
    "track",
    "track_of_route",
    "vehicles",
]
