"""What a hauling night could not do, said after it is planned: why snow is left, which dump fills up and when, and what would help."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from backend.routing.hauling.plan import Act, Left, Tour, Why
from backend.routing.hauling.problem import Problem, Truck
from backend.routing.planning.plan import Flaw
from shared.i18n import Message

_ = Message

BUSY = 0.85
"""A loader that loads or moves in so large a share of its shift has no time left."""
DUMPS_FULL = _("{m3} m³ stay: the dumps that are open take no more; raise a dump's capacity, or open another")
LOADERS_BUSY = _("{m3} m³ stay: the loaders work all night; give {count} more loaders a shift")
TRUCKS_FEW = _("{m3} m³ stay: more snow than the trucks haul in a night; give {count} more trucks a shift")
FILLS_UP = _(
    "{id}: full at {time} with {m3} m³; later trips go elsewhere: raise its capacity, or open another dump"
)
STUCK = _(
    "{id}: comes home with {m3} m³, no dump takes them; empty it tomorrow, or raise a dump's capacity tonight"
)


def left_why(
    problem: Problem, loaders: Sequence[Tour], trucks: Sequence[Tour], left: Mapping[str, float]
) -> tuple[Left, ...]:
    """Everything that is left with the one reason that holds it back."""
    if not left:
        return ()
    why, words = _reason(problem, loaders, trucks, sum(left.values()))
    return tuple(Left(pile_id, m3, why, words) for pile_id, m3 in left.items())


def _reason(
    problem: Problem, loaders: Sequence[Tour], trucks: Sequence[Tour], left_m3: float
) -> tuple[Why, Message]:
    least = min(each.body_m3 for each in problem.trucks)
    if all(room is not None and room < least for room in rooms(problem, trucks).values()):
        return Why.DUMPS, DUMPS_FULL.format(m3=round(left_m3))
    moved = sum(tour.moved_m3 for tour in trucks)
    shifts = [each.shift.closes_s - each.shift.opens_s for each in problem.loaders]
    if loaders and sum(_busy_s(tour) for tour in loaders) >= BUSY * sum(shifts):
        one = moved / len(loaders)
        return Why.LOADERS, LOADERS_BUSY.format(m3=round(left_m3), count=_more(left_m3, one))
    one = moved / len(trucks) if trucks else sum(each.body_m3 for each in problem.trucks)
    return Why.TRUCKS, TRUCKS_FEW.format(m3=round(left_m3), count=_more(left_m3, one))


def _more(left_m3: float, one_m3: float) -> int:
    return max(1, math.ceil(left_m3 / max(one_m3, 1.0)))


def _busy_s(tour: Tour) -> int:
    """From its first to its last load, without the time in which it waits for trucks."""
    loads = [leg for leg in tour.legs if leg.act is Act.LOAD]
    waits = sum(leg.begins_s - leg.arrives_s for leg in loads)
    return tour.duration_s - waits if loads else 0


def rooms(problem: Problem, trucks: Sequence[Tour]) -> dict[str, float | None]:
    """What each dump still takes after the night; None: no limit."""
    taken: dict[str, float] = {}
    for tour in trucks:
        for leg in tour.legs:
            if leg.act is Act.UNLOAD:
                taken[leg.id] = taken.get(leg.id, 0.0) + leg.m3
    return {
        each.id: None if each.capacity_m3 is None else each.capacity_m3 - taken.get(each.id, 0.0)
        for each in problem.dumps
    }


def of_plan(problem: Problem, trucks: Sequence[Tour], left: Sequence[Left]) -> Iterator[Flaw]:
    """Dumps that fill up in the night, trucks that come home loaded, and what is left in sum."""
    least = min((each.body_m3 for each in problem.trucks), default=0.0)
    for dump_id, room in rooms(problem, trucks).items():
        legs = sorted(
            (leg for tour in trucks for leg in tour.legs if leg.act is Act.UNLOAD and leg.id == dump_id),
            key=lambda leg: leg.leaves_s,
        )
        if room is not None and room < least and legs:
            at, m3 = legs[-1].leaves_s, round(sum(leg.m3 for leg in legs))
            words = FILLS_UP.format(id=dump_id, time=_clock(at), m3=m3)
            yield Flaw(dump_id, "capacity_m3", str(problem.dump[dump_id].capacity_m3), words)
    for tour in trucks:
        carries = _carries(problem.truck[tour.vehicle_id], tour)
        if carries > 0:
            words = STUCK.format(id=tour.vehicle_id, m3=round(carries, 1))
            yield Flaw(tour.vehicle_id, "load_m3", str(carries), words)
    if left:
        ids = tuple(each.pile_id for each in left)
        yield Flaw("volume", "volume_m3", str(round(sum(each.m3 for each in left))), left[0].words, ids)


def _carries(truck: Truck, tour: Tour) -> float:
    carries = truck.load_m3
    for leg in tour.legs:
        if leg.act is Act.LOAD:
            carries += leg.m3
        elif leg.act is Act.UNLOAD:
            carries = 0.0
    return carries


def _clock(second: int) -> str:
    return f"{second // 3600 % 24:02d}:{second // 60 % 60:02d}"
