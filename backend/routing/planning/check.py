"""Whether a plan keeps everything that the problem asks for: own arithmetic, nothing of the solver's.

Called before a plan is saved; a plan with a violation is never shown to anybody. It recomputes travel, waiting, loads, distance and
cost from the matrices and the vehicles' rates, and holds the plan to what it states.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from backend.routing.planning.plan import Act, Plan, Tour, Visit
from backend.routing.planning.problem import Load, Problem, Stop, Vehicle, Window

MONEY_TOLERANCE = 0.01


@dataclass(frozen=True, slots=True)
class Violation:
    """One broken rule: which, on whose tour or of which stop, and the figures."""

    rule: str
    subject: str
    found: str


def check(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Every rule that the plan breaks; empty for a plan that may be driven."""
    return tuple(_plan(problem, plan))


def _plan(problem: Problem, plan: Plan) -> Iterator[Violation]:
    vehicles = {each.id: each for each in problem.vehicles}
    used = Counter(tour.vehicle_id for tour in plan.tours)
    for vehicle_id, times in used.items():
        if vehicle_id not in vehicles:
            yield Violation("vehicle is known", vehicle_id, "not in the problem")
        elif times > 1:
            yield Violation("one tour a vehicle", vehicle_id, f"{times} tours")
    flawed = {flaw.subject for flaw in plan.flaws}
    for vehicle in problem.vehicles:
        if (vehicle.under_way or vehicle.locked) and not used[vehicle.id] and vehicle.id not in flawed:
            yield Violation("a vehicle under way has a tour", vehicle.id, "no tour")
    served = Counter(visit.id for tour in plan.tours for visit in tour.visits if visit.act is Act.STOP)
    left_out = Counter(each.stop_id for each in plan.unserved)
    for stop_id in {each.id for each in problem.stops} | set(served) | set(left_out):
        if served[stop_id] + left_out[stop_id] != 1:
            yield Violation(
                "each stop once: served or left out with a reason",
                stop_id,
                f"served {served[stop_id]} times, left out {left_out[stop_id]} times",
            )
    stops = {each.id: each for each in reversed(problem.stops)}
    for tour in plan.tours:
        if tour.vehicle_id in vehicles:
            yield from _tour(problem, vehicles[tour.vehicle_id], tour, stops)
    lost = sum(stop.prize for stop in stops.values() if not stop.required and not served[stop.id])
    stated = sum(tour.cost.total for tour in plan.tours) + lost
    if abs(stated - plan.cost.total) > MONEY_TOLERANCE * (1 + len(plan.tours)):
        yield Violation("cost is that of the tours", "plan", f"{plan.cost.total} stated, {stated} computed")
    if plan.bound is not None and plan.bound > plan.cost.total + MONEY_TOLERANCE:
        yield Violation("bound is not above the cost", "plan", f"{plan.bound} above {plan.cost.total}")


def _tour(problem: Problem, vehicle: Vehicle, tour: Tour, stops: dict[str, Stop]) -> Iterator[Violation]:
    visits = tour.visits
    acts = [visit.act for visit in visits]
    if (
        len(visits) < 2
        or acts[0] is not Act.START
        or acts[-1] is not Act.END
        or {*acts[1:-1]} & {Act.START, Act.END}
    ):
        yield Violation("a tour starts once and ends once", vehicle.id, ", ".join(acts))
        return
    unknown = [visit.id for visit in visits if visit.act is Act.STOP and visit.id not in stops]
    unknown += [v.id for v in visits if v.act is Act.UNLOAD and v.id not in problem.disposal]
    if unknown:
        yield Violation("stops and disposal sites are known", vehicle.id, ", ".join(unknown))
        return
    yield from _places(problem, vehicle, visits, stops)
    yield from _times(problem, vehicle, visits, stops)
    yield from _loads(problem, vehicle, visits, stops)
    yield from _money(problem, vehicle, tour, stops)
    done = [visit.id for visit in visits if visit.act in (Act.STOP, Act.UNLOAD)]
    if tuple(done[: len(vehicle.locked)]) != vehicle.locked:
        yield Violation("what is locked comes first, in its order", vehicle.id, ", ".join(done))


def _places(
    problem: Problem, vehicle: Vehicle, visits: tuple[Visit, ...], stops: dict[str, Stop]
) -> Iterator[Violation]:
    start = next(each.place for each in problem.depots if each.id == vehicle.start)
    expected = start if vehicle.start_place is None else vehicle.start_place
    end = next(each.place for each in problem.depots if each.id == vehicle.end)
    for visit in visits:
        if visit.act is Act.STOP:
            stop = stops[visit.id]
            expected = stop.place
            if stop.vehicle_kinds is not None and vehicle.kind not in stop.vehicle_kinds:
                yield Violation(
                    "the stop admits the vehicle's kind", stop.id, f"{vehicle.id}: {vehicle.kind}"
                )
            taken = vehicle.container_types
            if stop.container_type is not None and taken is not None and stop.container_type not in taken:
                yield Violation(
                    "the vehicle takes the container", stop.id, f"{vehicle.id}: {stop.container_type}"
                )
        elif visit.act is Act.UNLOAD:
            site = problem.disposal[visit.id]
            expected = site.place
            if site.vehicle_kinds is not None and vehicle.kind not in site.vehicle_kinds:
                yield Violation(
                    "the disposal site admits the vehicle", site.id, f"{vehicle.id}: {vehicle.kind}"
                )
        elif visit.act is Act.END:
            expected = end
        if visit.act is not Act.REST and visit.place != expected:
            yield Violation(
                "visits are where they say", vehicle.id, f"{visit.id}: {visit.place}, not {expected}"
            )


def _times(
    problem: Problem, vehicle: Vehicle, visits: tuple[Visit, ...], stops: dict[str, Stop]
) -> Iterator[Violation]:
    seconds = problem.matrices[vehicle.profile].seconds
    ready_s: dict[int, int] = {}
    trip = 0
    for number, visit in enumerate(visits):
        if visit.act is Act.UNLOAD:
            trip = number
        elif visit.act is Act.STOP and problem.load is Load.DELIVER:
            ready_s[trip] = max(ready_s.get(trip, stops[visit.id].ready_s), stops[visit.id].ready_s)
    for number, visit in enumerate(visits):
        windows: tuple[Window, ...] = ()
        stay_s = 0
        if visit.act is Act.STOP:
            windows, stay_s = stops[visit.id].windows, stops[visit.id].service_s
        elif visit.act is Act.UNLOAD:
            site = problem.disposal[visit.id]
            windows, stay_s = site.hours, site.queue_s + site.unload_s
        elif visit.act is Act.REST and vehicle.rest is not None:
            windows, stay_s = (vehicle.rest.window,), vehicle.rest.seconds
        who = f"{vehicle.id}, {visit.act} {visit.id}"
        if not visit.arrives_s <= visit.begins_s <= visit.leaves_s - stay_s:
            yield Violation("service takes its time", who, f"{visit.begins_s} to {visit.leaves_s}")
        if windows and not any(each.opens_s <= visit.begins_s <= each.closes_s for each in windows):
            yield Violation("service begins within a window", who, f"{visit.begins_s} not in {windows}")
        if visit.leaves_s < ready_s.get(number, visit.leaves_s):
            yield Violation("a trip leaves when all is ready", who, f"{visit.leaves_s} < {ready_s[number]}")
    for before, after in pairwise(visits):
        leg_s = int(seconds[before.place, after.place])
        if leg_s < 0:
            yield Violation("there is a way", vehicle.id, f"{before.place} to {after.place}")
        elif after.arrives_s < before.leaves_s + leg_s:
            yield Violation(
                "driving takes its time", vehicle.id, f"{after.arrives_s} < {before.leaves_s} + {leg_s}"
            )
    start_s, end_s = visits[0].leaves_s, visits[-1].arrives_s
    if start_s < vehicle.shift.opens_s or end_s > vehicle.shift.closes_s:
        yield Violation("a tour lies within its shift", vehicle.id, f"{start_s} to {end_s}")
    if vehicle.max_duration_s is not None and end_s - start_s > vehicle.max_duration_s:
        yield Violation("a tour is not too long", vehicle.id, f"{end_s - start_s} > {vehicle.max_duration_s}")
    rests = sum(visit.act is Act.REST for visit in visits)
    needed = vehicle.rest is not None and start_s < vehicle.rest.window.closes_s < end_s
    if rests > (vehicle.rest is not None) or (needed and not rests):
        yield Violation("the crew rests once where it must", vehicle.id, f"{rests} rests")


def _loads(
    problem: Problem, vehicle: Vehicle, visits: tuple[Visit, ...], stops: dict[str, Stop]
) -> Iterator[Violation]:
    collects = problem.load is Load.COLLECT
    if (
        not collects
        and vehicle.under_way
        and any(a > b for a, b in zip(visits[0].load, vehicle.load, strict=True))
    ):
        yield Violation("a vehicle leaves with what it has", vehicle.id, f"{visits[0].load} > {vehicle.load}")
    carried = tuple(vehicle.load) or (0,) * len(vehicle.capacity)
    if not collects:
        carried = visits[0].load
    for visit in visits:
        if visit.act is Act.STOP:
            sign = 1 if collects else -1
            carried = tuple(a + sign * b for a, b in zip(carried, stops[visit.id].demand, strict=True))
        elif visit.act is Act.UNLOAD:
            carried = (0,) * len(vehicle.capacity) if collects else visit.load
        if carried != visit.load:
            yield Violation(
                "loads add up", vehicle.id, f"{visit.act} {visit.id}: {visit.load}, not {carried}"
            )
            return
        if any(load < 0 or load > most for load, most in zip(carried, vehicle.capacity, strict=True)):
            yield Violation("no vehicle is overloaded", vehicle.id, f"{visit.act} {visit.id}: {carried}")
    if collects and vehicle.unloads_before_end and any(carried):
        yield Violation("a vehicle comes home empty", vehicle.id, f"{carried}")
    unloads = sum(visit.act is Act.UNLOAD for visit in visits)
    if vehicle.max_unloads is not None and unloads > vehicle.max_unloads:
        yield Violation("no more unloads than allowed", vehicle.id, f"{unloads} > {vehicle.max_unloads}")


def _money(problem: Problem, vehicle: Vehicle, tour: Tour, stops: dict[str, Stop]) -> Iterator[Violation]:
    metres = problem.matrices[vehicle.profile].metres
    distance_m = sum(int(metres[a.place, b.place]) for a, b in pairwise(tour.visits))
    if distance_m != tour.distance_m:
        yield Violation("distance is that of the streets", vehicle.id, f"{tour.distance_m}, not {distance_m}")
    if vehicle.max_distance_m is not None and distance_m > vehicle.max_distance_m:
        yield Violation("a tour is not too far", vehicle.id, f"{distance_m} > {vehicle.max_distance_m}")
    hours = (tour.visits[-1].arrives_s - tour.visits[0].leaves_s) / 3600
    prices = problem.prices
    expected = vehicle.fixed_cost + distance_m / 1000 * vehicle.cost_per_km + hours * vehicle.cost_per_hour
    if prices.balanced_duration_s is not None:
        expected += max(0.0, hours - prices.balanced_duration_s / 3600) * prices.overtime_per_hour
    order = [visit.id for visit in tour.visits if visit.act is Act.STOP]
    expected += prices.foreign_district * sum(_foreign(vehicle, stops[each]) for each in order)
    expected += sum(_changes(problem, vehicle, order))
    if abs(expected - tour.cost.total) > MONEY_TOLERANCE:
        yield Violation("cost is by the rates", vehicle.id, f"{tour.cost.total} stated, {expected} computed")


def _foreign(vehicle: Vehicle, stop: Stop) -> bool:
    return bool(vehicle.districts is not None and stop.district and stop.district not in vehicle.districts)


def _changes(problem: Problem, vehicle: Vehicle, order: list[str]) -> Iterable[float]:
    for before, stop_id in pairwise([None, *order]):
        held = problem.earlier.get(stop_id or "")
        if held is not None and held.vehicle_id != vehicle.id:
            yield problem.prices.moved_stop
        elif held is not None and held.after_id != before:
            yield problem.prices.moved_order
