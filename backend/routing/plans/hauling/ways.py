"""What a hauling run needs of the streets: matrices between the night's places, and each way that is driven, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from backend.routing.hauling.plan import Plan
from backend.routing.hauling.problem import Matrix
from backend.routing.plans.basics import Spot, matrix_of
from backend.routing.plans.driving import written_leg
from backend.routing.plans.hauling.machines import LOADER_KMH
from backend.routing.plans.hauling.night import (
    HaulNight,
    HaulRole,
    HaulVehicle,
    matrix_name,
    profile_of,
    spots_of,
)
from backend.streets import service as streets
from backend.streets.search.profile import VehicleProfile
from shared.i18n import Message

if TYPE_CHECKING:
    from backend.streets.searching import StreetSearch

Way = tuple[str, int, int]


def matrices(search: StreetSearch, night: HaulNight) -> dict[str, Matrix]:
    """Seconds and metres between ``spots_of(night)`` for each kind of vehicle of the night."""
    spots = _positions(spots_of(night))
    found: dict[str, Matrix] = {}
    for vehicle in night.vehicles:
        name = matrix_name(vehicle)
        if name not in found:
            answer = search.matrix(spots, _profile(vehicle), closed=night.closed_segment_ids)
            found[name] = matrix_of(answer.seconds, answer.metres)
    return found


def obstacles(search: StreetSearch, night: HaulNight) -> dict[str, Message]:
    """By id of a pile or place: why no truck of the night gets there and back."""
    ids = [*(pile.id for pile in night.piles), *(each.id for each in night.places)]
    trucks = {matrix_name(each): each for each in night.vehicles if each.role is HaulRole.TRUCK}
    spots = _positions(spots_of(night)[: len(ids)])
    found = [
        search.obstacles(spots, _profile(each), closed=night.closed_segment_ids) for each in trucks.values()
    ]
    return {
        id: whys[0]
        for id, whys in zip(ids, zip(*found, strict=True), strict=False)
        if whys[0] is not None and all(why is not None for why in whys)
    }


def of_plan(search: StreetSearch, night: HaulNight, plan: Plan) -> dict[Way, dict[str, Any]]:
    """By kind of vehicle and two places: the way as positions (lon, lat), its turns, metres and seconds. Trips repeat their ways: each is sought once."""
    spots, vehicles = spots_of(night), {each.id: each for each in night.vehicles}
    found: dict[Way, dict[str, Any]] = {}
    for tour in plan.tours:
        vehicle = vehicles[tour.vehicle_id]
        for before, after in pairwise(tour.legs):
            way = (matrix_name(vehicle), before.place, after.place)
            if before.place == after.place or way in found:
                continue
            ends = _positions([spots[before.place], spots[after.place]])
            (leg,) = search.legs(ends, _profile(vehicle), closed=night.closed_segment_ids)
            if leg is not None:
                found[way] = written_leg(leg)
    return found


def _profile(vehicle: HaulVehicle) -> VehicleProfile:
    kept = profile_of(vehicle)
    profile = streets.truck(weight_t=kept.gross_t, height_m=kept.height_m)
    if vehicle.role is HaulRole.TRUCK:
        return profile
    return replace(profile, top_kmh=tuple(min(each, LOADER_KMH) for each in profile.top_kmh))


def _positions(spots: Sequence[Spot]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """(n, 2) longitudes and latitudes."""
    return np.array([(spot.lon, spot.lat) for spot in spots], dtype=np.float64).reshape(-1, 2)
