"""What stands in an exported route beside the dispatcher's own words."""

from __future__ import annotations

from shared.i18n import Message
from shared.vocabulary import SkipReason, StopAction, StopState

_ = Message

STOPS = _("Stops")
PLANNED = _("Planned way")
DRIVEN = _("Driven, receiver {number}")
DESCRIPTION = _("{vehicle}, {begin} to {end}, version {version} of the plan")
ARRIVAL = _("planned for {time}")
OUTCOME = _("{state}, {time}")
STATES: dict[StopState, Message] = {
    StopState.PLANNED: _("to do"),
    StopState.DONE: _("done"),
    StopState.SKIPPED: _("skipped"),
}
ACTIONS: dict[StopAction, Message] = {
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
REASONS: dict[SkipReason, Message] = {
    SkipReason.BLOCKED: _("The way is blocked"),
    SkipReason.PARKED_CARS: _("Parked cars"),
    SkipReason.EMPTY: _("Nothing to collect"),
    SkipReason.NOT_THERE: _("It is not there"),
    SkipReason.DANGER: _("Danger"),
    SkipReason.BROKEN: _("Broken"),
    SkipReason.NO_TIME: _("No time left"),
    SkipReason.OTHER: _("Other reason"),
}
