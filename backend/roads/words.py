"""Defects in words: what is known of one, in a sentence."""

from __future__ import annotations

from shared.i18n import Message, translate
from shared.vocabulary import DefectState, Language

_ = Message

UNPLACED = _("Received, but without a place: a dispatcher will put it on the map.")
SUMMARIES: dict[DefectState, Message] = {
    DefectState.RECEIVED: _("Received: the photos will be looked at."),
    DefectState.CONFIRMED: _("Confirmed: it is a fault of the road."),
    DefectState.PLANNED: _("The repair is planned."),
    DefectState.REPAIRING: _("It is being repaired."),
    DefectState.REPAIRED: _("Repaired; the repair will be checked."),
    DefectState.CLOSED: _("Repaired and checked."),
    DefectState.REJECTED: _("Looked at: it is no fault of the road."),
}


def summary(state: DefectState, *, placed: bool, language: Language) -> str:
    """What is known of a defect, in one sentence."""
    message = UNPLACED if state is DefectState.RECEIVED and not placed else SUMMARIES[state]
    return translate(message, language)
