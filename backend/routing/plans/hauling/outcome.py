"""What a hauling run found, as it is kept and shown: tours with trips, ways once each, what is left and why, what it costs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from backend.routing.hauling.plan import Act, Flaw, Left, Leg, Plan, Tour
from backend.routing.plans.hauling.night import HaulNight, HaulRole, HaulVehicle, matrix_name
from backend.routing.plans.hauling.ways import Way
from backend.routing.plans.kept_words import kept_message
from shared.i18n import Message

_ = Message
WAITING = _(
    "{m3} m³ at {count} places are more than this fleet could haul in a night: they wait for another one; give more trucks and loaders a shift"
)
AT_PLACE = _("{title}: {why}")
FIELD_OF_REACH = "place"


@dataclass(slots=True)
class _Ways:
    """The ways of a tour, each kept once; its visits name them by number: trips repeat them."""

    found: Mapping[Way, Mapping[str, Any]]
    numbers: dict[Way, int]
    kept: list[Mapping[str, Any]]

    def number(self, way: Way) -> int | None:
        """Where a way is kept; None where there is none to show."""
        if way not in self.found:
            return None
        if way not in self.numbers:
            self.numbers[way] = len(self.kept)
            self.kept.append(self.found[way])
        return self.numbers[way]


def written(
    plan: Plan,
    night: HaulNight,
    ways: Mapping[Way, Mapping[str, Any]],
    obstacles: Mapping[str, Message],
    *,
    streets: str,
) -> dict[str, Any]:
    """The plan as JSON; ``streets`` names the network, ``obstacles`` say by id why nobody gets to a place."""
    names = {each.id: each.title for each in night.piles} | {each.id: each.title for each in night.places}
    names |= {each.id: each.board for each in night.vehicles}
    vehicles = {each.id: each for each in night.vehicles}
    left_of = {each.pile_id: each.m3 for each in plan.left}
    tours = [_tour(tour, vehicles[tour.vehicle_id], _Ways(ways, {}, []), left_of) for tour in plan.tours]
    return {
        "cost": {**asdict(plan.cost), "total": plan.cost.total},
        "bound": None,
        "gap": None,
        "distance_m": plan.distance_m,
        "served": plan.trips,
        "trips": plan.trips,
        "hauled_m3": round(plan.hauled_m3, 1),
        "left_m3": round(plan.left_m3 + night.waiting_m3, 1),
        "waited_s": plan.waited_s,
        "ends_s": plan.ends_s or None,
        "seconds": round(plan.seconds, 2),
        "iterations": plan.iterations,
        "stopped_early": plan.stopped_early,
        "streets": streets,
        "tours": tours,
        "unserved": [_left(each, names, obstacles) for each in plan.left],
        "flaws": [*_waiting(night), *(_flaw(each, names, obstacles) for each in plan.flaws)],
    }


def _tour(tour: Tour, vehicle: HaulVehicle, ways: _Ways, left_of: Mapping[str, float]) -> dict[str, Any]:
    hours = tour.duration_s / 3600
    cost = vehicle.cost_fixed + tour.distance_m / 1000 * vehicle.cost_per_km + hours * vehicle.cost_per_h
    return {
        "shift_id": tour.vehicle_id,
        "role": vehicle.role.value,
        "distance_m": tour.distance_m,
        "duration_s": tour.duration_s,
        "cost": round(cost, 2),
        "waited_s": tour.waited_s,
        "trips": tour.trips,
        "moved_m3": round(tour.moved_m3, 1),
        "visits": list(_visits(tour, vehicle, ways, left_of)),
        "ways": ways.kept,
    }


def _visits(
    tour: Tour, vehicle: HaulVehicle, ways: _Ways, left_of: Mapping[str, float]
) -> Iterator[dict[str, Any]]:
    """Acts in order; loads one after another at the same pile are one, a wait in vain is only part of the way on."""
    before: Leg | None = None
    visit: dict[str, Any] | None = None
    trip = 1
    through: list[int] = []
    for leg in tour.legs:
        if before is not None and before.place != leg.place:
            number = ways.number((matrix_name(vehicle), before.place, leg.place))
            through += [] if number is None else [number]
        before = leg
        if leg.act is Act.WAIT:
            continue
        goes_on = visit is not None and leg.act is Act.LOAD and visit["act"] == Act.LOAD.value
        if goes_on and visit is not None and visit["id"] == leg.id:
            visit["leaves_s"] = leg.leaves_s
            visit["m3"] = round(visit["m3"] + leg.m3, 3)
            visit["trucks"] += 1
            if leg.partner not in visit["partners"]:
                visit["partners"].append(leg.partner)
            continue
        if visit is not None:
            yield visit
        visit = {
            "act": leg.act.value,
            "id": leg.id,
            "partners": [leg.partner] if leg.partner else [],
            "arrives_s": leg.arrives_s,
            "begins_s": leg.begins_s,
            "leaves_s": leg.leaves_s,
            "m3": leg.m3,
            "trucks": 1 if leg.act is Act.LOAD else 0,
            "trip": trip if vehicle.role is HaulRole.TRUCK else None,
            "rest_gone": leg.act is Act.LOAD and left_of.get(leg.id, 0.0) <= 0,
            "ways": through,
        }
        through = []
        trip += leg.act is Act.UNLOAD
    if visit is not None:
        yield visit


def _left(each: Left, names: Mapping[str, str], obstacles: Mapping[str, Message]) -> dict[str, Any]:
    words: str = each.words
    if each.pile_id in obstacles:
        words = AT_PLACE.format(title=names.get(each.pile_id, ""), why=obstacles[each.pile_id])
    return {
        "site_id": "",
        "pile_id": each.pile_id,
        "title": names.get(each.pile_id, ""),
        "m3": round(each.m3, 1),
        "why": each.why.value,
        "words": kept_message(words, names),
    }


def _flaw(flaw: Flaw, names: Mapping[str, str], obstacles: Mapping[str, Message]) -> dict[str, Any]:
    words: str = flaw.words
    if flaw.field == FIELD_OF_REACH and flaw.subject in obstacles:
        words = AT_PLACE.format(title=names.get(flaw.subject, ""), why=obstacles[flaw.subject])
    return {
        "subject": flaw.subject,
        "title": names.get(flaw.subject, ""),
        "field": flaw.field,
        "value": flaw.value,
        "words": kept_message(words, names),
        "stop_ids": list(flaw.stop_ids),
    }


def _waiting(night: HaulNight) -> Iterator[dict[str, Any]]:
    if night.waiting_piles:
        words = WAITING.format(m3=round(night.waiting_m3), count=night.waiting_piles)
        flaw = Flaw("volume", "volume_m3", str(round(night.waiting_m3)), words)
        yield _flaw(flaw, {}, {})
