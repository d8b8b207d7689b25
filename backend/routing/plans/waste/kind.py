"""The waste day as a kind of plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from backend.accounts.calendars import midnight
from backend.adapters import settings
from backend.routing.planning.check import check
from backend.routing.planning.plan import Act
from backend.routing.plans.basics import Hours, Spot
from backend.routing.plans.kinds import Hand, Kind, Reckoned, Watching
from backend.routing.plans.models import Plan
from backend.routing.plans.waste import assembling, outcome, rest, ways
from backend.routing.plans.waste.day import Day, DayFacility, DayStop, problem_of, start_of
from backend.routing.rules import turns
from backend.routing.rules.plans import Stop
from shared.i18n import DEFAULT_LANGUAGE, Message, translate
from shared.vocabulary import StopAction

if TYPE_CHECKING:
    from backend.streets.searching import StreetSearch

_ = Message
BREAK_TITLE = _("Break")
SEED = 1


def reckon(streets: StreetSearch, day: Day, seconds: float, watch: Watching) -> Reckoned:
    """Streets, solver, check, ways."""
    from backend.routing.planning.solving import solve  # PyVRP, HiGHS and a compiler: for planners alone

    problem = problem_of(day, ways.matrices(streets, day))
    found = solve(
        problem,
        seconds,
        seed=SEED,
        on_progress=watch.heard,
        stop=watch.is_asked_to_stop,
        start=start_of(day),
    )
    broken = check(problem, found)
    if broken:
        return Reckoned({}, found.cost.total, tuple(sorted({each.rule for each in broken})))
    watch.say(phase="ways")
    result = outcome.written(
        found,
        day,
        ways.of_tours(streets, day, found),
        ways.obstacles(streets, day),
        streets=f"{streets.version}: {streets.attribution}",
    )
    return Reckoned(result, found.cost.total)


def works(tour: Mapping[str, Any]) -> bool:
    """Whether a tour empties anything."""
    return any(each["act"] == Act.STOP.value for each in tour["visits"])


def stops(plan: Plan, day: Day, vehicle: Hand, tour: Mapping[str, Any]) -> Iterator[Stop]:
    """What the driver sees of a tour, in order."""
    sites = {stop.id: stop for stop in day.stops}
    facilities = {each.id: each for each in day.facilities}
    own = next(each for each in day.vehicles if each.id == vehicle.id)
    here = own.start or facilities[own.depot_id].spot
    for visit in tour["visits"]:
        act, name = Act(visit["act"]), visit["id"]
        if act is Act.START and own.start is not None:
            continue  # it is on the road already
        if act is Act.STOP:
            yield _site_stop(plan, day.action, sites[name], visit)
            here = sites[name].spot
        elif act is Act.REST:
            title = translate(BREAK_TITLE, DEFAULT_LANGUAGE)
            yield _plain_stop(plan, StopAction.BREAK, title, here, visit)
        else:
            facility = facilities[name or own.depot_id]
            here = facility.spot
            action = StopAction.UNLOAD if act is Act.UNLOAD else StopAction.DEPOT
            yield _plain_stop(plan, action, facility.title, here, visit, facility)


def work_of(stop: Stop) -> tuple[object, ...]:
    """The same site, or the next one of the same kind and place."""
    if stop.site_id is not None:
        return stop.action, stop.site_id
    if stop.action is StopAction.BREAK:
        return (stop.action,)
    return stop.action, stop.lat, stop.lon


def shown(plan: Plan, day: Day, found: Mapping[str, Any]) -> dict[str, Any]:
    """A result with titles, times and places."""
    titles = {stop.id: stop.title for stop in day.stops} | {each.id: each.title for each in day.facilities}
    spots = {stop.id: stop.spot for stop in day.stops} | {each.id: each.spot for each in day.facilities}
    boards = {each.id: each.board for each in day.vehicles}
    origin = midnight(plan.day)

    def visit(kept: Mapping[str, Any]) -> dict[str, Any]:
        times = {
            f"{name}_at": origin + timedelta(seconds=kept[f"{name}_s"])
            for name in ("arrives", "begins", "leaves")
        }
        spot = spots.get(kept["id"])
        where = {"lat": spot.lat if spot else None, "lon": spot.lon if spot else None}
        load = dict(zip(("load_kg", "load_l"), kept["load"], strict=True))
        title = titles.get(kept["id"], "")
        return {"act": kept["act"], "id": kept["id"], "title": title, **where, **times, **load}

    def tour(kept: Mapping[str, Any]) -> dict[str, Any]:
        ways_driven = [each["way"]["path"] for each in kept["visits"] if each["way"] is not None]
        whole = [position for way in ways_driven for position in way]
        line = {"type": "LineString", "coordinates": whole} if len(whole) > 1 else None
        visits = [visit(each) for each in kept["visits"]]
        return {**kept, "vehicle": boards[kept["shift_id"]], "visits": visits, "path": line}

    return {**found, "tours": [tour(each) for each in found["tours"]]}


def _site_stop(plan: Plan, action: StopAction, stop: DayStop, visit: Mapping[str, Any]) -> Stop:
    return replace(
        _plain_stop(plan, action, stop.title, stop.spot, visit, stop),
        detail=stop.detail,
        photo_needed=settings().collect_photos_needed,
        site_id=UUID(stop.id),
    )


def _plain_stop(
    plan: Plan,
    action: StopAction,
    title: str,
    spot: Spot,
    visit: Mapping[str, Any],
    place: DayStop | DayFacility | None = None,
) -> Stop:
    hours = _hours_at(place.hours if place is not None else (), visit["begins_s"])
    way = visit["way"]
    return Stop(
        id=None,
        action=action,
        title=title,
        detail="",
        lat=spot.lat,
        lon=spot.lon,
        line=None,
        side=None,
        arrive_at=_moment(plan, visit["arrives_s"]),
        opens_at=None if hours is None else _moment(plan, hours.opens_s),
        closes_at=None if hours is None else _moment(plan, hours.closes_s),
        locked=False,
        photo_needed=False,
        path=None if way is None else {"type": "LineString", "coordinates": way["path"]},
        instructions=None if way is None else turns.read(way["steps"]),
    )


def _hours_at(hours: Sequence[Hours], second: int) -> Hours | None:
    """The hours within which something begins; None where any time will do."""
    return next(
        (each for each in hours if each.opens_s <= second <= each.closes_s and each.opens_s < each.closes_s),
        None,
    )


def _moment(plan: Plan, second: int) -> datetime:
    return midnight(plan.day) + timedelta(seconds=second)


WASTE = Kind(
    day_type=Day,
    assemble=assembling.assemble,
    assemble_rest=rest.assemble,
    size=lambda day: len(day.stops),
    reckon=reckon,
    works=works,
    stops=stops,
    work_of=work_of,
    shown=shown,
)
