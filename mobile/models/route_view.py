"""What the route's screen shows: the next stop large, how far it is, what a new plan changed; and the rows of all stops."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mobile.devices.trouble import Trouble
from mobile.models.body_load import NO_QUESTION, BodyView, body_view
from mobile.models.guiding import NO_TURN, TurnView
from mobile.models.place_words import camera_text, place_sign, place_text
from mobile.models.route_progress import (
    changes_of,
    finished,
    minutes_to,
    next_stop,
    number_of,
    way_to_m,
)
from mobile.models.route_signs import ACTIONS, CHANGES, KINDS, SIDES, SKIPS, stop_sign
from mobile.models.rows import Row
from mobile.models.viewfinder import TakenPhoto
from mobile.models.words import Words, city_day
from mobile.sync.overlay import LocalRoute
from shared.contracts import Fix, RouteSheet, RouteStop
from shared.geometry import Point
from shared.i18n import Message as _
from shared.vocabulary import RouteState, StopState

REMOVED_NAMED_MOST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteView:
    """The screen's state; an empty word has no button."""

    title: str = ""
    facts: str = ""
    empty: str = ""
    notice: str = ""
    notice_icon: str = "⚠"
    notice_colour: str = "warn"
    acknowledge: str = ""
    turn: TurnView = NO_TURN
    number: str = ""
    icon: str = ""
    colour: str = "accent"
    stop: str = ""
    detail: str = ""
    away: str = ""
    state: str = ""  # of a stop that is not the next one
    start: str = ""
    finish: str = ""
    finish_early: str = ""  # while stops are open
    finish_title: str = ""
    done: str = ""
    body: BodyView = NO_QUESTION  # asked before «done» where snow is unloaded
    skip: str = ""
    to_next: str = ""
    take_back: str = ""
    navigate: str = ""
    all_stops: str = ""
    error: str = ""
    skip_title: str = ""
    cancel: str = ""
    busy: bool = False
    again: str = ""  # what could not be saved is tried once more
    proving: bool = False
    prove_title: str = ""
    shoot: str = ""
    may_shoot: bool = False
    photos: tuple[TakenPhoto, ...] = ()
    prove: str = ""
    trouble: str = ""
    discard: str = ""
    yes: str = ""
    no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """How the model stands."""

    route: LocalRoute | None
    stop: RouteStop | None
    fix: Fix | None
    has_news: bool
    take_back: RouteStop | None
    proving: bool
    photos: tuple[TakenPhoto, ...]
    taking: bool
    room: bool
    trouble: Trouble | None
    saving: bool
    unsaved: bool
    error: _ | str
    turn: TurnView = NO_TURN


def route_view(stand: Stand, say: Words, now: datetime) -> RouteView:
    """The view of a stand at a moment."""
    if stand.route is None:
        return RouteView(
            title=say(_("Route")), empty=say(_("No route is yours now. A new one appears here by itself."))
        )
    route, sheet, stop = stand.route, stand.route.sheet, stand.stop
    notice, icon, colour = _notice(stand, say)
    following = next_stop(sheet)
    is_next = stop is not None and following is not None and stop.id == following.id
    fresh = not route.withdrawn and is_fresh(sheet)
    planned = stop is not None and not fresh and stop.state is StopState.PLANNED and not route.withdrawn
    sign = stop_sign(stop, is_next=is_next) if stop else None
    driven = sheet.state is RouteState.DRIVING and not route.withdrawn
    left = len(sheet.stops) - finished(sheet)
    return RouteView(
        title=say(_("{title} · {done} of {all}"), title=sheet.title, done=finished(sheet), all=len(sheet.stops)),
        facts=_facts(stand, say, now),
        notice=notice,
        notice_icon=icon,
        notice_colour=colour,
        acknowledge=say(_("I have seen it")) if stand.has_news and not route.withdrawn else "",
        turn=stand.turn,
        number=str(number_of(sheet, stop.id)) if stop else "",
        icon=sign.icon if sign else "✔",
        colour=sign.colour if sign else "good",
        stop=stop.title if stop else say(_("All stops are done or skipped")),
        detail=say(_("From the start to the end your way is recorded for this shift."))
        if fresh
        else _detail(stop, say)
        if stop
        else say(_("A mistake can be taken back in the list of all stops.")),
        away=_away(stop, stand.fix, say) if stop and (planned or fresh) else "",
        state=_state(stop, say) if stop and not is_next else "",
        start=say(_("Start the route")) if fresh else "",
        finish=say(_("Finish the route")) if not stop and driven else "",
        finish_early=say(_("Finish early…")) if driven and left else "",
        finish_title=say.count(_("{count} stop is open. Why is it left?|{count} stops are open. Why are they left?"), left),
        done=say(_("Done, with a photo") if stop and stop.photo_needed else _("Done")) if planned else "",
        body=body_view(stop if planned else None, say),
        skip=say(_("Skip")) if planned else "",
        to_next=say(_("To the next stop")) if stop and not is_next and following else "",
        take_back=_take_back(stand, say),
        navigate=say(_("Navigator")) if stop else "",
        all_stops=say(_("All stops")),
        error=say(stand.error),
        skip_title=say(_("Why is it skipped?")),
        cancel=say(_("Cancel")),
        busy=stand.saving,
        again=say(_("Save again")) if stand.unsaved else "",
        proving=stand.proving,
        prove_title=say(_("Photo of «{stop}»"), stop=stop.title) if stop else "",
        shoot=say(_("Take the photo")) if not stand.photos else say(_("One more photo")) if stand.room else "",
        may_shoot=stand.trouble is None and not stand.taking,
        photos=stand.photos,
        prove=say(_("Done")) if stand.photos else "",
        trouble=camera_text(stand.trouble, say),
        discard=say(_("Discard this photo?")),
        yes=say(_("Yes, discard it")),
        no=say(_("Keep it")),
    )  # fmt: skip


def is_fresh(sheet: RouteSheet) -> bool:
    """Whether nobody has begun it."""
    return sheet.state is RouteState.RELEASED and all(each.state is StopState.PLANNED for each in sheet.stops)


def stop_rows(route: LocalRoute, say: Words, *, with_changes: bool) -> tuple[Row, ...]:
    """Every stop in driving order, and at the end what the last plan took away."""
    sheet = route.sheet
    following = next_stop(sheet)
    rows = [
        _row(stop, number, following is not None and stop.id == following.id, route, say, with_changes)
        for number, stop in enumerate(sheet.stops, 1)
    ]
    if with_changes:
        rows += [
            Row(icon="−", colour="warn", title=title, facts=say(_("removed from the plan")), whole_title=True)
            for title in sheet.removed
        ]
    return tuple(rows)


def _row(
    stop: RouteStop, number: int, is_next: bool, route: LocalRoute, say: Words, with_changes: bool
) -> Row:
    sign = stop_sign(stop, is_next=is_next)
    facts = [say(sign.word)]
    if stop.skip_reason is not None and stop.state is StopState.SKIPPED:
        facts.append(say(SKIPS[stop.skip_reason]))
    elif stop.detail:
        facts.append(stop.detail)
    extra = []
    if with_changes and stop.change is not None:
        change = CHANGES[stop.change]
        extra.append(say(change.word))
    if stop.id in route.unsent_stops:
        extra.append(say(_("not sent yet")))
    return Row(
        key=str(stop.id),
        icon=sign.icon,
        colour=sign.colour,
        title=f"{number} · {stop.title}",
        facts=" · ".join(facts),
        time=say.clock(stop.arrive_at) if stop.arrive_at else "",
        extra=" · ".join(extra),
        whole_title=True,
        alarming=is_next,
    )


def route_row(route: LocalRoute, say: Words) -> Row:
    """Another route of the same crew."""
    sheet = route.sheet
    return Row(
        key=str(sheet.id),
        icon="➤",
        title=sheet.title,
        facts=f"{say(KINDS[sheet.kind])} · {say(_('{done} of {all}'), done=finished(sheet), all=len(sheet.stops))}",
        time=say.day(city_day(sheet.starts_at)),
        whole_title=True,
    )


def _facts(stand: Stand, say: Words, now: datetime) -> str:
    assert stand.route is not None
    sheet = stand.route.sheet
    hours = say.hours(sheet.starts_at, sheet.ends_at)
    if city_day(sheet.starts_at) != city_day(now):
        hours = f"{say.day(city_day(sheet.starts_at))}, {hours}"
    unsent = len(stand.route.unsent_stops)
    parts = [sheet.vehicle, hours]
    if unsent:
        parts.append(say.count(_("{count} report waits|{count} reports wait"), unsent))
    return " · ".join(part for part in parts if part)


def _notice(stand: Stand, say: Words) -> tuple[str, str, str]:
    assert stand.route is not None
    sheet = stand.route.sheet
    if stand.route.withdrawn:
        text = say(
            _(
                "The dispatcher has withdrawn this route. What you reported stays on this phone: ask the dispatcher."
            )
        )
        return text, "⚠", "warn"
    if stand.has_news:
        return _what_changed(sheet, say), "⚑", "accent"
    return "", "", "warn"


def _what_changed(sheet: RouteSheet, say: Words) -> str:
    changes = changes_of(sheet)
    parts = []
    if changes.added:
        parts.append(say(_("added: {count}"), count=changes.added))
    if changes.moved:
        parts.append(say(_("moved: {count}"), count=changes.moved))
    if changes.changed:
        parts.append(say(_("changed: {count}"), count=changes.changed))
    if changes.removed:
        parts.append(say(_("removed: {stops}"), stops=_named(changes.removed)))
    what = "; ".join(parts)
    what = what[:1].upper() + what[1:]
    reason = f" {sheet.changed_because}" if sheet.changed_because else ""
    return f"{say(_('The plan has changed.'))}{reason}" + (f"\n{what}" if what else "")


def _named(titles: Iterable[str]) -> str:
    names = list(titles)
    more = len(names) - REMOVED_NAMED_MOST
    return ", ".join(names[:REMOVED_NAMED_MOST]) + (f" +{more}" if more > 0 else "")


def _detail(stop: RouteStop, say: Words) -> str:
    parts = [say(ACTIONS[stop.action])]
    if stop.side is not None and stop.line is not None:
        parts.append(say(SIDES[stop.side]))
    if stop.passes > 1:
        parts.append(say(_("pass {number} of {count}"), number=stop.pass_number, count=stop.passes))
    if stop.detail:
        parts.append(stop.detail)
    if stop.closes_at is not None:
        parts.append(say(_("until {time}"), time=say.clock(stop.closes_at)))
    return " · ".join(parts)


def _away(stop: RouteStop, fix: Fix | None, say: Words) -> str:
    here = Point(lat=fix.lat, lon=fix.lon) if fix else None
    way_m = way_to_m(stop, here)
    parts = []
    if way_m == 0.0:
        parts.append(say(_("you are there")))
    elif way_m is not None:
        parts += [say.distance(way_m), say(_("{count} min"), count=minutes_to(way_m))]
    if stop.arrive_at is not None:
        parts.append(say(_("planned {time}"), time=say.clock(stop.arrive_at)))
    if here is None:
        parts.append(say(_("place unknown")))
    elif place_sign(fix).colour != "good":
        parts.append(place_text(fix, say))
    return " · ".join(parts)


def _state(stop: RouteStop, say: Words) -> str:
    text = say(stop_sign(stop).word)
    if stop.state is StopState.SKIPPED and stop.skip_reason is not None:
        return f"{text} · {say(SKIPS[stop.skip_reason])}"
    return text


def _take_back(stand: Stand, say: Words) -> str:
    stop = stand.take_back
    if stop is None or stand.route is None or stand.route.withdrawn:
        return ""
    if stand.stop is not None and stop.id == stand.stop.id:
        return say(_("Put it back to do"))
    return say(_("Undo: {stop}"), stop=stop.title)
