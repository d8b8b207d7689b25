"""A day of 3,000 collection sites in Qingdao as one problem, and two ways to plan it that ours is held against.

Sites, depots and disposal sites are real (Lan et al., M3CVRP). The data has no streets: ways are great circles times 1.3, driven with
12.5 m/s. As in its authors' code a vehicle carries 72,000 and works for 8 hours, and vehicles stand at the three depots in turn; how many
there are is our choice and more than anybody needs. Only metres cost.
"""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Mapping, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import numpy as np

from backend.routing.planning.beside import Beside
from backend.routing.planning.building import build
from backend.routing.planning.construction import construct
from backend.routing.planning.cutting import cut
from backend.routing.planning.finishing import finish
from backend.routing.planning.flaws import examine
from backend.routing.planning.model import row_of
from backend.routing.planning.parts import part_of
from backend.routing.planning.plan import Plan
from backend.routing.planning.plane import lay_out
from backend.routing.planning.problem import Depot, Disposal, Matrix, Problem, Stop, Vehicle, Window
from backend.routing.planning.scheduling import Step

EARTH_RADIUS_M = 6_371_008.8
DETOUR = 1.3
METRES_PER_SECOND = 12.5
CAPACITY = 72_000
SHIFT_S = 8 * 3600
VEHICLES = 60
DISTRICT_STOPS = 400
ENDING_S = 1.5
"""Of the given seconds: for putting districts together and timing the tours."""


def read_qingdao(folder: Path) -> Problem:
    """The day of a folder with Depots.json, DisposalFacilities.json and WasteCollectionSites.json."""
    depots = _read(folder / "Depots.json", "depot")
    facilities = _read(folder / "DisposalFacilities.json", "disposal_facility")
    sites = _read(folder / "WasteCollectionSites.json", "point")
    metres = _metres([*depots, *facilities, *sites])
    first_site = len(depots) + len(facilities)
    opens, closes = zip(*(_window(each) for each in sites), strict=True)
    day = Window(min(opens), max(closes))
    return Problem(
        depots=tuple(Depot(f"depot {number}", number) for number in range(len(depots))),
        disposals=tuple(
            Disposal(f"facility {number}", len(depots) + number) for number in range(len(facilities))
        ),
        vehicles=tuple(
            Vehicle(
                id=f"{number:02}",
                capacity=(CAPACITY,),
                start=f"depot {number % len(depots)}",
                end=f"depot {number % len(depots)}",
                shift=day,
                max_duration_s=SHIFT_S,
                cost_per_km=1000.0,
            )
            for number in range(VEHICLES)
        ),
        stops=tuple(
            Stop(
                each["id"],
                first_site + number,
                (each["capacity"],),
                service_s=each["stopLength"],
                windows=(Window(*_window(each)),),
            )
            for number, each in enumerate(sites)
        ),
        matrices={"": Matrix(np.rint(metres / METRES_PER_SECOND).astype(np.int32), metres)},
        dimensions=("units",),
    )


def savings_alone(problem: Problem) -> Plan:
    """The savings construction from which our own search begins; it takes seconds."""
    examined = examine(problem)
    return finish(examined, construct(examined.problem))


def pyvrp_in_districts(problem: Problem, seconds: float, seed: int) -> Plan:
    """Compact districts of equal size, each planned once by PyVRP with its defaults, two at a time.

    Each has its share of the vehicles of every depot and of the time.
    """
    ends = time.monotonic() + seconds - ENDING_S
    examined = examine(problem)
    points = lay_out(problem.matrices[""])
    places = [stop.place for stop in examined.problem.stops]
    rng = np.random.default_rng(seed)
    groups = cut(points[places], [1] * len(places), DISTRICT_STOPS, rng, around=False)
    stops, vehicles = examined.problem.stops, [each.id for each in examined.problem.vehicles]
    per_district = len(vehicles) // len(groups)
    parts = [
        part_of(
            examined.problem,
            vehicles[number * per_district : (number + 1) * per_district],
            [stops[each].id for each in group],
        )
        for number, group in enumerate(groups)
    ]
    lanes = [parts[0::2], parts[1::2]]
    others = [Beside(serve_districts) for _lane in lanes]
    try:
        for lane, other in zip(lanes, others, strict=True):
            other.send((lane, ends, seed))
        answers = [other.received(None)[0] for other in others]
    finally:
        for other in others:
            other.end()
    sequences: dict[str, Sequence[Step]] = {}
    for answer in answers:
        sequences.update(answer)
    return finish(examined, sequences)


def serve_districts(pipe: Connection) -> None:
    """Plan districts one after the other, each in its share of the time until a moment of the monotonic clock."""
    import pyvrp
    from pyvrp.exceptions import PenaltyBoundWarning
    from pyvrp.stop import MaxRuntime

    districts, ends, seed = pipe.recv()
    found: dict[str, tuple[Step, ...]] = {}
    for number, district in enumerate(districts):
        begun = time.monotonic()
        share_s = (ends - begun) / (len(districts) - number)
        model = build(district, soft=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PenaltyBoundWarning)
            stop = MaxRuntime(max(0.1, share_s - (time.monotonic() - begun)))
            result = pyvrp.solve(model.data, stop, seed=seed, collect_stats=False)
        if result.is_feasible():
            found.update(model.by_vehicle([row_of(route) for route in result.best.routes()]))
    pipe.send(found)


def _read(path: Path, key: str) -> list[dict[str, Any]]:
    if not path.exists():
        raise FileNotFoundError(f"{path} is missing; point --instances at the folder of the Qingdao data")
    found: list[dict[str, Any]] = json.loads(path.read_text())[key]
    return found


def _metres(points: Sequence[Mapping[str, Any]]) -> Any:
    lon, lat = np.radians([[each["lng"] / 1e6 for each in points], [each["lat"] / 1e6 for each in points]])
    half = np.sin((lat[:, None] - lat) / 2) ** 2
    half += np.cos(lat[:, None]) * np.cos(lat) * np.sin((lon[:, None] - lon) / 2) ** 2
    return np.rint(DETOUR * 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(half))).astype(np.int32)


def _window(site: Mapping[str, Any]) -> tuple[int, int]:
    [[opens, closes]] = site["workTimes"]
    return _seconds(opens), _seconds(closes)


def _seconds(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60
