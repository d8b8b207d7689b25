"""The hauling night as a kind of plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from backend.accounts.calendars import midnight
from backend.adapters import settings
from backend.routing.hauling.plan import Act
from backend.routing.hauling.plan import Progress as HaulProgress
from backend.routing.planning.plan import Progress
from backend.routing.plans import hands
from backend.routing.plans.basics import Spot
from backend.routing.plans.hauling import assembling, outcome, rest, ways
from backend.routing.plans.hauling.night import HaulNight, HaulPile, HaulPlace, HaulRole, problem_of
from backend.routing.plans.kinds import Hand, Kind, Reckoned, Watching
from backend.routing.plans.models import Plan
from backend.routing.rules import turns
from backend.routing.rules.plans import Stop
from shared.i18n import DEFAULT_LANGUAGE, Message, translate
from shared.vocabulary import StopAction

if TYPE_CHECKING:
    from backend.streets.searching import StreetSearch

_ = Message
SEED = 1
BREAK_TITLE = _("Break")
BY_LOADER = _("loader {board} · {m3} m³ · trip {trip}")
TO_DUMP = _("about {m3} m³ · trip {trip}")
FOR_TRUCKS = _("{m3} m³ · truckloads: {count} · until {time}")


def reckon(search: StreetSearch, night: HaulNight, seconds: float, watch: Watching) -> Reckoned:
    """Streets, solver, check, ways."""
    from backend.routing.hauling.check import check
    from backend.routing.hauling.solving import solve  # a compiler: for planners alone

    def heard(progress: HaulProgress) -> None:
        watch.heard(
            Progress(progress.best_cost, None, round(progress.left_m3), progress.seconds_left, "search")
        )

    problem = problem_of(night, ways.matrices(search, night))
    found = solve(problem, seconds, SEED, on_progress=heard, stop=watch.is_asked_to_stop)
    broken = check(problem, found)
    if broken:
        return Reckoned({}, found.cost.total, tuple(sorted({each.rule for each in broken})))
    watch.say(phase="ways")
    result = outcome.written(
        found,
        night,
        ways.of_plan(search, night, found),
        ways.obstacles(search, night),
        streets=f"{search.version}: {search.attribution}",
    )
    return Reckoned(result, found.cost.total)


def works(tour: Mapping[str, Any]) -> bool:
    """Whether a tour moves any snow."""
    return any(each["act"] in (Act.LOAD.value, Act.UNLOAD.value) for each in tour["visits"])


def stops(plan: Plan, night: HaulNight, vehicle: Hand, tour: Mapping[str, Any]) -> Iterator[Stop]:
    """What the driver sees of a tour, in order."""
    piles = {each.id: each for each in night.piles}
    places = {each.id: each for each in night.places}
    boards = {each.id: each.board for each in night.vehicles}
    own = next(each for each in night.vehicles if each.id == vehicle.id)
    here = own.start or places[own.depot_id].spot
    way_s: float | None = None  # driven since the unloading before
    for each in tour["visits"]:
        visit = {**each, "driven": [tour["ways"][number] for number in each["ways"]]}
        act, m3 = Act(visit["act"]), round(visit["m3"], 1)
        if way_s is not None:
            way_s += sum(way["seconds"] for way in visit["driven"])
        trip = None if visit["trip"] is None else visit["trip"] + own.trips_before
        if act is Act.START and own.start is not None:
            continue  # it is on the road already
        if act is Act.REST:
            yield _stop(plan, StopAction.BREAK, translate(BREAK_TITLE, DEFAULT_LANGUAGE), "", here, visit)
        elif act is Act.LOAD:
            pile = piles[visit["id"]]
            here = pile.spot
            haul: dict[str, Any] = {"m3": m3, "pile": pile.id}
            if own.role is HaulRole.TRUCK:
                partner = visit["partners"][0]
                haul |= {"partner": boards[partner], "partner_id": partner, "trip": trip}
                words = BY_LOADER.format(board=boards[partner], m3=_said(m3), trip=trip)
            else:
                haul |= {"rest_gone": visit["rest_gone"], "trucks": visit["trucks"]}
                until = f"{_moment(plan, visit['leaves_s']).astimezone(hands.zone()):%H:%M}"
                words = FOR_TRUCKS.format(m3=_said(m3), count=visit["trucks"], time=until)
            yield _stop(
                plan, StopAction.LOAD, pile.title, translate(words, DEFAULT_LANGUAGE), here, visit, haul
            )
        elif act is Act.UNLOAD:
            dump = places[visit["id"]]
            here = dump.spot
            haul = {"m3": m3, "body_m3": own.body_m3, "trip": trip, "dump_id": dump.id}
            haul |= {"contractor": own.contractor, "way_s": None if way_s is None else round(way_s)}
            way_s = 0.0
            detail = translate(TO_DUMP.format(m3=_said(m3), trip=trip), DEFAULT_LANGUAGE)
            yield _stop(plan, StopAction.UNLOAD, dump.title, detail, here, visit, haul)
        else:
            depot = places[own.depot_id]
            here = depot.spot
            yield _stop(plan, StopAction.DEPOT, depot.title, "", here, visit)


def work_of(stop: Stop) -> tuple[object, ...]:
    """The same pile, or the next trip to the same dump."""
    haul = stop.haul or {}
    if stop.action is StopAction.LOAD:
        return stop.action, haul.get("pile")
    if stop.action is StopAction.UNLOAD:
        return stop.action, haul.get("dump_id")
    return (stop.action,) if stop.action is StopAction.BREAK else (stop.action, stop.lat, stop.lon)


def shown(plan: Plan, night: HaulNight, found: Mapping[str, Any]) -> dict[str, Any]:
    """A result with titles, times and places."""
    places: dict[str, HaulPile | HaulPlace] = {each.id: each for each in night.piles}
    places |= {each.id: each for each in night.places}
    boards = {each.id: each.board for each in night.vehicles}
    homes = {each.id: each.depot_id for each in night.vehicles}

    def visit(kept: Mapping[str, Any], home: str) -> dict[str, Any]:
        at_home = kept["act"] in (Act.START.value, Act.END.value)
        place = places.get(home if at_home else kept["id"])
        times = {f"{name}_at": _moment(plan, kept[f"{name}_s"]) for name in ("arrives", "begins", "leaves")}
        return {
            "act": kept["act"],
            "id": kept["id"],
            "title": place.title if place else "",
            "lat": place.spot.lat if place else None,
            "lon": place.spot.lon if place else None,
            **times,
            "load_kg": round(kept["m3"] * night.density_kg_m3),
            "load_l": round(kept["m3"] * 1000),
            "m3": kept["m3"],
            "trip": kept["trip"],
            "partners": [boards[each] for each in kept["partners"]],
        }

    def tour(kept: Mapping[str, Any]) -> dict[str, Any]:
        driven = [kept["ways"][number]["path"] for each in kept["visits"] for number in each["ways"]]
        whole = [position for path in driven for position in path]
        return {
            **kept,
            "vehicle": boards[kept["shift_id"]],
            "visits": [visit(each, homes[kept["shift_id"]]) for each in kept["visits"]],
            "path": {"type": "LineString", "coordinates": whole} if len(whole) > 1 else None,
        }

    ends_s = found["ends_s"]
    return {
        **found,
        "ends_at": None if ends_s is None else _moment(plan, ends_s),
        "tours": [tour(each) for each in found["tours"]],
    }


def _stop(
    plan: Plan,
    action: StopAction,
    title: str,
    detail: str,
    spot: Spot,
    visit: Mapping[str, Any],
    haul: Mapping[str, Any] | None = None,
) -> Stop:
    path = [position for way in visit["driven"] for position in way["path"]]
    steps = [step for way in visit["driven"] for step in turns.read(way["steps"]) or ()]
    return Stop(
        id=None,
        action=action,
        title=title,
        detail=detail,
        lat=spot.lat,
        lon=spot.lon,
        line=None,
        side=None,
        arrive_at=_moment(plan, visit["arrives_s"]),
        opens_at=None,
        closes_at=None,
        locked=False,
        photo_needed=action is StopAction.UNLOAD and settings().haul_photos_needed,
        path={"type": "LineString", "coordinates": path} if len(path) > 1 else None,
        instructions=tuple(steps) if visit["driven"] else None,
        haul=haul,
    )


def _said(m3: float) -> str:
    return f"{m3:g}".replace(".", ",")


def _moment(plan: Plan, second: int) -> datetime:
    return midnight(plan.day) + timedelta(seconds=second)


SNOW_HAULING = Kind(
    day_type=HaulNight,
    assemble=assembling.assemble,
    assemble_rest=rest.assemble,
    size=lambda night: len(night.piles),
    reckon=reckon,
    works=works,
    stops=stops,
    work_of=work_of,
    shown=shown,
)
