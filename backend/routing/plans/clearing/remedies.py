"""What a night could not do, said with what a dispatcher knows: streets, kinds of work and board numbers in the place of the solver's ids. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from backend.routing.clearing.plan import Flaw, Undone, Why
from backend.routing.plans.clearing.night import NightWork
from shared.i18n import Message
from shared.vocabulary import WinterWork

_ = Message
NAMELESS = _("nameless street")
WORKS = {
    WinterWork.CLEAR: _("clearing"),
    WinterWork.GRIT: _("gritting"),
    WinterWork.PAVEMENT: _("clearing of the pavement"),
}
NOTHING_DRIVES = "machines"  # the solver's flaw of a night on which no machine can drive
NO_MACHINES = _("{work}, {street}: no machine can drive; give one a shift, or put it back in service")
NO_ABLE = _("{work}, {street}: no machine of this night does that; give one that does a shift")
TOO_MUCH = _("{work}, {street}: needs more grit than any spreader takes; split it, or add a larger one")
NO_WAY = _(
    "{work}, {street}: no legal way leads there and home again; open a street, or correct its directions on the map"
)
NO_LOAD = _("{work}, {street}: no spreader carries enough for it; add one, or a larger one")
TOO_FAR = _("{work}, {street}: no shift is long enough for it; widen one, or start nearer")
NO_TIME = _("{work}, {street}: no machine has time left for it; add one, or widen a shift")
LESS_URGENT = _(
    "{work}, {street}: the night is too short for all of it; add machines, or give it more urgency"
)
BY_FIELD = {"work": NO_ABLE, "demand_kg": TOO_MUCH, "modes": NO_WAY, "shift": TOO_FAR}
BY_WHY = {Why.NO_TIME: NO_TIME, Why.NO_ROOM: NO_LOAD, Why.NOT_FOUND: LESS_URGENT}


def words_of(undone: Undone, work: NightWork, flaws: Mapping[str, Flaw]) -> Message:
    """Why a pass is left out, and what to do; the words that came with it where nobody knows better."""
    found = BY_WHY.get(undone.why)
    if undone.why is Why.FLAW:
        flaw = flaws.get(undone.task_id)
        if flaw is not None:
            found = BY_FIELD.get(flaw.field)
        elif NOTHING_DRIVES in flaws:
            found = NO_MACHINES
    if found is None:
        return undone.words if isinstance(undone.words, Message) else Message(undone.words)
    return found.format(work=WORKS[work.work], street=work.street or NAMELESS)
