"""How a fault that is to be repaired looks: where its repair stands, and what the photo of it shows."""

from __future__ import annotations

from mobile.models.signs import Sign
from mobile.sync.overlay import LocalFault
from shared.i18n import Message as _
from shared.vocabulary import CaseState, ProofCheck

STATES: dict[CaseState, Sign] = {
    CaseState.PLANNED: Sign("○", _("to repair"), "wait"),
    CaseState.REPAIRING: Sign("▶", _("being repaired"), "accent"),
    CaseState.REPAIRED: Sign("✔", _("repaired"), "good"),
}
ELSEWHERE = Sign("…", _("looked at by the dispatcher"), "wait")  # a state that no crew brings about
PROOFS: dict[ProofCheck, Sign] = {
    ProofCheck.WAITING: Sign("◌", _("The photo of the repair is being looked at."), "accent"),
    ProofCheck.CLEAN: Sign("✔", _("The photo shows a sound road. The dispatcher closes the case."), "good"),
    ProofCheck.FAULTY: Sign(
        "⚑",
        _("The photo still shows a fault. If it is mended, take another one; else the dispatcher decides."),
        "warn",
    ),
    ProofCheck.CANNOT: Sign(
        "↻", _("Nothing can be seen in the photo: take another one, from two steps away, with light."), "warn"
    ),
}
NO_PROOF = Sign("↻", _("A photo of the mended place is still missing."), "warn")


def needs_photo(known: LocalFault) -> bool:
    """Whether a repaired fault lacks a photo that shows its repair; one that is on its way is awaited."""
    is_shown = known.fault.proof_check in (ProofCheck.WAITING, ProofCheck.CLEAN)
    return known.fault.state is CaseState.REPAIRED and not known.unsent and not is_shown


def state_sign(state: CaseState) -> Sign:
    """The sign of where a repair stands."""
    return STATES.get(state, ELSEWHERE)


def proof_sign(check: ProofCheck | None) -> Sign:
    """The sign of what the photo of a repair shows."""
    return NO_PROOF if check is None else PROOFS[check]
