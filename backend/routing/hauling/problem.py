"""The problem of a hauling night: piles, loaders that move along them, trucks in trips to dumps that are open, hold so much and have a queue.

A **loader** works through piles in a sequence, one truck at a time. A **truck** waits for its loader and a loader for trucks; a truck that is
not full when a pile ends goes with its loader to the next one, or to a dump. A **dump** lets ``bays`` trucks unload at once, in the order in
which they come.

Frozen data only: what is wrong with it is said by ``flaws``, never raised here. Units: seconds since the day's midnight (a night goes beyond
86,400), metres, cubic metres of snow as it lies in the truck, tenge.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from backend.routing.planning.problem import UNREACHABLE, Break, Matrix, Window

__all__ = [
    "UNREACHABLE",
    "Break",
    "Dump",
    "Loader",
    "Matrix",
    "Pile",
    "Prices",
    "Problem",
    "Truck",
    "Window",
    "with_volumes",
]


@dataclass(frozen=True, slots=True)
class Pile:
    """Snow that lies at a place of the matrices.

    What still lies there after ``due_s`` costs ``Prices.late_per_m3_hour`` times ``urgency``; what is left out goes by ``urgency`` too, the
    least urgent first.
    """

    id: str
    place: int
    volume_m3: float
    due_s: int | None = None
    urgency: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """One loader with its crew and shift; it loads ``rate_m3_per_h`` and needs ``setup_s`` at each pile before the first truck.

    In the middle of a night ``start`` is where it stands and ``locked`` (ids of piles, in this order) what it must work on first.
    """

    id: str
    start: int
    end: int
    shift: Window
    rate_m3_per_h: float
    setup_s: int = 0
    profile: str = ""
    rest: Break | None = None
    fixed_cost: float = 0.0
    cost_per_km: float = 0.0
    cost_per_hour: float = 0.0
    locked: tuple[str, ...] = ()
    under_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Truck:
    """One truck with its driver and shift.

    In the middle of a night ``start`` is where it stands and ``load_m3`` what it carries, which goes to a dump first (``dump_id``: to this one);
    ``loader_id``: to which loader its first trip leads. ``under_way`` brings it home even without another trip.
    """

    id: str
    start: int
    end: int
    shift: Window
    body_m3: float
    profile: str = ""
    rest: Break | None = None
    fixed_cost: float = 0.0
    cost_per_km: float = 0.0
    cost_per_hour: float = 0.0
    load_m3: float = 0.0
    dump_id: str | None = None
    loader_id: str | None = None
    under_way: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """Where snow goes. ``capacity_m3`` is what it still takes tonight (None: no limit); unloading begins within ``hours`` (none: always)."""

    id: str
    place: int
    hours: tuple[Window, ...] = ()
    capacity_m3: float | None = None
    price_per_m3: float = 0.0
    bays: int = 1
    unload_s: int = 0


@dataclass(frozen=True, slots=True)
class Prices:
    """What is not driving but has a price, in tenge.

    ``lying_per_m3_hour``: of each cubic metre for each hour of the night until its pile is gone, times the pile's urgency: why main streets go
    first; ``late_per_m3_hour``: the same from its due time on. ``left_per_m3``: of what is left, times urgency. ``overtime_per_hour``: of a vehicle that comes home after its shift's end, beside its
    hours; ``overtime_s``: how much of it a plan may ask for.
    """

    lying_per_m3_hour: float = 0.0
    left_per_m3: float = 5_000.0
    late_per_m3_hour: float = 0.0
    overtime_per_hour: float = 0.0
    overtime_s: int = 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Everything that a hauling plan depends on; equal problems, seeds and iterations give equal plans."""

    piles: tuple[Pile, ...]
    loaders: tuple[Loader, ...]
    trucks: tuple[Truck, ...]
    dumps: tuple[Dump, ...]
    matrices: Mapping[str, Matrix]
    prices: Prices = Prices()

    @cached_property
    def pile(self) -> dict[str, Pile]:
        """Piles by id; of doubles the first counts, here and below."""
        return {each.id: each for each in reversed(self.piles)}

    @cached_property
    def loader(self) -> dict[str, Loader]:
        """Loaders by id."""
        return {each.id: each for each in reversed(self.loaders)}

    @cached_property
    def truck(self) -> dict[str, Truck]:
        """Trucks by id."""
        return {each.id: each for each in reversed(self.trucks)}

    @cached_property
    def dump(self) -> dict[str, Dump]:
        """Dumps by id."""
        return {each.id: each for each in reversed(self.dumps)}

    @property
    def places(self) -> int:
        """Rows of the matrices."""
        return min((len(each.seconds) for each in self.matrices.values()), default=0)

    @property
    def volume_m3(self) -> float:
        """All snow that lies there."""
        return sum(pile.volume_m3 for pile in self.piles)


def with_volumes(problem: Problem, factor: float) -> Problem:
    """The same night with so many times the snow."""
    piles = tuple(replace(pile, volume_m3=pile.volume_m3 * factor) for pile in problem.piles)
    return replace(problem, piles=piles)
