"""What in the input of a hauling night cannot be: each flaw with its field, value and remedy; the rest of the night is planned all the same.

``examine`` takes the flawed parts out and hands on what is sound, so that the search needs no checks of its own. ``of_plan`` says afterwards what
the night could not do: why snow is left, which dump fills up and when.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

import numpy as np

from backend.routing.hauling.plan import Left, Why
from backend.routing.hauling.problem import Dump, Loader, Pile, Problem, Truck
from backend.routing.planning.plan import Flaw
from shared.i18n import Message

_ = Message

NO_LOADER = _("loaders: none can work, so nothing is hauled; add a loader with a shift")
NO_TRUCK = _("trucks: none can drive, so nothing is hauled; add a truck with a shift")
NO_DUMP = _("dumps: none is open and has room, so nothing is hauled; open a dump or name another")
NO_VOLUME = _("{id}: volume_m3 must be above 0, was {value}; measure the pile again or take it out")
NO_RATE = _("{id}: rate_m3_per_h must be above 0, was {value}; enter what the loader loads in an hour")
NO_BODY = _("{id}: body_m3 must be above 0, was {value}; enter the truck's body volume")
OVERLOADED = _("{id}: load_m3 must be from 0 to body_m3, was {value}; correct what it carries")
NO_ROOM = _("{id}: the dump is full: room {value} m³; trucks go to the others, or raise its capacity")
NO_BAY = _("{id}: bays must be at least 1, was {value}; enter how many trucks unload at once")
NEGATIVE = _("{id}: {field} must not be negative, was {value}; correct it")
SHIFT = _("{id}: the shift {value} ends before it begins; correct it")
HOURS = _("{id}: hours {value} end before they begin; correct them")
TWICE = _("{field}: the id {id} stands there twice; the first counts, give the other an id of its own")
NO_PLACE = _("{id}: place {place} is not in the street network; move it onto a street")
NO_WAY_HOME = _("{id}: no way leads from its start to its end; give it another depot, or open a street")
NO_LOADER_THERE = _("{id}: no loader gets there and back; open a street, or move the pile")
NO_TRUCK_THERE = _("{id}: no truck gets there and on to a dump; open a street, or move the pile")


class _Named(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=_Named)
V = TypeVar("V", Loader, Truck)


@dataclass(frozen=True, slots=True)
class Examined:
    """The sound part of a problem, what was taken out, and the snow that is left with it; ``given`` is the whole."""

    given: Problem
    problem: Problem
    flaws: tuple[Flaw, ...]
    left: tuple[Left, ...]


def examine(problem: Problem) -> Examined:
    """Take out what cannot be planned; every flaw is named."""
    flaws: list[Flaw] = []
    given, left = problem, []
    sound = replace(
        problem,
        dumps=tuple(_sound_dumps(problem, flaws)),
        loaders=tuple(_sound_vehicles(problem, _once(problem.loaders, "loaders", flaws), flaws)),
        trucks=tuple(_sound_vehicles(problem, _once(problem.trucks, "trucks", flaws), flaws)),
        piles=tuple(_sound_piles(problem, flaws)),
    )
    nothing = [
        (words, field)
        for words, field, them in (
            (NO_LOADER, "loaders", sound.loaders),
            (NO_TRUCK, "trucks", sound.trucks),
            (NO_DUMP, "dumps", sound.dumps),
        )
        if not them
    ]
    ids = tuple(pile.id for pile in sound.piles)
    flaws += [Flaw(field, field, "0", words, ids) for words, field in nothing]
    if nothing:
        left = [Left(pile.id, pile.volume_m3, Why.FLAW, nothing[0][0]) for pile in sound.piles]
        return Examined(given, replace(sound, piles=()), tuple(flaws), tuple(left))
    reached = []
    for pile in sound.piles:
        words = _out_of_reach(sound, pile)
        if words is None:
            reached.append(pile)
        else:
            said = words.format(id=pile.id)
            flaws.append(Flaw(pile.id, "place", str(pile.place), said, (pile.id,)))
            left.append(Left(pile.id, pile.volume_m3, Why.FLAW, said))
    return Examined(given, replace(sound, piles=tuple(reached)), tuple(flaws), tuple(left))


def _out_of_reach(problem: Problem, pile: Pile) -> Message | None:
    def way(profile: str, a: int, b: int) -> bool:
        return bool(problem.matrices[profile].seconds[a, b] >= 0)

    if not any(
        way(each.profile, each.start, pile.place) and way(each.profile, pile.place, each.end)
        for each in problem.loaders
    ):
        return NO_LOADER_THERE
    for truck in problem.trucks:
        if way(truck.profile, truck.start, pile.place) and any(
            way(truck.profile, pile.place, dump.place) and way(truck.profile, dump.place, truck.end)
            for dump in problem.dumps
        ):
            return None
    return NO_TRUCK_THERE


def _sound_piles(problem: Problem, flaws: list[Flaw]) -> Iterator[Pile]:
    for pile in _once(problem.piles, "piles", flaws):
        if not _is_number(pile.volume_m3) or round(pile.volume_m3 * 1000) <= 0:
            flaws.append(_flaw(pile.id, "volume_m3", pile.volume_m3, NO_VOLUME))
        elif not 0 <= pile.place < problem.places:
            flaws.append(_off_the_network(pile.id, pile.place))
        else:
            yield pile


def _sound_dumps(problem: Problem, flaws: list[Flaw]) -> Iterator[Dump]:
    for dump in _once(problem.dumps, "dumps", flaws):
        hours = tuple(each for each in dump.hours if each.opens_s <= each.closes_s)
        if dump.capacity_m3 is not None and (not _is_number(dump.capacity_m3) or dump.capacity_m3 <= 0):
            flaws.append(_flaw(dump.id, "capacity_m3", dump.capacity_m3, NO_ROOM))
        elif dump.bays < 1:
            flaws.append(_flaw(dump.id, "bays", dump.bays, NO_BAY))
        elif dump.unload_s < 0 or not _is_number(dump.price_per_m3) or dump.price_per_m3 < 0:
            name = "unload_s" if dump.unload_s < 0 else "price_per_m3"
            flaws.append(_negative(dump.id, name, getattr(dump, name)))
        elif dump.hours and not hours:
            said = ", ".join(f"{each.opens_s}-{each.closes_s}" for each in dump.hours)
            flaws.append(_flaw(dump.id, "hours", said, HOURS))
        elif not 0 <= dump.place < problem.places:
            flaws.append(_off_the_network(dump.id, dump.place))
        else:
            yield replace(dump, hours=hours)


def _sound_vehicles(problem: Problem, vehicles: Iterable[V], flaws: list[Flaw]) -> Iterator[V]:
    for each in vehicles:
        flaw = _flaw_of_work(each) or _flaw_of_way(problem, each)
        if flaw is None:
            yield each
        else:
            flaws.append(flaw)


def _flaw_of_work(each: Loader | Truck) -> Flaw | None:
    if isinstance(each, Loader):
        if not _is_number(each.rate_m3_per_h) or each.rate_m3_per_h <= 0:
            return _flaw(each.id, "rate_m3_per_h", each.rate_m3_per_h, NO_RATE)
        if each.setup_s < 0:
            return _negative(each.id, "setup_s", each.setup_s)
    else:
        if not _is_number(each.body_m3) or round(each.body_m3 * 1000) <= 0:
            return _flaw(each.id, "body_m3", each.body_m3, NO_BODY)
        if not _is_number(each.load_m3) or not 0 <= each.load_m3 <= each.body_m3:
            return _flaw(each.id, "load_m3", each.load_m3, OVERLOADED)
    if each.shift.opens_s > each.shift.closes_s:
        said = f"{each.shift.opens_s}-{each.shift.closes_s}"
        return _flaw(each.id, "shift", said, SHIFT)
    for name in ("fixed_cost", "cost_per_km", "cost_per_hour"):
        if not _is_number(getattr(each, name)) or getattr(each, name) < 0:
            return _negative(each.id, name, getattr(each, name))
    return None


def _flaw_of_way(problem: Problem, each: Loader | Truck) -> Flaw | None:
    for place in (each.start, each.end):
        if not 0 <= place < problem.places:
            return _off_the_network(each.id, place)
    if each.profile not in problem.matrices or not _leads(problem, each):
        return _flaw(each.id, "end", each.end, NO_WAY_HOME)
    return None


def _leads(problem: Problem, each: Loader | Truck) -> bool:
    """Whether a vehicle gets home, straight on or by way of some other place."""
    seconds = problem.matrices[each.profile].seconds
    return bool(np.any((seconds[each.start] >= 0) & (seconds[:, each.end] >= 0)))


def _once(items: Sequence[T], field: str, flaws: list[Flaw]) -> list[T]:
    seen: set[str] = set()
    kept = []
    for item in items:
        if item.id in seen:
            flaws.append(Flaw(item.id, field, item.id, TWICE.format(field=field, id=item.id)))
        else:
            seen.add(item.id)
            kept.append(item)
    return kept


def _off_the_network(id: str, place: int) -> Flaw:
    return Flaw(id, "place", str(place), NO_PLACE.format(id=id, place=place))


def _negative(id: str, field: str, value: Any) -> Flaw:
    return Flaw(id, field, str(value), NEGATIVE.format(id=id, field=field, value=value))


def _flaw(id: str, field: str, value: Any, words: Message) -> Flaw:
    return Flaw(id, field, str(value), words.format(id=id, value=value))


def _is_number(value: float) -> bool:
    return math.isfinite(value)
