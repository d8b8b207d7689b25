"""What a run found, as it is kept and shown: tours with their ways, what is left out and why, cost and gap. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any

from backend.routing.planning.plan import Flaw, Plan, Tour, Unserved, Visit, Why
from backend.routing.plans.kept_words import kept_message
from backend.routing.plans.waste import remedies
from backend.routing.plans.waste.day import Day
from shared.i18n import Message


def written(
    plan: Plan,
    day: Day,
    ways: Mapping[tuple[str, int], Mapping[str, Any]],
    obstacles: Mapping[str, Message],
    *,
    streets: str,
) -> dict[str, Any]:
    """The plan as JSON. ``ways`` leads from a shift and a visit's number to the way there; ``streets`` names the network.

    ``obstacles`` say by id why nobody gets to a stop or facility.
    """
    better = remedies.of_flaws(day, plan.flaws, obstacles)
    flaws = [replace(flaw, words=better.get(flaw.subject, flaw.words)) for flaw in plan.flaws]
    names = {stop.id: stop.title for stop in day.stops} | {each.id: each.title for each in day.facilities}
    names |= {each.id: each.board for each in day.vehicles}
    return {
        "cost": {**asdict(plan.cost), "total": plan.cost.total},
        "bound": plan.bound,
        "gap": plan.gap,
        "distance_m": plan.distance_m,
        "served": sum(len(tour.stop_ids) for tour in plan.tours),
        "seconds": round(plan.seconds, 2),
        "iterations": plan.iterations,
        "stopped_early": plan.stopped_early,
        "streets": streets,
        "tours": [_tour(tour, ways) for tour in plan.tours],
        "unserved": [_unserved(each, _words_of(each, better), names) for each in plan.unserved],
        "flaws": [_flaw(each, names) for each in (*remedies.of_facilities(day, obstacles), *flaws)],
    }


def _tour(tour: Tour, ways: Mapping[tuple[str, int], Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "shift_id": tour.vehicle_id,
        "distance_m": tour.distance_m,
        "duration_s": tour.duration_s,
        "cost": tour.cost.total,
        "visits": [
            _visit(visit, ways.get((tour.vehicle_id, number))) for number, visit in enumerate(tour.visits)
        ],
    }


def _visit(visit: Visit, way: Mapping[str, Any] | None) -> dict[str, Any]:
    return {
        "act": visit.act.value,
        "id": visit.id,
        "arrives_s": visit.arrives_s,
        "begins_s": visit.begins_s,
        "leaves_s": visit.leaves_s,
        "load": list(visit.load),
        "way": way,
    }


def _words_of(each: Unserved, better: Mapping[str, Message]) -> str:
    """The flaw's own words where it is one: the stop's, or that of a day on which nothing drives."""
    if each.why is not Why.FLAW:
        return each.words
    return better.get(each.stop_id, better.get(remedies.NOTHING_DRIVES, each.words))


def _unserved(each: Unserved, words: str, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "site_id": each.stop_id,
        "title": names.get(each.stop_id, ""),
        "why": each.why.value,
        "words": kept_message(words, names),
    }


def _flaw(flaw: Flaw, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "subject": flaw.subject,
        "title": names.get(flaw.subject, ""),
        "field": flaw.field,
        "value": flaw.value,
        "words": kept_message(flaw.words, names),
        "stop_ids": list(flaw.stop_ids),
    }
