"""Where a check-in is, and the one thing that the screen says then; what is said aloud stands in mobile.voice.cues."""

from __future__ import annotations

from enum import StrEnum

from shared.i18n import Message as _
from shared.vocabulary import Move


class Phase(StrEnum):
    """Where the check-in is."""

    CLOSED = "closed"
    READY = "ready"
    STRAIGHT = "straight"
    MOVE = "move"
    STRAIGHT_AGAIN = "straight_again"
    GATHERING = "gathering"
    DONE = "done"
    FAILED = "failed"


ASKING = frozenset({Phase.STRAIGHT, Phase.MOVE, Phase.STRAIGHT_AGAIN})
RUNNING = ASKING | {Phase.GATHERING}
MOVE_WORDS: dict[Move, _] = {
    Move.LEFT: _("Head to the left, as the person sees it"),
    Move.RIGHT: _("Head to the right, as the person sees it"),
    Move.UP: _("Head up"),
    Move.DOWN: _("Head down"),
}
READY_WORDS = _("Hold the phone before the face and press the button")
STRAIGHT_WORDS = _("Look straight ahead")
PICTURES_WORDS = _("One moment…")
FIXES_WORDS = _("Waiting for the location: hold the phone under the open sky")
DONE_WORDS = _("Done, thank you")
NO_PICTURES = _("The camera was too slow. Nothing was saved: try once more.")
NO_FIXES = _(
    "The phone does not know where it is. Nothing was saved: go under the open sky and try once more, or use the paper sheet."
)
