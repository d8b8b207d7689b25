"""``solve``: the best plan of a hauling night found within a time or a number of rounds; ``first_come``: the night without a plan.

Every loader's sequence of piles, which trucks drive and when they leave, and for each trip which loader and which dump. With ``rounds`` instead of
seconds a run is repeatable to the last trip.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from backend.routing.hauling import kernel, shortage
from backend.routing.hauling.flaws import Examined, examine
from backend.routing.hauling.packing import LITRES, Arena, Decision, Played
from backend.routing.hauling.plan import Cost, Plan, Progress
from backend.routing.hauling.problem import Problem
from backend.routing.hauling.searching import FOLLOW, Found, Search
from backend.routing.hauling.timetable import left_of, tours_of

ENDING_SHARE, ENDING_MOST_S = 0.02, 0.5
"""Of a run's time and at most: kept for the timetable."""
REPORTED_EVERY_S = 0.5
SLACK_ROUNDS = 100


def _ignore(_progress: Progress) -> None:
    pass


def _never() -> bool:
    return False


def solve(
    problem: Problem,
    time_limit_s: float = 20.0,
    seed: int = 1,
    on_progress: Callable[[Progress], None] = _ignore,
    stop: Callable[[], bool] = _never,
    *,
    rounds: int | None = None,
) -> Plan:
    """The best plan found; whatever is wrong with the problem is in its flaws. ``stop`` is asked often: once true the best so far comes back."""
    begun = time.monotonic()
    examined = examine(problem)
    if not has_work(examined.problem):
        return _without_snow(examined, time.monotonic() - begun)
    arena = Arena(examined.problem)
    limits = Limits(begun, time_limit_s, rounds, stop)
    found = decide(arena, limits, seed, on_progress)
    plan = written(examined, arena, arena.play(found.decision, FOLLOW, logs=True))
    return replace(
        plan,
        seconds=time.monotonic() - begun,
        iterations=found.rounds,
        stopped_early=limits.was_stopped,
    )


def has_work(problem: Problem) -> bool:
    """Whether anything lies there or is on its way."""
    return bool(problem.piles) or any(each.load_m3 for each in problem.trucks)


class Limits:
    """How long a run may search: until a moment, for so many rounds, or until somebody stops it."""

    def __init__(
        self, begun: float, time_limit_s: float, rounds: int | None, stop: Callable[[], bool] = _never
    ) -> None:
        self._begun, self._rounds, self._stop = begun, rounds, stop
        self._time_limit_s = time_limit_s
        self._search_s = max(1e-6, time_limit_s - min(ENDING_SHARE * time_limit_s, ENDING_MOST_S))
        self._looked = -1
        self.was_stopped = False

    def share_done(self) -> float:
        """From 0 to 1 and beyond; one look is one round."""
        self._looked += 1
        self.was_stopped = self.was_stopped or self._stop()
        if self.was_stopped:
            return 1.0
        if self._rounds is not None:
            return self._looked / max(1, self._rounds)
        return (time.monotonic() - self._begun) / self._search_s

    @property
    def seconds_left(self) -> float:
        """Of the time limit."""
        return max(0.0, self._begun + self._time_limit_s - time.monotonic())


def decide(
    arena: Arena, limits: Limits, seed: int = 1, on_progress: Callable[[Progress], None] = _ignore
) -> Found:
    """The decision behind a plan, by which every truck is home in time on the usual night."""
    told = float("-inf")

    def tell(found: Found) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= REPORTED_EVERY_S:
            told = now
            left_m3 = float(arena.play(found.decision, FOLLOW).left.sum()) / LITRES
            on_progress(Progress(found.cost, left_m3, limits.seconds_left, "searching"))

    found = Search(arena, seed, limits.share_done, tell).run()
    _home_in_time(arena, found.decision)
    return found


def first_come(problem: Problem) -> Plan:
    """The night without a plan: each truck that is free goes to the loader that waits longest, else the nearest; with its load to the nearest dump."""
    examined = examine(problem)
    if not examined.problem.piles:
        return _without_snow(examined, 0.0)
    arena = Arena(examined.problem)
    return written(examined, arena, arena.play(arena.nothing(), FOLLOW, first_come=True, logs=True))


def _home_in_time(arena: Arena, decision: Decision) -> None:
    """Give slack to trucks that queues would bring home too late, until none is."""
    closes = arena.tr[:, kernel.CLOSES] + int(arena.price[4])
    for _round in range(SLACK_ROUNDS):
        played = arena.play(decision, FOLLOW, logs=True)
        if played.total[kernel.BEYOND] <= 0:
            return
        ends = played.log[(played.log[:, 0] == kernel.LOG_END) & (played.log[:, 1] < len(closes))]
        for row in ends:
            beyond_s = int(row[4] - closes[row[1]])
            if beyond_s > 0:
                decision.slack[row[1]] += beyond_s + 60


def written(examined: Examined, arena: Arena, played: Played) -> Plan:
    """A night that was played, with its log, as a plan."""
    loaders, trucks = tours_of(arena, played)
    left = shortage.left_why(examined.problem, loaders, trucks, left_of(arena, played))
    flaws = (*examined.flaws, *shortage.of_plan(examined.problem, trucks, left))
    return Plan(loaders, trucks, (*examined.left, *left), flaws, played.cost)


def _without_snow(examined: Examined, seconds: float) -> Plan:
    return Plan((), (), examined.left, examined.flaws, Cost(), seconds)
