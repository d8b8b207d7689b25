"""Where a route is in its life, and who may move it on. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from backend.routing.rules.plans import Errors
from shared.i18n import Message
from shared.vocabulary import Role, RouteState

_ = Message


@dataclass(frozen=True)
class Move:
    """A change of state that some roles may make; ``fresh``: only while nothing was reported."""

    source: RouteState
    target: RouteState
    roles: frozenset[Role]
    reason: bool = False
    assignees: bool = False
    fresh: bool = False


PLANNERS = frozenset({Role.ADMINISTRATOR, Role.DISPATCHER})
EVERYONE = PLANNERS | {Role.CREW}
DRAFT, RELEASED, DRIVING, CLOSED = RouteState

MOVES: tuple[Move, ...] = (
    Move(DRAFT, RELEASED, PLANNERS, assignees=True),
    Move(RELEASED, DRAFT, PLANNERS, reason=True, fresh=True),
    Move(RELEASED, DRIVING, EVERYONE),
    Move(DRIVING, CLOSED, EVERYONE),
    Move(DRAFT, CLOSED, PLANNERS, reason=True),
    Move(RELEASED, CLOSED, PLANNERS, reason=True),
    Move(CLOSED, DRIVING, PLANNERS, reason=True),
)
CHANGEABLE = frozenset({DRAFT, RELEASED, DRIVING})
ON_PHONES = frozenset({RELEASED, DRIVING})  # and for some days those that are closed


def find_move(source: RouteState, target: RouteState) -> Move | None:
    """The move from one state to another, None where there is none."""
    return next((move for move in MOVES if (move.source, move.target) == (source, target)), None)


def next_states(source: RouteState) -> list[RouteState]:
    """Where a route can go from a state."""
    return [move.target for move in MOVES if move.source is source]


def move_errors(move: Move, *, assignee_count: int, reason: str, report_count: int) -> Errors:
    """What a move still lacks, by field."""
    errors: Errors = {}
    if move.assignees and not assignee_count:
        errors["to"] = [_("needs somebody to drive the route: set assignee_ids first")]
    if move.fresh and report_count:
        message = _("cannot be taken back: {count} stops were reported already; close it instead")
        errors["to"] = [message.format(count=report_count)]
    if move.reason and not reason.strip():
        message = _("must say why the route goes from {source} to {target}")
        errors["reason"] = [message.format(source=move.source.value, target=move.target.value)]
    return errors


def state_diagram() -> str:
    """The moves as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    for move in MOVES:
        who = "dispatcher or crew" if move.roles == EVERYONE else "dispatcher"
        needs = {"assignees": move.assignees, "reason": move.reason, "no report yet": move.fresh}
        text = "".join(f", needs {name}" for name, needed in needs.items() if needed)
        lines.append(f"    {move.source.value} --> {move.target.value}: {who}{text}")
    return "\n".join([*lines, "    closed --> [*]"]) + "\n"
