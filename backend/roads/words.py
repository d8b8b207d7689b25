"""Defects in words: what is known of one, in a few sentences."""

from __future__ import annotations

from uuid import UUID

from shared.i18n import Message, translate
from shared.vocabulary import (
    CannotAssess,
    CaseState,
    DefectKind,
    DefectState,
    Language,
    Moderation,
    ProofCheck,
    Role,
    Severity,
)

_ = Message

UNPLACED = _("Received, but without a place: a dispatcher will put it on the map.")
STILL_UNPLACED = _("It has no place yet: a dispatcher will put it on the map.")
SAME_PHOTO = _("An earlier report holds the same photo, so this one counts as no second witness.")
SAVED_ANEW = _(
    "An earlier report holds the same photo, this one was saved anew: it counts as no second witness and proves no repair. Photograph the place as it is today."
)
SUGGESTED = _("Looks like: {kind}, {severity}. A suggestion until a person has confirmed it.")
SUGGESTED_KIND = _("Looks like: {kind}. A suggestion until a person has confirmed it.")
NOTHING_SEEN = _("No fault was seen in the photos; a person will look at them.")
SUMMARIES: dict[DefectState, Message] = {
    DefectState.RECEIVED: _("Received: the photos will be looked at."),
    DefectState.CONFIRMED: _("Confirmed: it is a fault of the road."),
    DefectState.PLANNED: _("The repair is planned."),
    DefectState.REPAIRING: _("It is being repaired."),
    DefectState.REPAIRED: _("Repaired; the repair will be checked."),
    DefectState.CLOSED: _("Repaired and checked."),
    DefectState.REJECTED: _("Looked at: it is no fault of the road."),
}
CANNOT: dict[CannotAssess, Message] = {
    CannotAssess.NO_ROAD: _(
        "Cannot be assessed, no road is seen: photograph it from two steps away, the fault in the middle."
    ),
    CannotAssess.TOO_DARK: _("Cannot be assessed, too dark: photograph it again with light."),
    CannotAssess.BLURRED: _(
        "Cannot be assessed, blurred: wipe the lens, stand still and photograph it again."
    ),
    CannotAssess.SNOW_COVERED: _(
        "Cannot be assessed, the road is covered with snow: a person will look at the photos."
    ),
    CannotAssess.UNSURE: _("Cannot be assessed for certain: a person will look at the photos."),
    CannotAssess.UNREADABLE: _("Cannot be assessed, the photos cannot be opened: photograph it again."),
    CannotAssess.NO_MODEL: _("No model has looked at the photos: a person will."),
}
KINDS: dict[DefectKind, Message] = {
    DefectKind.POTHOLE: _("pothole"),
    DefectKind.CRACK_LONGITUDINAL: _("crack along the road"),
    DefectKind.CRACK_TRANSVERSE: _("crack across the road"),
    DefectKind.CRACK_NETWORK: _("net of cracks"),
    DefectKind.SNOW_PILE: _("heap of snow"),
    DefectKind.OTHER: _("another fault"),
}
SEVERITIES: dict[Severity, Message] = {
    Severity.LOW: _("slight"),
    Severity.MEDIUM: _("moderate"),
    Severity.HIGH: _("severe"),
}

STATES: dict[CaseState, Message] = {
    CaseState.REPORTED: _("reported"),
    CaseState.CONFIRMED: _("confirmed"),
    CaseState.PLANNED: _("repair planned"),
    CaseState.REPAIRING: _("being repaired"),
    CaseState.REPAIRED: _("repaired, to be checked"),
    CaseState.CLOSED: _("closed"),
    CaseState.REJECTED: _("no fault"),
    CaseState.JOINED: _("joined into another"),
}
PROOFS: dict[ProofCheck, Message] = {
    ProofCheck.WAITING: _("the proof photo is being looked at"),
    ProofCheck.CLEAN: _("the model finds the proof photo clean"),
    ProofCheck.FAULTY: _("the model still sees a fault in the proof photo"),
    ProofCheck.CANNOT: _("the model can say nothing of the proof photo"),
}
MODERATIONS: dict[Moderation, Message] = {
    Moderation.WAITING: _("waits for your decision"),
    Moderation.LET_IN: _("let in"),
    Moderation.REFUSED: _("refused"),
}
ROLES: dict[Role, Message] = {
    Role.ADMINISTRATOR: _("administrator"),
    Role.DISPATCHER: _("dispatcher"),
    Role.SUPERVISOR: _("supervisor"),
    Role.CREW: _("crew"),
    Role.PROBATION_OFFICER: _("probation officer"),
}


def summary(
    state: DefectState,
    *,
    placed: bool,
    language: Language,
    looked_at: bool = False,
    kind: DefectKind | None = None,
    severity: Severity | None = None,
    cannot: CannotAssess | None = None,
    copy: Message | None = None,
) -> str:
    """What is known of a defect: one sentence, and what else its reporter should know, such as ``copy`` (see ``copy_words``)."""
    if state is not DefectState.RECEIVED:
        said = [translate(SUMMARIES[state], language)]
    elif looked_at:
        said = [_result(kind, severity, cannot, language)]
        if not placed:
            said.append(translate(STILL_UNPLACED, language))
    else:
        said = [translate(SUMMARIES[state] if placed else UNPLACED, language)]
    if copy is not None:
        said.append(translate(copy, language))
    return " ".join(said)


def copy_words(same_photo_as: UUID | None, *, saved_anew: bool) -> Message | None:
    """What is said of a report whose photo an earlier one has; None where none has."""
    if same_photo_as is None:
        return None
    return SAVED_ANEW if saved_anew else SAME_PHOTO


def _result(
    kind: DefectKind | None, severity: Severity | None, cannot: CannotAssess | None, language: Language
) -> str:
    if kind is not None:
        message = SUGGESTED_KIND if severity is None else SUGGESTED
        severity_word = translate(SEVERITIES[severity], language) if severity is not None else ""
        return translate(message.format(kind=KINDS[kind], severity=severity_word), language)
    return translate(NOTHING_SEEN if cannot is None else CANNOT[cannot], language)
