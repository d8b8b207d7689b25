"""Where a case may go, who may move it and what a move needs; which state of its reports follows. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from backend.roads.words import PROOFS, STATES
from shared.i18n import Message
from shared.vocabulary import CaseState, DefectState, ProofCheck, Role

_ = Message
Errors = dict[str, list[Message]]
REPORTED, CONFIRMED, PLANNED, REPAIRING, REPAIRED, CLOSED, REJECTED, JOINED = CaseState


class Need(StrEnum):
    """What a move asks for."""

    REASON = "reason"
    REPAIR = "repair"  # who repaired it and when
    PROOF = "proof"  # a photo of the repaired place that was looked at


@dataclass(frozen=True)
class Move:
    """A change of state that some roles may make."""

    source: CaseState
    target: CaseState
    roles: frozenset[Role]
    needs: frozenset[Need] = frozenset()


PLANNERS = frozenset({Role.ADMINISTRATOR, Role.DISPATCHER})
WORKERS = PLANNERS | {Role.SUPERVISOR, Role.CREW}
REASON, REPAIR, PROOF = (frozenset({need}) for need in Need)

MOVES: tuple[Move, ...] = (
    Move(REPORTED, CONFIRMED, PLANNERS),
    Move(REPORTED, REJECTED, PLANNERS, REASON),
    Move(CONFIRMED, PLANNED, PLANNERS),
    Move(CONFIRMED, REJECTED, PLANNERS, REASON),
    Move(PLANNED, CONFIRMED, PLANNERS, REASON),
    Move(PLANNED, REPAIRING, WORKERS),
    Move(REPAIRING, PLANNED, PLANNERS, REASON),
    Move(REPAIRING, REPAIRED, WORKERS, REPAIR),
    Move(REPAIRED, CLOSED, PLANNERS, PROOF),
    Move(REPAIRED, REPAIRING, PLANNERS, REASON),
    Move(CLOSED, CONFIRMED, PLANNERS, REASON),
    Move(REJECTED, REPORTED, PLANNERS, REASON),
)
BY_ITSELF: tuple[tuple[CaseState, CaseState], ...] = (
    (CLOSED, CONFIRMED),  # it came back within the warranty
    (REPAIRED, CONFIRMED),  # the same, before anybody closed it: its proof was clean, a later photo is not
    (REPORTED, JOINED),  # it is a fault that is known
    (CONFIRMED, JOINED),
)
OPEN = frozenset({REPORTED, CONFIRMED, PLANNED, REPAIRING, REPAIRED})
FAULTY = frozenset({REPORTED, CONFIRMED, PLANNED, REPAIRING})  # the fault is still there, as far as is known
JOINABLE = frozenset({REPORTED, CONFIRMED})
OF_REPORTS: dict[CaseState, DefectState] = {
    REPORTED: DefectState.RECEIVED,
    CONFIRMED: DefectState.CONFIRMED,
    PLANNED: DefectState.PLANNED,
    REPAIRING: DefectState.REPAIRING,
    REPAIRED: DefectState.REPAIRED,
    CLOSED: DefectState.CLOSED,
    REJECTED: DefectState.REJECTED,
    JOINED: DefectState.RECEIVED,
}


def find_move(source: CaseState, target: CaseState) -> Move | None:
    """The move from one state to another, None where there is none."""
    return next((move for move in MOVES if (move.source, move.target) == (source, target)), None)


def next_states(source: CaseState) -> list[CaseState]:
    """Where people may take a case from a state."""
    return [move.target for move in MOVES if move.source is source]


def moves_of(source: CaseState, role: Role) -> list[Move]:
    """The moves from a state that somebody of a role may make."""
    return [move for move in MOVES if move.source is source and role in move.roles]


def move_errors(move: Move, *, reason: str, has_repair: bool, checks: Sequence[ProofCheck]) -> Errors:
    """What a move still lacks, by field. ``checks``: what the model says of each proof photo."""
    errors: Errors = {}
    if Need.REASON in move.needs and not reason.strip():
        message = _("must say why the case goes from «{source}» to «{target}»")
        errors["reason"] = [message.format(source=STATES[move.source], target=STATES[move.target])]
    if Need.REPAIR in move.needs and not has_repair:
        errors["repair"] = [_("is missing: say who repaired it and when")]
    if Need.PROOF in move.needs:
        if not checks:
            errors["to"] = [
                _("needs a photo of the repaired place: report one there after the repair, then name it")
            ]
        elif ProofCheck.WAITING in checks and ProofCheck.CLEAN not in checks:
            errors["to"] = [_("must wait until the photo of the repaired place has been looked at")]
        elif ProofCheck.CLEAN not in checks and not reason.strip():
            message = _("must say why the repair is good although {check}")
            errors["reason"] = [message.format(check=PROOFS[checks[-1]])]
    return errors


def state_diagram() -> str:
    """The moves as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> reported"]
    for move in MOVES:
        who = "crew or dispatcher" if move.roles == WORKERS else "dispatcher"
        needs = "".join(f", needs {need.value}" for need in sorted(move.needs))
        lines.append(f"    {move.source.value} --> {move.target.value}: {who}{needs}")
    lines += [f"    {source.value} --> {target.value}: by itself" for source, target in BY_ITSELF]
    return "\n".join([*lines, "    closed --> [*]", "    rejected --> [*]", "    joined --> [*]"]) + "\n"
