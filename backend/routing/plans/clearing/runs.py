"""From single passes to what a driver reads: runs along a street, in one direction, on one side, with the blade down. Pure.

A plan may ask for three passes of a street, and whoever comes first clears the lane by the middle, the next one the lane beside it: snow is
pushed to the right, so a pass never throws it onto a lane that is cleared already. Passes are therefore numbered by the time at which they are
driven, not by the ids that the solver juggled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from backend.routing.clearing.plan import Act, Leg, Tour
from backend.routing.plans.clearing.night import NightWork, directions
from shared.vocabulary import StreetSide

RUN_MOST_M = 1500  # a longer street is told in parts: a driver reports on each
PAUSE_MOST_S = 30  # a longer stay between two segments (a turn costs seconds) ends a run


@dataclass(frozen=True, slots=True)
class Passed:
    """One pass as it is driven: its work, direction, number by time, and times."""

    work: NightWork
    forward: bool
    number: int
    begins_s: int
    leaves_s: int
    task_id: str


@dataclass(frozen=True, slots=True)
class Run:
    """Passes that follow each other without a break along one street."""

    passed: tuple[Passed, ...]
    arrives_s: int
    load_kg: int

    @property
    def work(self) -> NightWork:
        """What is done, as of the first segment."""
        return self.passed[0].work

    @property
    def metres(self) -> int:
        """How long it is."""
        return sum(each.work.metres for each in self.passed)

    @property
    def due_s(self) -> int | None:
        """When the first of it is due."""
        return min((each.work.due_s for each in self.passed if each.work.due_s is not None), default=None)

    @property
    def late(self) -> bool:
        """Whether some of it ends after its time."""
        return any(each.work.due_s is not None and each.leaves_s > each.work.due_s for each in self.passed)

    @property
    def side(self) -> StreetSide:
        """Where the machine drives, in driving direction."""
        return side_of(self.work)


Item = Run | Leg
"""What a tour is made of: runs, and legs that are no work (start, refill, rest, end)."""


def side_of(work: NightWork) -> StreetSide:
    """Both where one pass does the whole width; else right of the middle. Gritting spreads over the whole width of its direction."""
    return StreetSide.BOTH if work.forward is None else StreetSide.RIGHT


def numbered(tours: Iterable[Tour], works: Mapping[str, tuple[NightWork, int]]) -> dict[str, int]:
    """The number of each pass that is driven, by the time at which it is begun."""
    begun: dict[str, list[tuple[int, str]]] = {}
    for tour in tours:
        for leg in tour.legs:
            if leg.act is Act.TASK:
                begun.setdefault(works[leg.id][0].side, []).append((leg.begins_s, leg.id))
    numbers: dict[str, int] = {}
    for side in begun.values():
        wanted = sorted(works[id][1] for _, id in side)
        numbers |= {id: number for number, (_, id) in zip(wanted, sorted(side), strict=True)}
    return numbers


def items_of(
    tour: Tour,
    works: Mapping[str, tuple[NightWork, int]],
    numbers: Mapping[str, int],
    follows: Callable[[NightWork, bool, NightWork, bool], bool],
) -> list[Item]:
    """A tour as runs and what lies between. ``follows`` says whether the second segment begins where the first ends, without turning round."""
    items: list[Item] = []
    passed: list[Passed] = []
    first: Leg | None = None
    last: Leg | None = None

    def close() -> None:
        if first is not None and last is not None:
            items.append(Run(tuple(passed), first.arrives_s, last.load_kg))
        passed.clear()

    for leg in tour.legs:
        if leg.act is not Act.TASK:
            close()
            first = None
            items.append(leg)
            continue
        work = works[leg.id][0]
        now = Passed(work, directions(work)[leg.mode], numbers[leg.id], leg.begins_s, leg.leaves_s, leg.id)
        if first is None or not passed or not _goes_on(passed, now, follows):
            close()
            first = leg
        passed.append(now)
        last = leg
    close()
    return items


def _goes_on(
    passed: Sequence[Passed], now: Passed, follows: Callable[[NightWork, bool, NightWork, bool], bool]
) -> bool:
    before = passed[-1]
    return (
        before.work.work is now.work.work
        and before.work.street == now.work.street
        and before.number == now.number
        and side_of(before.work) is side_of(now.work)
        and now.begins_s - before.leaves_s <= PAUSE_MOST_S
        and sum(each.work.metres for each in passed) + now.work.metres <= RUN_MOST_M
        and follows(before.work, before.forward, now.work, now.forward)
    )
