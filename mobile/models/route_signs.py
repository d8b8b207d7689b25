"""How routes and stops look and what their words are: icon, word and colour together."""

from __future__ import annotations

from mobile.models.signs import Sign
from shared.contracts import RouteStop
from shared.i18n import Message as _
from shared.vocabulary import RouteKind, SkipReason, StopAction, StopChange, StopState, StreetSide

STOPS: dict[StopState, Sign] = {
    StopState.PLANNED: Sign("○", _("to do"), "accent"),
    StopState.DONE: Sign("✔", _("done"), "good"),
    StopState.SKIPPED: Sign("✖", _("skipped"), "warn"),
}
NEXT = Sign("➤", _("next"), "accent")
ACTIONS: dict[StopAction, _] = {
    StopAction.COLLECT: _("collect"),
    StopAction.UNLOAD: _("unload"),
    StopAction.CLEAR: _("clear of snow"),
    StopAction.GRIT: _("grit"),
    StopAction.LOAD: _("load"),
    StopAction.REFILL: _("refill"),
    StopAction.BREAK: _("break"),
    StopAction.DEPOT: _("depot"),
    StopAction.VISIT: _("visit"),
}
SIDES: dict[StreetSide, _] = {
    StreetSide.RIGHT: _("right side"),
    StreetSide.LEFT: _("left side"),
    StreetSide.BOTH: _("both sides"),
}
CHANGES: dict[StopChange, Sign] = {
    StopChange.ADDED: Sign("+", _("added"), "accent"),
    StopChange.MOVED: Sign("⇅", _("moved"), "accent"),
    StopChange.CHANGED: Sign("✎", _("changed"), "accent"),
}
SKIPS: dict[SkipReason, _] = {
    SkipReason.BLOCKED: _("The way is blocked"),
    SkipReason.PARKED_CARS: _("Parked cars"),
    SkipReason.EMPTY: _("Nothing to collect"),
    SkipReason.NOT_THERE: _("It is not there"),
    SkipReason.DANGER: _("Danger"),
    SkipReason.BROKEN: _("Broken"),
    SkipReason.NO_TIME: _("No time left"),
    SkipReason.OTHER: _("Other reason"),
}
KINDS: dict[RouteKind, _] = {
    RouteKind.WASTE: _("waste collection"),
    RouteKind.SNOW_CLEARING: _("snow clearing"),
    RouteKind.SNOW_HAULING: _("snow hauling"),
    RouteKind.OTHER: _("route"),
}


def stop_sign(stop: RouteStop, *, is_next: bool = False) -> Sign:
    """The state of a stop."""
    return NEXT if is_next else STOPS[stop.state]
