"""Public routing instances as problems: VRPLIB files of capacitated and of multi-trip problems, with their best-known costs.

CVRP (the X set of Uchoa et al. 2017): Euclidean distances rounded to whole numbers, any number of vehicles. Multi-trip with time
windows and reloading (after Yang 2023): Euclidean distances and all times in tenths, rounded down, as the best-known solutions take
them; a fixed number of vehicles, and each delivery has a time from which it lies ready at the depot.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from backend.routing.evaluation.carp import ArcInstance, read_arc_instance
from backend.routing.evaluation.qingdao import read_qingdao
from backend.routing.planning.plan import Act
from backend.routing.planning.problem import Depot, Disposal, Load, Matrix, Problem, Stop, Vehicle, Window
from backend.routing.planning.scheduling import Step

DEPOT = "depot"
STORE = "reload"
LATEST_S = 10**8


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """A named problem with the cost of the best solution known."""

    name: str
    problem: Problem
    best_known: float


def read_instances(folder: Path, kind: str) -> list[Path]:
    """The instance files of a folder in the order of their names; a day in Qingdao is a folder itself."""
    if kind == "qingdao":
        return [folder]
    suffix = "dat" if kind == "carp" else "vrp"
    files = sorted(folder.glob(f"*.{suffix}"))
    if not files:
        raise FileNotFoundError(
            f"{folder}: no *.{suffix} files of kind {kind}; point --instances at a folder of them"
        )
    return files


def read_instance(path: Path, kind: str) -> Instance | ArcInstance:
    """An instance and its best-known cost: from the .sol beside it, or the upper bound that a file of arcs states."""
    if kind == "carp":
        return read_arc_instance(path)
    if kind == "qingdao":
        return Instance(path.name, read_qingdao(path), float("nan"))
    header, sections = _parse(path)
    problem = _capacitated(header, sections) if kind == "cvrp" else _multi_trip(header, sections)
    return Instance(path.stem, problem, read_solution(path.with_suffix(".sol"))[1])


def read_solution(path: Path) -> tuple[list[list[int]], float]:
    """Routes as client numbers from 1 up (0: the depot in between) and the stated cost; NaN without a file."""
    if not path.exists():
        return [], float("nan")
    routes, cost = [], float("nan")
    for line in path.read_text().splitlines():
        if line.startswith("Route"):
            routes.append([int(each) for each in line.split(":", 1)[1].split()])
        elif line.startswith("Cost"):
            cost = float(line.replace(":", " ").split()[1])
    return routes, cost


def steps_of(route: list[int]) -> tuple[Step, ...]:
    """A route of client numbers as steps."""
    return tuple((Act.STOP, str(each)) if each else (Act.UNLOAD, STORE) for each in route)


def _parse(path: Path) -> tuple[dict[str, str], dict[str, list[list[float]]]]:
    header: dict[str, str] = {}
    sections: dict[str, list[list[float]]] = {}
    rows: list[list[float]] | None = None
    for line in path.read_text().splitlines():
        line = line.strip()
        if line.endswith("_SECTION"):
            rows = sections.setdefault(line, [])
        elif line in ("", "EOF"):
            continue
        elif ":" in line:
            key, value = line.split(":", 1)
            header[key.strip()] = value.strip()
        elif rows is not None:
            rows.append([float(each) for each in line.split()])
    return header, sections


def _distances(sections: dict[str, list[list[float]]], scale: int, *, down: bool) -> NDArray[np.int64]:
    points = np.array([row[1:3] for row in sections["NODE_COORD_SECTION"]])
    exact = np.sqrt(((points[:, None] - points[None]) ** 2).sum(axis=2)) * scale
    return (np.floor(exact) if down else np.rint(exact)).astype(np.int64)


def _capacitated(header: dict[str, str], sections: dict[str, list[list[float]]]) -> Problem:
    metres = _distances(sections, 1, down=False)
    demands = [int(row[1]) for row in sections["DEMAND_SECTION"]]
    capacity = int(header["CAPACITY"])
    shift = Window(0, LATEST_S)
    return Problem(
        depots=(Depot(DEPOT, 0),),
        disposals=(),
        vehicles=tuple(
            Vehicle(
                id=f"{number:03}",
                capacity=(capacity,),
                start=DEPOT,
                end=DEPOT,
                shift=shift,
                cost_per_km=1000.0,
                unloads_before_end=False,
                max_unloads=0,
            )
            for number in range(len(demands) - 1)
        ),
        stops=tuple(Stop(str(number), number, (demands[number],)) for number in range(1, len(demands))),
        matrices={"": Matrix(np.zeros_like(metres), metres)},
        dimensions=("units",),
    )


def _multi_trip(header: dict[str, str], sections: dict[str, list[list[float]]]) -> Problem:
    tenths = _distances(sections, 10, down=True)
    demands = [int(row[1]) for row in sections["DEMAND_SECTION"]]
    windows = [Window(int(10 * row[1]), int(10 * row[2])) for row in sections["TIME_WINDOW_SECTION"]]
    ready = [int(10 * row[1]) for row in sections["RELEASE_TIME_SECTION"]]
    service_s = int(10 * float(header["SERVICE_TIME"]))
    return Problem(
        depots=(Depot(DEPOT, 0),),
        disposals=(Disposal(STORE, 0, (windows[0],)),),
        vehicles=tuple(
            Vehicle(
                id=f"{number:03}",
                capacity=(int(header["CAPACITY"]),),
                start=DEPOT,
                end=DEPOT,
                shift=windows[0],
                cost_per_km=1000.0,
                unloads_before_end=False,
            )
            for number in range(int(header["VEHICLES"]))
        ),
        stops=tuple(
            Stop(
                str(number),
                number,
                (demands[number],),
                service_s=service_s,
                windows=(windows[number],),
                ready_s=ready[number],
            )
            for number in range(1, len(demands))
        ),
        matrices={"": Matrix(tenths, tenths)},
        dimensions=("units",),
        load=Load.DELIVER,
    )
