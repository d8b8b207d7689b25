"""The night by streets as a kind of plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from backend.accounts.calendars import midnight
from backend.routing.clearing.check import check
from backend.routing.clearing.plan import Act, Undone, Why
from backend.routing.clearing.plan import Plan as ClearingPlan
from backend.routing.plans.basics import Spot
from backend.routing.plans.clearing import assembling, outcome, remedies, rest
from backend.routing.plans.clearing.night import Night, NightWork, Posts, problem_of, start_of
from backend.routing.plans.clearing.stages import merged, stages_of, without_fixed_costs
from backend.routing.plans.kinds import Hand, Kind, Reckoned, Watching
from backend.routing.plans.models import Plan
from backend.routing.rules import turns
from backend.routing.rules.plans import Stop
from shared.i18n import DEFAULT_LANGUAGE, Message, translate
from shared.vocabulary import StopAction, StreetSide, WinterWork

if TYPE_CHECKING:
    from backend.streets.searching import StreetSearch

_ = Message
SEED = 1
LEAST_S = 0.5  # of a stage, however few passes it has
ACTIONS = {
    WinterWork.CLEAR: StopAction.CLEAR,
    WinterWork.GRIT: StopAction.GRIT,
    WinterWork.PAVEMENT: StopAction.CLEAR,
}
BREAK_TITLE, PAVEMENT = _("Break"), _("pavement")
NOT_IN_FORCE = _("{street}: is no street of the map in force any more; plan again after the import")
CLOSED = _("{street}: is closed; open it, or leave it out")


def reckon(search: StreetSearch, night: Night, seconds: float, watch: Watching) -> Reckoned:
    """Streets, solver, check, ways; what is closed or no street any more is named and left out."""
    from backend.routing.clearing.solving import solve  # a compiler: for planners alone
    from backend.routing.plans.clearing.ways import NightStreets

    given = night
    night, apart = _drivable(search, night)
    plans: list[ClearingPlan] = []
    stages = stages_of(night)
    for stage in stages:
        if plans:
            stage = without_fixed_costs(stage, plans[-1])
        posts = Posts(stage)
        problem = problem_of(stage, posts, NightStreets(search, stage, posts))
        plans.append(
            solve(
                problem,
                max(LEAST_S, seconds * stage.passes / max(1, night.passes)) if len(stages) > 1 else seconds,
                SEED,
                on_progress=watch.heard,
                stop=watch.is_asked_to_stop,
                start=start_of(stage),
            )
        )
        broken = check(problem, plans[-1])
        if broken:
            return Reckoned({}, plans[-1].cost.total, tuple(sorted({each.rule for each in broken})))
    found = merged(plans)
    watch.say(phase="ways")
    posts = Posts(night)
    on = NightStreets(search, night, posts)
    result = outcome.written(
        found,
        given,
        night,
        posts,
        on,
        apart,
        streets=f"{search.version}: {search.attribution}",
    )
    return Reckoned(result, found.cost.total)


def works(tour: Mapping[str, Any]) -> bool:
    """Whether a tour does anything."""
    return any(each["act"] == "run" for each in tour["items"])


def stops(plan: Plan, night: Night, vehicle: Hand, tour: Mapping[str, Any]) -> Iterator[Stop]:
    """The segment sheet of a tour, in order."""
    depots = {each.id: each for each in night.depots}
    own = next(each for each in night.vehicles if each.id == vehicle.id)
    here = own.start.spot if own.start is not None else depots[own.depot_id].spot
    for item in tour["items"]:
        if item["act"] == "run":
            stop = _run_stop(plan, night, item)
            lon, lat = item["line"][-1]
            here = Spot(lat=lat, lon=lon)
            yield stop
            continue
        act = Act(item["act"])
        if act is Act.START and own.start is not None:
            continue  # it is on the road already
        if act is Act.REST:
            yield _stop(plan, StopAction.BREAK, translate(BREAK_TITLE, DEFAULT_LANGUAGE), here, item)
            continue
        depot = depots[item["id"] or own.depot_id]
        here = depot.spot
        yield _stop(
            plan, StopAction.REFILL if act is Act.REFILL else StopAction.DEPOT, depot.title, here, item
        )


def work_of(stop: Stop) -> tuple[object, ...]:
    """The same passes, or the same place."""
    if stop.segments is not None:
        return stop.action, *(
            (each["id"], each["forward"], each["work"], each["pass"]) for each in stop.segments
        )
    if stop.action is StopAction.BREAK:
        return (stop.action,)
    return stop.action, stop.lat, stop.lon


def shown(plan: Plan, night: Night, found: Mapping[str, Any]) -> dict[str, Any]:
    """A result with titles, times and lines."""
    boards = {each.id: each.board for each in night.vehicles}
    depots = {each.id: each for each in night.depots}
    home = {each.id: depots[each.depot_id] for each in night.vehicles}

    def tour(kept: Mapping[str, Any]) -> dict[str, Any]:
        items = kept["items"]
        pieces = [
            piece
            for item in items
            for piece in ((item["way"] or {}).get("path"), item.get("line"))
            if piece is not None
        ]
        whole = [position for piece in pieces for position in piece]
        return {
            **{name: value for name, value in kept.items() if name != "items"},
            "vehicle": boards[kept["shift_id"]],
            "visits": [_visit(plan, each, depots, home[kept["shift_id"]].id) for each in items],
            "path": {"type": "LineString", "coordinates": whole} if len(whole) > 1 else None,
        }

    return {**found, "tours": [tour(each) for each in found["tours"]]}


def _visit(plan: Plan, item: Mapping[str, Any], depots: Mapping[str, Any], home: str) -> dict[str, Any]:
    times = {f"{name}_at": _moment(plan, item[f"{name}_s"]) for name in ("arrives", "begins", "leaves")}
    base = {"act": item["act"], "id": item["id"], **times, "load_kg": item["load_kg"], "load_l": 0}
    if item["act"] == "run":
        lon, lat = item["line"][0]
        return {
            **base,
            "title": _title(item),
            "lat": lat,
            "lon": lon,
            **{name: item[name] for name in ("number", "passes", "metres", "late")},
            "work": WinterWork(item["work"]),
            "side": StreetSide(item["side"]),
            "due_at": None if item["due_s"] is None else _moment(plan, item["due_s"]),
            "line": {"type": "LineString", "coordinates": item["line"]},
            "segment_ids": [each["id"] for each in item["segments"]],
        }
    if item["act"] == Act.REST.value:
        return {**base, "title": "", "lat": None, "lon": None}
    depot = depots[item["id"] or home]
    return {**base, "title": depot.title, "lat": depot.spot.lat, "lon": depot.spot.lon}


def _run_stop(plan: Plan, night: Night, item: Mapping[str, Any]) -> Stop:
    lon, lat = item["line"][0]
    from_s = night.grit_from_s
    waits = item["work"] == WinterWork.GRIT.value and from_s is not None and item["begins_s"] >= from_s
    return replace(
        _stop(plan, ACTIONS[WinterWork(item["work"])], _title(item), Spot(lat=lat, lon=lon), item),
        detail=_detail(item),
        line={"type": "LineString", "coordinates": item["line"]},
        side=StreetSide(item["side"]),
        opens_at=_moment(plan, from_s) if waits and from_s is not None else None,
        closes_at=_closes_at(plan, item, from_s if waits else None),
        segments=item["segments"],
    )


def _closes_at(plan: Plan, item: Mapping[str, Any], from_s: int | None) -> datetime | None:
    """When it is due; never before it may begin."""
    due_s = item["due_s"]
    return None if due_s is None or (from_s is not None and due_s <= from_s) else _moment(plan, due_s)


def _stop(plan: Plan, action: StopAction, title: str, spot: Spot, item: Mapping[str, Any]) -> Stop:
    way = item["way"]
    return Stop(
        id=None,
        action=action,
        title=title,
        detail="",
        lat=spot.lat,
        lon=spot.lon,
        line=None,
        side=None,
        arrive_at=_moment(plan, item["arrives_s"]),
        opens_at=None,
        closes_at=None,
        locked=False,
        photo_needed=False,
        path=None
        if way is None or len(way["path"]) < 2
        else {"type": "LineString", "coordinates": way["path"]},
        instructions=None if way is None else turns.read(way["steps"]),
    )


def _title(item: Mapping[str, Any]) -> str:
    """«Street: from – to», as far as the crossing streets have names."""
    street = item["street"] or translate(remedies.NAMELESS, DEFAULT_LANGUAGE)
    crossing = [each for each in (item["from"], item["to"]) if each]
    return f"{street}: {' – '.join(crossing)}"[:200] if crossing else street


def _detail(item: Mapping[str, Any]) -> str:
    """Metres, the pavement, the number of the pass, the grit."""
    said = [f"{item['metres']} м"]
    if item["work"] == WinterWork.PAVEMENT.value:
        said.append(translate(PAVEMENT, DEFAULT_LANGUAGE))
    if item["grit_kg"]:
        said.append(f"{item['grit_kg']} кг")
    return " · ".join(said)


def _drivable(search: StreetSearch, night: Night) -> tuple[Night, tuple[Undone, ...]]:
    """The night without segments that are closed or that no street of the network has; they come back with the reason."""
    closed = frozenset(night.closed_segment_ids)

    def reason(work: NightWork) -> Message | None:
        street = work.street or remedies.NAMELESS
        if search.index_of(work.segment_id) is None:
            return NOT_IN_FORCE.format(street=street)
        return CLOSED.format(street=street) if work.segment_id in closed else None

    reasons = {each: reason(each) for each in night.works}
    apart = tuple(
        Undone(each.task_id(number), Why.FLAW, words)
        for each, words in reasons.items()
        if words is not None
        for number in each.numbers
    )
    gone = {each.task_id for each in apart}
    machines = tuple(
        replace(each, locked=tuple(id for id in each.locked if id not in gone)) for each in night.vehicles
    )
    left = tuple(each for each, words in reasons.items() if words is None)
    return replace(night, works=left, vehicles=machines), apart


def _moment(plan: Plan, second: int) -> datetime:
    return midnight(plan.day) + timedelta(seconds=second)


SNOW_CLEARING = Kind(
    day_type=Night,
    assemble=assembling.assemble,
    assemble_rest=rest.assemble,
    size=lambda night: night.passes,
    reckon=reckon,
    works=works,
    stops=stops,
    work_of=work_of,
    shown=shown,
)
