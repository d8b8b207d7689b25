"""What in the input cannot be: each flaw with its field, value and remedy; the rest of the day is planned all the same.

``examine`` takes the flawed parts out: a vehicle that cannot drive, a disposal site that is never open, a stop that nobody can
serve. What it hands on is sound, so searches need no checks of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from backend.routing.planning.plan import Act, Flaw, Unserved, Why
from backend.routing.planning.problem import (
    Disposal,
    Load,
    Problem,
    Stop,
    Vehicle,
    Window,
    may_enter,
    may_serve,
)
from backend.routing.planning.scheduling import Impossible, Step, schedule
from shared.i18n import Message

_ = Message


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)


@dataclass(frozen=True, slots=True)
class Examined:
    """The sound part of a problem, what was taken out, and the stops that are lost with it; ``given`` is the whole."""

    given: Problem
    problem: Problem
    flaws: tuple[Flaw, ...]
    unserved: tuple[Unserved, ...]


def examine(problem: Problem) -> Examined:
    """Take out what cannot be planned; every flaw is named."""
    flaws: list[Flaw] = []
    given = problem
    problem = replace(
        problem,
        depots=_placed(problem, _once(problem.depots, "depots", flaws), flaws),
        disposals=_placed(problem, _once(problem.disposals, "disposals", flaws), flaws),
        vehicles=tuple(_once(problem.vehicles, "vehicles", flaws)),
        stops=tuple(_once(problem.stops, "stops", flaws)),
    )
    problem = replace(problem, disposals=tuple(_open_sites(problem.disposals, flaws)))
    problem = replace(problem, vehicles=tuple(_fit_vehicles(problem, flaws)))
    if not problem.vehicles:
        flaws.append(
            Flaw(
                "vehicles",
                "vehicles",
                "0",
                _("vehicles: none can drive, so nothing is planned; add a vehicle with a shift"),
                tuple(stop.id for stop in problem.stops),
            )
        )
        return Examined(
            given,
            replace(problem, stops=()),
            tuple(flaws),
            tuple(Unserved(stop.id, Why.FLAW, flaws[-1].words) for stop in problem.stops),
        )
    sound, unserved = [], []
    classes = vehicle_classes(problem.vehicles)
    locked = {id for vehicle in problem.vehicles for id in vehicle.locked}
    for stop in problem.stops:
        flaw = None if stop.id in locked else _flaw_of(problem, classes, stop)
        if flaw is None:
            sound.append(stop)
        else:
            flaws.append(flaw)
            unserved.append(Unserved(stop.id, Why.FLAW, flaw.words))
    return Examined(given, replace(problem, stops=tuple(sound)), tuple(flaws), tuple(unserved))


def vehicle_classes(vehicles: Iterable[Vehicle]) -> list[list[Vehicle]]:
    """Vehicles that differ in nothing but their id, together."""
    classes: dict[Vehicle, list[Vehicle]] = {}
    for vehicle in vehicles:
        classes.setdefault(replace(vehicle, id=""), []).append(vehicle)
    return list(classes.values())


def _once(items: Sequence[T], field: str, flaws: list[Flaw]) -> list[T]:
    seen: set[str] = set()
    kept = []
    for item in items:
        if item.id in seen:
            words = _(
                "{field}: the id {id} stands there twice; the first counts, give the other an id of its own"
            )
            flaws.append(Flaw(item.id, field, item.id, words.format(field=field, id=item.id)))
        else:
            seen.add(item.id)
            kept.append(item)
    return kept


def _placed(problem: Problem, items: list[Any], flaws: list[Flaw]) -> tuple[Any, ...]:
    """Those whose place the matrices hold."""
    kept = []
    for item in items:
        if 0 <= item.place < problem.places:
            kept.append(item)
        else:
            flaws.append(Flaw(item.id, "place", str(item.place), _off_the_network(item.id, item.place)))
    return tuple(kept)


def _off_the_network(id: str, place: int) -> Message:
    words = _("{id}: place {place} is not in the street network; move it onto a street")
    return words.format(id=id, place=place)


def _open_sites(sites: Iterable[Disposal], flaws: list[Flaw]) -> Iterator[Disposal]:
    for site in sites:
        hours = tuple(each for each in site.hours if each.opens_s <= each.closes_s)
        if site.hours and not hours:
            words = _("disposal site {id}: hours {hours} end before they begin; correct them")
            flaws.append(
                Flaw(site.id, "hours", _said(site.hours), words.format(id=site.id, hours=_said(site.hours)))
            )
        else:
            yield replace(site, hours=hours)


def _fit_vehicles(problem: Problem, flaws: list[Flaw]) -> Iterator[Vehicle]:
    for vehicle in problem.vehicles:
        found = _vehicle_flaw(problem, vehicle)
        if found is None:
            yield vehicle
        else:
            field, value, words = found
            flaws.append(Flaw(vehicle.id, field, value, words.format(id=vehicle.id, value=value)))


def _vehicle_flaw(problem: Problem, vehicle: Vehicle) -> tuple[str, str, Message] | None:
    if vehicle.profile not in problem.matrices:
        return (
            "profile",
            vehicle.profile,
            _("vehicle {id}: no travel times for the profile {value}; compute its matrix"),
        )
    for depot in (vehicle.start, vehicle.end):
        if depot not in problem.depot:
            return (
                "depot",
                depot,
                _("vehicle {id}: depot {value} is not known or not on the network; choose another"),
            )
    shift = vehicle.shift
    if shift.opens_s > shift.closes_s:
        return "shift", _said((shift,)), _("vehicle {id}: shift {value} ends before it begins; correct it")
    if len(vehicle.capacity) != len(problem.dimensions) or any(each < 0 for each in vehicle.capacity):
        words = _("vehicle {id}: capacity {value} must be a number from 0 up for each dimension")
        return "capacity", str(vehicle.capacity), words
    if vehicle.load and any(a > b for a, b in zip(vehicle.load, vehicle.capacity, strict=False)):
        return (
            "load",
            str(vehicle.load),
            _("vehicle {id}: load {value} is above its capacity; correct either"),
        )
    unknown = [id for id in vehicle.locked if id not in problem.stop and id not in problem.disposal]
    if unknown:
        words = _("vehicle {id}: {value} is locked but neither a stop nor an open disposal site; unlock it")
        return "locked", ", ".join(unknown), words
    if problem.load is Load.COLLECT and vehicle.unloads_before_end:
        sites = [site for site in problem.disposals if may_enter(vehicle, site)]
        if not sites:
            return (
                "disposals",
                "0",
                _("vehicle {id}: no open disposal site admits it ({value} sites); open one"),
            )
        tours = [
            schedule(problem, replace(vehicle, locked=(), load=()), ((Act.UNLOAD, site.id),))
            for site in sites
        ]
        if all(isinstance(tour, Impossible) for tour in tours):
            words = _(
                "vehicle {id}: no disposal site can be reached and left within its shift {value}; widen hours or shift"
            )
            return "shift", _said((shift,)), words
    return None


def _flaw_of(problem: Problem, classes: list[list[Vehicle]], stop: Stop) -> Flaw | None:
    """Why nobody could serve a stop even if it were the only one; None for a sound stop."""

    def flaw(field: str, value: object, words: Message) -> Flaw:
        return Flaw(stop.id, field, str(value), words.format(id=stop.id, value=str(value)), (stop.id,))

    if not 0 <= stop.place < problem.places:
        return Flaw(stop.id, "place", str(stop.place), _off_the_network(stop.id, stop.place), (stop.id,))
    if (
        len(stop.demand) != len(problem.dimensions)
        or any(each < 0 for each in stop.demand)
        or stop.service_s < 0
    ):
        words = _(
            "stop {id}: demand and service time {value} must be numbers from 0 up, a demand for each dimension"
        )
        return flaw("demand", (*stop.demand, stop.service_s), words)
    if stop.windows and all(each.opens_s > each.closes_s for each in stop.windows):
        return flaw(
            "windows", _said(stop.windows), _("stop {id}: window {value} ends before it begins; correct it")
        )
    admitted = [group[0] for group in classes if may_serve(group[0], stop)]
    if not admitted:
        value = ", ".join(filter(None, [stop.container_type, *sorted(stop.vehicle_kinds or ())])) or "—"
        return flaw(
            "vehicle_kinds",
            value,
            _("stop {id}: no vehicle of today takes {value}; add one or change the stop"),
        )
    if all(any(a > b for a, b in zip(stop.demand, each.capacity, strict=True)) for each in admitted):
        words = _(
            "stop {id}: demand {value} is above every vehicle's capacity; split the stop or add a larger vehicle"
        )
        return flaw("demand", _amounts(problem, stop), words)
    fails = {_alone(problem, vehicle, stop) for vehicle in admitted}
    if None in fails:
        return None
    if not any(_reachable(problem, vehicle, stop) for vehicle in admitted):
        return flaw(
            "place",
            stop.place,
            _(
                "stop {id}: no vehicle that may serve it can reach its place {value}; move it or open the street"
            ),
        )
    words = _(
        "stop {id}: no vehicle can serve it within window {value}, its shift and the hours of disposal; widen one of them"
    )
    return flaw("windows", _said(stop.windows) or "—", words)


def _alone(problem: Problem, vehicle: Vehicle, stop: Stop) -> Why | None:
    """Why a vehicle cannot serve a stop and nothing else; None if it can."""
    step = (Act.STOP, stop.id)
    why = Why.NO_TIME
    sites = [(Act.UNLOAD, site.id) for site in problem.disposals if may_enter(vehicle, site)]
    before: list[tuple[Step, ...]] = [(site,) for site in sites] if vehicle.load else []
    after: list[tuple[Step, ...]] = (
        [(site,) for site in sites] if problem.load is Load.COLLECT and vehicle.unloads_before_end else [()]
    )
    for first in dict.fromkeys([(), *before]):
        for last in after:
            tour = schedule(problem, vehicle, (*first, step, *last))
            if not isinstance(tour, Impossible):
                return None
            why = tour.why
    return why


def _reachable(problem: Problem, vehicle: Vehicle, stop: Stop) -> bool:
    seconds = problem.matrices[vehicle.profile].seconds
    out = seconds[problem.begins_at(vehicle), stop.place] >= 0
    ways_back = [site.place for site in problem.disposals if may_enter(vehicle, site)]
    if problem.load is Load.DELIVER or not vehicle.unloads_before_end:
        ways_back = [problem.depot[vehicle.end].place]
    return bool(out) and any(seconds[stop.place, place] >= 0 for place in ways_back)


def _said(windows: Iterable[Window]) -> str:
    return ", ".join(f"{_clock(each.opens_s)}–{_clock(each.closes_s)}" for each in windows)


def _clock(second: int) -> str:
    return f"{second // 3600:02d}:{second // 60 % 60:02d}"


def _amounts(problem: Problem, stop: Stop) -> str:
    return ", ".join(f"{a} {unit}" for a, unit in zip(stop.demand, problem.dimensions, strict=True))
