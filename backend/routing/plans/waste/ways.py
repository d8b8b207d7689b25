"""What a run needs of the streets: matrices between the day's places, and the way of every tour with its turns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from backend.routing.planning.plan import Act, Plan, Tour
from backend.routing.planning.problem import Matrix
from backend.routing.plans.basics import Profile, Spot, matrix_of
from backend.routing.plans.driving import written_leg
from backend.routing.plans.waste.day import Day, profile_of, spots_of
from backend.streets import service as streets
from backend.streets.search.profile import VehicleProfile
from shared.i18n import Message

if TYPE_CHECKING:
    from backend.streets.searching import StreetSearch


def matrices(search: StreetSearch, day: Day) -> dict[Profile, Matrix]:
    """Seconds and metres between ``spots_of(day)`` for each kind of vehicle of the day."""
    spots = spots_of(day)
    found = {}
    for profile in dict.fromkeys(map(profile_of, day.vehicles)):
        answer = search.matrix(_positions(spots), _vehicle(profile), closed=day.closed_segment_ids)
        found[profile] = matrix_of(answer.seconds, answer.metres)
    return found


def obstacles(search: StreetSearch, day: Day) -> dict[str, Message]:
    """By id of a stop or facility: why no vehicle of the day gets there and back."""
    ids = [*(stop.id for stop in day.stops), *(each.id for each in day.facilities)]
    spots = _positions(spots_of(day)[: len(ids)])
    found: list[list[Message | None]] = [
        search.obstacles(spots, _vehicle(profile), closed=day.closed_segment_ids)
        for profile in dict.fromkeys(map(profile_of, day.vehicles))
    ]
    return {
        id: whys[0]
        for id, whys in zip(ids, zip(*found, strict=True), strict=True)
        if whys[0] is not None and all(why is not None for why in whys)
    }


def of_tours(search: StreetSearch, day: Day, plan: Plan) -> dict[tuple[str, int], dict[str, Any]]:
    """By shift and visit's number: the way there as positions (lon, lat), its turns, metres and seconds."""
    spots, vehicles = spots_of(day), {each.id: each for each in day.vehicles}
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for tour in plan.tours:
        numbers = _moving(tour)
        places = _positions([spots[tour.visits[number].place] for number in numbers])
        profile = _vehicle(profile_of(vehicles[tour.vehicle_id]))
        legs = search.legs(places, profile, closed=day.closed_segment_ids)
        for number, leg in zip(numbers[1:], legs, strict=True):
            if leg is None:  # only what is locked may lie where no way leads
                continue
            found[tour.vehicle_id, number] = written_leg(leg)
    return found


def _vehicle(profile: Profile) -> VehicleProfile:
    return streets.truck(weight_t=profile.gross_t, height_m=profile.height_m)


def _moving(tour: Tour) -> list[int]:
    """The numbers of the visits that stand at a place of their own: a rest is taken where the vehicle is."""
    return [number for number, visit in enumerate(tour.visits) if visit.act is not Act.REST]


def _positions(spots: Sequence[Spot]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """(n, 2) longitudes and latitudes."""
    return np.array([(spot.lon, spot.lat) for spot in spots], dtype=np.float64).reshape(-1, 2)
