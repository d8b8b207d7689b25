"""What driving and everything beside it costs, in tenge, by the vehicles' rates and the problem's prices."""

from __future__ import annotations

from collections.abc import Iterable

from backend.routing.planning.plan import Act, Cost, Tour, Visit
from backend.routing.planning.problem import Problem, Vehicle, is_foreign


def cost_of_tour(problem: Problem, vehicle: Vehicle, visits: tuple[Visit, ...], distance_m: int) -> Cost:
    """The cost of one vehicle's tour; prizes are the plan's, not a tour's."""
    duration_s = visits[-1].arrives_s - visits[0].leaves_s
    prices = problem.prices
    over_s = 0 if prices.balanced_duration_s is None else max(0, duration_s - prices.balanced_duration_s)
    foreign = changes = 0.0
    before: str | None = None
    for visit in visits:
        if visit.act is not Act.STOP:
            continue
        if prices.foreign_district and is_foreign(vehicle, problem.stop[visit.id]):
            foreign += prices.foreign_district
        held = problem.earlier.get(visit.id)
        if held is not None:
            if held.vehicle_id != vehicle.id:
                changes += prices.moved_stop
            elif held.after_id != before:
                changes += prices.moved_order
        before = visit.id
    return Cost(
        fixed=vehicle.fixed_cost,
        distance=distance_m * vehicle.cost_per_km / 1000,
        time=duration_s * vehicle.cost_per_hour / 3600,
        overtime=over_s * prices.overtime_per_hour / 3600,
        districts=foreign,
        changes=changes,
    )


def cost_of_plan(problem: Problem, tours: Iterable[Tour]) -> Cost:
    """All tours together and the prizes of optional stops that none of them serves."""
    total = Cost()
    served: set[str] = set()
    for tour in tours:
        total += tour.cost
        served.update(tour.stop_ids)
    lost = sum(stop.prize for stop in problem.stop.values() if not stop.required and stop.id not in served)
    return total + Cost(prizes_lost=lost)
