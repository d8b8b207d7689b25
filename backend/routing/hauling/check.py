"""Whether a hauling plan keeps everything that the problem asks for: own arithmetic, nothing of the solver's.

Called before a plan is kept; a plan with a violation is never shown to anybody. It recomputes travel, loads, what lies at piles, what dumps take,
bays, distances and costs from the problem alone.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import pairwise

from backend.routing.hauling.plan import Act, Leg, Plan, Tour
from backend.routing.hauling.problem import Loader, Problem, Truck
from backend.routing.planning.check import Violation

MONEY_TOLERANCE = 0.02
VOLUME_TOLERANCE_M3 = 0.002
REST_SLACK_S = 3_600
"""A queue may put a rest off by so much."""


def check(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every rule that the plan breaks; empty for a plan that may be driven."""
    return tuple(_plan(problem, plan))


def _plan(problem: Problem, plan: Plan) -> Iterator[Violation]:
    loaders, trucks = dict(problem.loader), dict(problem.truck)
    known = set(loaders) | set(trucks)
    for vehicle_id, times in Counter(tour.vehicle_id for tour in plan.tours).items():
        if vehicle_id not in known or times > 1:
            yield Violation("one tour of each known vehicle", vehicle_id, f"{times} tours")
            return
    for tour in plan.loaders:
        yield from _legs(problem, loaders[tour.vehicle_id], tour)
        yield from _loader(loaders[tour.vehicle_id], tour)
    for tour in plan.trucks:
        yield from _legs(problem, trucks[tour.vehicle_id], tour)
        yield from _truck(problem, trucks[tour.vehicle_id], tour, plan)
    yield from _meetings(plan)
    yield from _piles(problem, plan)
    yield from _dumps(problem, plan)
    yield from _money(problem, plan)


def _legs(problem: Problem, vehicle: Loader | Truck, tour: Tour) -> Iterator[Violation]:
    acts = [leg.act for leg in tour.legs]
    if len(acts) < 2 or acts[0] is not Act.START or acts[-1] is not Act.END:
        yield Violation("a tour starts once and ends once", vehicle.id, ", ".join(acts))
        return
    first, last = tour.legs[0], tour.legs[-1]
    if first.place != vehicle.start or last.place != vehicle.end:
        yield Violation("a tour starts and ends at its places", vehicle.id, f"{first.place}, {last.place}")
    latest_s = vehicle.shift.closes_s + problem.prices.overtime_s
    if first.leaves_s < vehicle.shift.opens_s or last.arrives_s > latest_s:
        found = f"{first.leaves_s} to {last.arrives_s}, may be {vehicle.shift.opens_s} to {latest_s}"
        yield Violation("a tour lies within its shift", vehicle.id, found)
    matrix = problem.matrices[vehicle.profile]
    driven_m = 0
    for before, after in pairwise(tour.legs):
        way_s = int(matrix.seconds[before.place, after.place])
        driven_m += int(matrix.metres[before.place, after.place])
        if way_s < 0:
            yield Violation("there is a way", vehicle.id, f"{before.place} to {after.place}")
        elif after.arrives_s < before.leaves_s + way_s:
            yield Violation(
                "driving takes its time", vehicle.id, f"{after.arrives_s} < {before.leaves_s} + {way_s}"
            )
        if not after.arrives_s <= after.begins_s <= after.leaves_s:
            yield Violation("times go forward", vehicle.id, f"{after.act} {after.id}")
        place = _place_of(problem, after)
        if place is not None and place != after.place:
            yield Violation("acts are where they say", vehicle.id, f"{after.id}: {after.place}, not {place}")
    if driven_m != tour.distance_m:
        yield Violation("distance is that of the streets", vehicle.id, f"{tour.distance_m}, not {driven_m}")
    yield from _rests(vehicle, tour)


def _place_of(problem: Problem, leg: Leg) -> int | None:
    if leg.act is Act.LOAD:
        return problem.pile[leg.id].place
    return problem.dump[leg.id].place if leg.act is Act.UNLOAD else None


def _rests(vehicle: Loader | Truck, tour: Tour) -> Iterator[Violation]:
    rests = [leg for leg in tour.legs if leg.act is Act.REST]
    rest = vehicle.rest
    if rest is None:
        if rests:
            yield Violation("nobody rests who need not", vehicle.id, f"{len(rests)} rests")
        return
    late_s = rest.window.closes_s + REST_SLACK_S
    for leg in rests:
        if leg.begins_s < rest.window.opens_s or leg.leaves_s - leg.begins_s < rest.seconds:
            yield Violation(
                "a rest takes its time in its window", vehicle.id, f"{leg.begins_s} to {leg.leaves_s}"
            )
    opens_before = tour.legs[0].leaves_s < rest.window.opens_s
    loads_after = any(leg.act is Act.LOAD and leg.begins_s > late_s for leg in tour.legs)
    if len(rests) > 1 or (opens_before and loads_after and not rests):
        yield Violation("the crew rests once where it must", vehicle.id, f"{len(rests)} rests")


def _loader(loader: Loader, tour: Tour) -> Iterator[Violation]:
    at = None
    for before, leg in pairwise(tour.legs):
        if leg.act not in (Act.LOAD, Act.REST):
            continue
        ready_s = before.leaves_s
        if leg.place != at:
            ready_s, at = leg.arrives_s + loader.setup_s, leg.place
        takes_s = math.floor(leg.m3 / loader.rate_m3_per_h * 3600)
        if leg.begins_s < ready_s or leg.leaves_s - leg.begins_s < takes_s:
            found = f"{leg.id}: {leg.begins_s} to {leg.leaves_s}, ready {ready_s}, takes {takes_s}"
            yield Violation("loading takes its time", loader.id, found)
    first = list(dict.fromkeys(leg.id for leg in tour.legs if leg.act is Act.LOAD))[: len(loader.locked)]
    if first != list(loader.locked[: len(first)]):
        yield Violation("what is locked comes first, in its order", loader.id, ", ".join(first))


def _truck(problem: Problem, truck: Truck, tour: Tour, plan: Plan) -> Iterator[Violation]:
    carries = truck.load_m3
    for leg in tour.legs:
        if leg.act is Act.LOAD:
            carries += leg.m3
        elif leg.act is Act.UNLOAD:
            if abs(leg.m3 - carries) > VOLUME_TOLERANCE_M3:
                yield Violation("a truck unloads what it carries", truck.id, f"{leg.m3}, not {carries}")
            carries = 0.0
            if leg.leaves_s - leg.begins_s < problem.dump[leg.id].unload_s:
                yield Violation("unloading takes its time", truck.id, f"{leg.begins_s} to {leg.leaves_s}")
        if carries > truck.body_m3 + VOLUME_TOLERANCE_M3 and leg.act is Act.LOAD:
            yield Violation("no truck is overloaded", truck.id, f"{carries} m3 of {truck.body_m3}")
    if carries > VOLUME_TOLERANCE_M3 and truck.id not in {flaw.subject for flaw in plan.flaws}:
        yield Violation("a truck comes home empty", truck.id, f"{carries} m3")


def _meetings(plan: Plan) -> Iterator[Violation]:
    """Every load stands in a loader's tour and in a truck's, at the same time."""
    of_loaders = Counter(
        (tour.vehicle_id, leg.partner, leg.id, leg.begins_s, leg.leaves_s, leg.m3)
        for tour in plan.loaders
        for leg in tour.legs
        if leg.act is Act.LOAD
    )
    of_trucks = Counter(
        (leg.partner, tour.vehicle_id, leg.id, leg.begins_s, leg.leaves_s, leg.m3)
        for tour in plan.trucks
        for leg in tour.legs
        if leg.act is Act.LOAD
    )
    for each in (of_loaders - of_trucks) + (of_trucks - of_loaders):
        yield Violation("loader and truck meet", each[2], f"{each[0]}, {each[1]} at {each[3]}")


def _piles(problem: Problem, plan: Plan) -> Iterator[Violation]:
    moved: dict[str, float] = defaultdict(float)
    for each in plan.left:
        moved[each.pile_id] += each.m3
        if each.m3 <= 0:
            yield Violation("what is left is more than nothing", each.pile_id, f"{each.m3}")
    flawed = {each.subject for each in plan.flaws}
    for tour in plan.trucks:
        for leg in tour.legs:
            if leg.act is Act.LOAD:
                moved[leg.id] += leg.m3
    for pile in problem.pile.values():
        if pile.id not in flawed and abs(moved[pile.id] - pile.volume_m3) > VOLUME_TOLERANCE_M3:
            yield Violation(
                "hauled and left are what lies there", pile.id, f"{moved[pile.id]} of {pile.volume_m3}"
            )


def _dumps(problem: Problem, plan: Plan) -> Iterator[Violation]:
    stays: dict[str, list[Leg]] = defaultdict(list)
    for tour in plan.trucks:
        for leg in tour.legs:
            if leg.act is Act.UNLOAD:
                stays[leg.id].append(leg)
    for dump_id, legs in stays.items():
        dump = problem.dump[dump_id]
        taken = sum(leg.m3 for leg in legs)
        if dump.capacity_m3 is not None and taken > dump.capacity_m3 + VOLUME_TOLERANCE_M3:
            yield Violation("a dump takes what it has room for", dump_id, f"{taken} of {dump.capacity_m3}")
        for leg in legs:
            if dump.hours and not any(w.opens_s <= leg.begins_s <= w.closes_s for w in dump.hours):
                yield Violation("unloading begins within hours", dump_id, f"{leg.begins_s}")
        moments = sorted([(leg.begins_s, 1) for leg in legs] + [(leg.leaves_s, -1) for leg in legs])
        inside = most = 0
        for _moment, step in moments:
            inside += step
            most = max(most, inside)
        if most > dump.bays:
            yield Violation("no more trucks than bays", dump_id, f"{most} of {dump.bays}")


def _money(problem: Problem, plan: Plan) -> Iterator[Violation]:
    prices = problem.prices
    fixed = distance = time = fees = overtime = 0.0
    for tour in plan.tours:
        vehicle: Loader | Truck | None = problem.loader.get(tour.vehicle_id)
        vehicle = problem.truck[tour.vehicle_id] if vehicle is None else vehicle
        fixed += vehicle.fixed_cost
        distance += tour.distance_m / 1000 * vehicle.cost_per_km
        time += tour.duration_s / 3600 * vehicle.cost_per_hour
        over_s = max(0, tour.legs[-1].arrives_s - vehicle.shift.closes_s)
        overtime += over_s / 3600 * prices.overtime_per_hour
        fees += sum(leg.m3 * problem.dump[leg.id].price_per_m3 for leg in tour.legs if leg.act is Act.UNLOAD)
    for name, found in (
        ("fixed", fixed),
        ("distance", distance),
        ("time", time),
        ("fees", fees),
        ("overtime", overtime),
    ):
        stated = getattr(plan.cost, name)
        if abs(stated - found) > MONEY_TOLERANCE * (1 + len(plan.tours)):
            yield Violation("cost is by the rates", name, f"{stated} stated, {found} computed")
