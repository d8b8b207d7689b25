"""The paper way's reasons in words: each states a fact and judges nobody."""

from __future__ import annotations

from shared.i18n import Message
from shared.vocabulary import AbsenceReason, PaperReason

_ = Message

PAPER_REASONS: dict[PaperReason, Message] = {
    PaperReason.BIOMETRICS_REFUSED: _("The person has refused biometrics, as is everybody's right"),
    PaperReason.NOT_MATCHABLE: _("The program cannot match the person's face"),
    PaperReason.PHONE_FAILED: _("The supervisor's phone failed"),
    PaperReason.NO_PHONE: _("There was no phone"),
    PaperReason.OTHER: _("Another reason, see the note"),
}
ABSENCE_REASONS: dict[AbsenceReason, Message] = {
    AbsenceReason.ILLNESS: _("Illness"),
    AbsenceReason.COURT: _("Summoned to court or to another authority"),
    AbsenceReason.WEATHER: _("Work was stopped because of the weather"),
    AbsenceReason.NO_WORK: _("No work was provided"),
    AbsenceReason.FAMILY: _("Family circumstances"),
    AbsenceReason.OTHER: _("Another reason, see the words"),
    AbsenceReason.NOT_EXPLAINED: _("No reason has been given"),
}
