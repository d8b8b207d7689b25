"""What a tour of a night by streets costs, in tenge, by the machine's rates and the problem's prices."""

from __future__ import annotations

from backend.routing.clearing.plan import Act, Cost, Leg
from backend.routing.clearing.problem import Machine, Problem, is_foreign


def cost_of_tour(problem: Problem, machine: Machine, legs: tuple[Leg, ...], driven_m: int) -> Cost:
    """The cost of one machine's tour; ``driven_m``: all its metres, of work and between."""
    duration_s = legs[-1].arrives_s - legs[0].leaves_s
    prices = problem.prices
    over_s = 0 if prices.balanced_s is None else max(0, duration_s - prices.balanced_s)
    late = zones = changes = 0.0
    for leg in legs:
        if leg.act is not Act.TASK:
            continue
        task = problem.task[leg.id]
        if task.due_s is not None and leg.leaves_s > task.due_s:
            late += (leg.leaves_s - task.due_s) / 3600 * prices.late_per_hour * task.urgency
        if is_foreign(machine, task):
            zones += prices.foreign_zone
        held = problem.earlier.get(leg.id)
        if held is not None and held.vehicle_id != machine.id:
            changes += prices.moved_task
    return Cost(
        fixed=machine.fixed_cost,
        distance=driven_m * machine.cost_per_km / 1000,
        time=duration_s * machine.cost_per_hour / 3600,
        overtime=over_s * prices.overtime_per_hour / 3600,
        late=late,
        zones=zones,
        changes=changes,
    )
