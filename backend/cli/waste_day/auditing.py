"""Whether a plan can be driven, read off the public answer alone: shifts, loads, unloading before the depot, each site once. Pure.

The planner's own check has the streets too; this one stands outside and knows nothing of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any


def violations(
    outcome: Mapping[str, Any],
    *,
    capacity_kg: int,
    capacity_l: int,
    begins_at: datetime,
    shift_h: float,
    rest_by_h: float,
) -> list[str]:
    """Every broken rule in words; empty for a plan that may be driven. Who is home before ``rest_by_h`` of the shift needs no rest."""
    rest_by = begins_at + timedelta(hours=rest_by_h)
    found = [
        f"{tour['vehicle']}: {line}"
        for tour in outcome["tours"]
        for line in _tour(tour, begins_at, shift_h, rest_by)
    ]
    for tour in outcome["tours"]:
        for visit in tour["visits"]:
            if visit["load_kg"] > capacity_kg or visit["load_l"] > capacity_l:
                found.append(
                    f"{tour['vehicle']}: {visit['load_kg']} kg, {visit['load_l']} l at {visit['title']}"
                )
    served = Counter(
        visit["id"] for tour in outcome["tours"] for visit in tour["visits"] if visit["act"] == "stop"
    )
    left = {each["site_id"] for each in outcome["unserved"]}
    found += [f"{site_id} is served {times} times" for site_id, times in served.items() if times > 1]
    found += [f"{site_id} is served and left out" for site_id in left & set(served)]
    return found


def unloaded_kg(tour: Mapping[str, Any]) -> int:
    """What a tour brings to landfills."""
    return sum(
        int(before["load_kg"]) for before, visit in pairwise(tour["visits"]) if visit["act"] == "unload"
    )


def _tour(tour: Mapping[str, Any], begins_at: datetime, shift_h: float, rest_by: datetime) -> Iterator[str]:
    visits = tour["visits"]
    moments = [(_moment(visit["arrives_at"]), _moment(visit["leaves_at"])) for visit in visits]
    if moments[0][1] < begins_at or moments[-1][0] > begins_at + timedelta(hours=shift_h):
        yield f"from {moments[0][1]} to {moments[-1][0]} is outside the shift"
    for (_arrived, left), (arrives, _leaves) in pairwise(moments):
        if arrives < left:
            yield f"arrives at {arrives} before it has left at {left}"
    acts = [visit["act"] for visit in visits]
    if acts[-2:] != ["unload", "end"] and "stop" in acts:
        yield "comes home without unloading"
    if acts.count("rest") > 1 or (acts.count("rest") == 0 and moments[-1][0] > rest_by):
        yield f"rests {acts.count('rest')} times"
    for before, visit in pairwise(visits):
        if visit["act"] == "stop" and visit["load_kg"] < before["load_kg"]:
            yield f"loses {before['load_kg'] - visit['load_kg']} kg at {visit['title']}"
        if visit["act"] == "unload" and visit["load_kg"] != 0:
            yield f"leaves {visit['title']} with {visit['load_kg']} kg"


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
