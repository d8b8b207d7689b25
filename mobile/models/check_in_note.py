"""A note that the supervisor adds to a check-in: a reason from a short list, a few words if need be. It is signed with the rest."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mobile.models.words import Words
from shared.i18n import Message as _

NOTE_MOST = 500  # letters, as shared.contracts.CheckIn has it


class NoteReason(StrEnum):
    """What most often makes a check-in look odd."""

    COVERED = "covered"
    INJURED = "injured"
    PLACE = "place"
    TIME = "time"
    OTHER = "other"


REASONS: dict[NoteReason, _] = {
    NoteReason.COVERED: _("Face covered because of the frost"),
    NoteReason.INJURED: _("Face injured or bandaged"),
    NoteReason.PLACE: _("Works elsewhere, as the dispatcher said"),
    NoteReason.TIME: _("Came late or left early with leave"),
    NoteReason.OTHER: _("Another reason"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteView:
    """What the question shows."""

    title: str
    reasons: tuple[tuple[str, str], ...]
    label: str
    save: str
    leave: str


def note_view(words: Words) -> NoteView:
    """In the supervisor's language."""
    return NoteView(
        title=words(_("Note for those who look at this check-in")),
        reasons=tuple((reason.value, words(text)) for reason, text in REASONS.items()),
        label=words(_("In your words")),
        save=words(_("Add the note")),
        leave=words(_("No note")),
    )


def note_of(reason: str, text: str, words: Words) -> str:
    """The note as it is signed; without a reason there is none, and «another reason» needs words."""
    said = " ".join(text.split())
    if not reason or (reason == NoteReason.OTHER and not said):
        return ""
    parts = [] if reason == NoteReason.OTHER else [words(REASONS[NoteReason(reason)])]
    return ": ".join([*parts, said] if said else parts)[:NOTE_MOST]
