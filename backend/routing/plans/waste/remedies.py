"""What a plan could not do, said with what a dispatcher knows: titles, container types, limits, hours and streets in the place of numbers. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backend.routing.planning.plan import Flaw
from backend.routing.plans.basics import Hours
from backend.routing.plans.waste.day import Day, DayFacility, DayStop
from shared.i18n import Message
from shared.vocabulary import ContainerType

_ = Message
DAY_S = 86_400
CLOSED = (Hours(opens_s=0, closes_s=0),)  # of a site that has hours, and none of them on this day
NOTHING_DRIVES = "vehicles"  # the solver's flaw of a day on which no vehicle can drive

AT_PLACE = _("{title}: {why}")
NOT_FOR_THESE = _("{title}: no vehicle that may serve it gets there; move the stop, or send another vehicle")
TOO_MUCH = _(
    "{title}: {kg} kg and {m3} m³ are more than any vehicle takes; split the site or add a larger vehicle"
)
NO_TYPE = _("{title}: no vehicle of this plan empties {type}; give one that does a shift, or change the site")
TYPES = {
    ContainerType.WHEELED.value: _("wheeled containers"),
    ContainerType.METAL.value: _("metal containers"),
    ContainerType.SKIP.value: _("skips"),
    ContainerType.UNDERGROUND.value: _("underground containers"),
    ContainerType.MESH.value: _("mesh containers"),
}
TOO_LARGE = _("{title}: no vehicle of this plan is within its limits ({limits}); give a smaller one a shift")
SHUT = _("{title}: by its hours it is closed on this day; change the hours, or plan it for another day")
STANDSTILL = _("no vehicle can drive. {why}")


def of_facilities(day: Day, obstacles: Mapping[str, Message]) -> Iterator[Flaw]:
    """The depots and places to unload that no vehicle of the day gets to; ``obstacles`` say why, by id."""
    for each in day.facilities:
        if each.id in obstacles:
            words = AT_PLACE.format(title=each.title, why=obstacles[each.id])
            yield Flaw(each.id, "place", _where(each), words)


def of_flaws(day: Day, flaws: tuple[Flaw, ...], obstacles: Mapping[str, Message]) -> dict[str, Message]:
    """Better words for flaws, by subject; those that say it well already are not there."""
    stops = {stop.id: stop for stop in day.stops}
    found: dict[str, Message] = {}
    for flaw in flaws:
        words = None
        if flaw.subject in stops:
            words = _of_stop(day, stops[flaw.subject], flaw.field, obstacles)
        elif flaw.subject == NOTHING_DRIVES:
            why = [*of_facilities(day, obstacles), *(each for each in flaws if each is not flaw)]
            words = STANDSTILL.format(why=why[0].words) if why else None
        if words is not None:
            found[flaw.subject] = words
    return found


def _of_stop(day: Day, stop: DayStop, field: str, obstacles: Mapping[str, Message]) -> Message | None:
    if field == "place":
        why = obstacles.get(stop.id)
        words = NOT_FOR_THESE if why is None else AT_PLACE
        return words.format(title=stop.title, why=why or "")
    if field == "demand":
        return TOO_MUCH.format(title=stop.title, kg=stop.kg, m3=f"{stop.litres / 1000:g}")
    if field == "vehicle_kinds":
        emptied = {each for vehicle in day.vehicles for each in vehicle.container_types}
        missing = sorted(set(stop.container_types) - emptied)
        if missing:
            return NO_TYPE.format(title=stop.title, type=TYPES[missing[0]])
        return TOO_LARGE.format(title=stop.title, limits=_limits(stop) or ", ".join(stop.container_types))
    if field == "windows" and all(each == CLOSED[0] or each.opens_s >= DAY_S for each in stop.hours):
        return SHUT.format(title=stop.title) if stop.hours else None
    return None


def _limits(stop: DayStop) -> str:
    sizes = ((stop.max_gross_t, "t"), (stop.max_height_m, "m ↕"), (stop.max_width_m, "m ↔"))
    return ", ".join(f"{size:g} {unit}" for size, unit in sizes if size is not None)


def _where(place: DayFacility) -> str:
    return f"{place.spot.lat:.5f}, {place.spot.lon:.5f}"
