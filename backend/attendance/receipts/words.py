"""Receipts in words: plain sentences for the person concerned, exact enough for a judge."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date

from backend.attendance.paper.words import PAPER_REASONS as PAPER_REASONS
from backend.attendance.reviews.rules import AppealForm
from shared.i18n import Message
from shared.vocabulary import (
    AppealState,
    CheckInKind,
    FindingResult,
    Language,
    Outcome,
    Role,
    SheetState,
)

_ = Message

TITLE = _("Receipt for a check-in")
INTRODUCTION = _(
    "A computer program took part in this check-in: it compared pictures of a face, movements, place and time with what was expected. By the Law of the Republic of Kazakhstan on artificial intelligence (№ 230-VIII) you have the right to know this, to have it explained, and to appeal. This receipt tells you what was measured, who decides, and how to appeal."
)

ABOUT = _("What this is about")
WHO, WHAT, WHEN, WHERE, RECEIVED, NUMBER = (
    _("Who"),
    _("Kind of check-in"),
    _("When"),
    _("Where"),
    _("Received"),
    _("Number of the check-in"),
)
KINDS: dict[CheckInKind, Message] = {
    CheckInKind.ARRIVAL: _("Arrival at the place of work"),
    CheckInKind.DEPARTURE: _("Departure from the place of work"),
    CheckInKind.SPOT_CHECK: _("Unannounced check during work"),
}
ERASED = _("not shown: the personal data was erased")
BY_SERVER = _("{moment}. This is the server's time (time zone {zone}), not the phone's.")
UNCERTAIN_TIME = _(
    "{moment} (time zone {zone}). This time is uncertain: the server could not confirm what the phone's clock said."
)
A_TASK = _("task {id}")

STANDS = _("What stands now")
STANDING: dict[Outcome | None, Message] = {
    None: _("The check-in was received and kept. Neither the program nor a person has decided on it yet."),
    Outcome.ACCEPTED: _("Accepted: the check-in counts as proof of presence."),
    Outcome.TO_REVIEW: _(
        "Not decided yet: the program was in doubt, so a person of the staff will decide. Until then nothing is held against you."
    ),
    Outcome.REFUSED: _(
        "Refused: this check-in does not count as proof of presence. It does not prove that you were absent: other evidence, such as a signed paper sheet, may still show that you were there."
    ),
}
SAMPLE_OPEN = _(
    "A person of the staff will look at it all the same: it was drawn at random, not because of anything you did. Until then it counts."
)
APPEAL_OPEN = _(
    "An appeal against it is being dealt with. What stood before stands until another officer has decided, on {day} at the latest."
)

PROGRAM = _("What the program did")
VERDICTS: dict[Outcome, Message] = {
    Outcome.ACCEPTED: _("On {moment} the program accepted the check-in."),
    Outcome.TO_REVIEW: _("On {moment} the program was in doubt and left the decision to a person."),
    Outcome.REFUSED: _("On {moment} the program refused the check-in."),
}
PROGRAM_DECIDES = _(
    "The program decides only whether a check-in is plainly in order or plainly not. In doubt a person decides, and a person can always decide otherwise than the program did."
)
GROUPS: dict[FindingResult, Message] = {
    FindingResult.FAIL: _("What speaks against the check-in:"),
    FindingResult.DOUBT: _("What is in doubt:"),
    FindingResult.OK: _("What is in order:"),
}
FACE_MODEL, THRESHOLD, LIVENESS = _("Face comparison"), _("Threshold"), _("Liveness check")
VERSION = _("version {version}")
NOT_USED = _("not used")

PERSON = _("What a person decided")
NOBODY_DECIDED = _("No person has decided on this check-in yet.")
DECIDED = _("On {moment}: {text}")
DECIDED_BY: dict[Role | None, Message] = {
    Role.DISPATCHER: _("Decided by a dispatcher who had not captured the check-in."),
    Role.ADMINISTRATOR: _("Decided by an administrator who had not captured the check-in."),
    None: _("Decided by an officer of the akimat who had not captured the check-in."),
}
ON_APPEAL = _("This was the decision on an appeal.")
IN_WORDS = _("In the officer's words: «{words}»")

HOW_TO_APPEAL = _("How to appeal")
TO_WHOM = _(
    "Tell the supervisor, the dispatcher of your district or the probation service that you appeal. You may do so in spoken, written or electronic form, in the language you choose. Whoever you tell must write it down."
)
SAY_WHAT = _(
    "Say what you appeal against (the number on this receipt is enough) and why. You may bring documents and name witnesses, and somebody may help you or speak for you."
)
IN_TIME_UNTIL = _(
    "An appeal is in time until {day}, that is {days} days after the decision. A late one is taken too; say why it is late."
)
IN_TIME_LATER = _(
    "There is nothing to appeal against yet. Once it is decided, an appeal is in time for {days} days after the decision. You may tell the dispatcher what you know at once."
)
ANOTHER_OFFICER = _(
    "Another officer decides, one who had no hand in it before: within {days} days and with reasons. Nothing can become worse for you because you appeal."
)
COURT = _("You keep the right to turn to a court.")
NO_SANCTION = _(
    "No sanction follows from this receipt. The program reports facts; it never decides that somebody evades work, nor on a sanction."
)
NO_BIOMETRICS = _(
    "You may refuse biometrics at any time, without giving a reason. Your presence is then kept on a paper sheet that is signed, and it counts alike."
)

PROOF = _("Proof, and how long pictures are kept")
ENTRY, ENTRY_HASH = _("Entry of the ledger"), _("Hash of the entry")
ENTRY_MEANS = _(
    "The ledger is a record that nobody can change unnoticed. With this number and hash anybody who holds a copy can check that the program's verdict has stayed as it was. The entry holds no personal data."
)
KEPT_UNTIL = _(
    "{count} pictures are kept until {day} ({days} days), encrypted with a key of your own, and are then deleted. Whoever looks at them is written down."
)
PURGED = _("The pictures were deleted on {day}. What was measured on them is kept.")

SHEET_TITLE = _("Receipt for a paper sheet")
SHEET_INTRODUCTION = _(
    "Your presence was kept on a signed paper sheet. No computer program looked at your face. One person of the staff entered the sheet, another decides whether it counts, and you have the right to appeal."
)
CAME, LEFT, WHY_PAPER, ENTERED, SHEET_NUMBER = (
    _("Came at"),
    _("Left at"),
    _("Why on paper"),
    _("Entered"),
    _("Number of the sheet"),
)
SHEET_STANDS: dict[SheetState, Message] = {
    SheetState.ENTERED: _(
        "Not decided yet: another person of the staff than the one who entered the sheet will decide."
    ),
    SheetState.APPROVED: _("Approved: the time on this sheet counts exactly like check-ins."),
    SheetState.REFUSED: _(
        "Refused: this sheet does not count as proof of presence. It does not prove that you were absent."
    ),
}
SHEET_UNDECIDED = _("Nobody has decided on this sheet yet.")
SHEET_DECIDED: dict[SheetState, Message] = {
    SheetState.ENTERED: SHEET_UNDECIDED,
    SheetState.APPROVED: _("On {moment} another person than the one who entered the sheet approved it."),
    SheetState.REFUSED: _("On {moment} another person than the one who entered the sheet refused it."),
}

APPEAL_TITLE = _("Receipt for an appeal")
APPEAL_INTRODUCTION = _(
    "You, or somebody for you, have appealed against a decision. This receipt proves it and tells you what comes of it."
)
AGAINST, SUBJECT_NUMBER, FILED_ON, FORM, APPEAL_NUMBER, WRITTEN_DOWN = (
    _("Against"),
    _("Its number"),
    _("Brought on"),
    _("Form"),
    _("Number of the appeal"),
    _("As written down"),
)
SUBJECTS: dict[str, Message] = {
    "check_in": _("a check-in"),
    "paper_sheet": _("a paper sheet"),
    "absence": _("what was decided on an absence"),
    "gap": _("time that was not credited"),
}
FORMS: dict[AppealForm, Message] = {
    AppealForm.SPOKEN: _("spoken"),
    AppealForm.WRITTEN: _("written"),
    AppealForm.ELECTRONIC: _("electronic"),
}
LATE = _(
    "It came after the last day on which it was in time ({day}). It was taken all the same, and marked as late."
)
APPEAL_STANDS: dict[AppealState, Message] = {
    AppealState.FILED: _("It is being dealt with and must be decided on {day} at the latest."),
    AppealState.UPHELD: _("It was upheld: what you asked for stands now."),
    AppealState.REJECTED: _("It was rejected: what was decided before stands."),
    AppealState.WITHDRAWN: _("It was withdrawn: everything is as it was before."),
}
CLOSED = _("Closed")
RIGHTS = _("Your rights")
ANOTHER_ACTS = _(
    "An officer decides who had no hand in it before, neither in the matter nor in writing this down."
)
NO_WORSE = _("Nothing can become worse for you because you appeal.")

MEASURES = _("To check: what was measured, as it was kept with the verdict")
MEASURE_HEAD = (_("Finding"), _("Result"), _("Measured"), _("Limit"), _("Unit"))
MEASURED, LIMIT = _("measured {value} {unit}"), _("limit {value}")
UNITS = {  # as findings store them
    "count": _("pieces"),
    "m": _("m"),
    "m/s": _("m/s"),
    "min": _("min"),
    "h": _("h"),
    "distance": _("distance of the encodings"),
    "share of the asked angle": _("of the asked angle"),
    "degrees a second": _("degrees a second"),
    "share of a face's relief": _("of a face's depth"),
}
RESULTS: dict[FindingResult, Message] = {
    FindingResult.OK: _("in order"),
    FindingResult.DOUBT: _("in doubt"),
    FindingResult.FAIL: _("failed"),
}

DAY_FORMATS = {Language.EN: "d MMMM y", Language.RU: "d MMMM y 'года'", Language.KK: "y 'жылғы' d MMMM"}


def day(moment: datetime | date, zone: ZoneInfo, language: Language) -> str:
    """A day with its month in words, as it is read aloud."""
    local = moment.astimezone(zone).date() if isinstance(moment, datetime) else moment
    return format_date(local, DAY_FORMATS[language], locale=language.value)


def moment(at: datetime, zone: ZoneInfo, language: Language) -> str:
    """Day and time of day, to the second, by the city's clock."""
    return f"{day(at, zone, language)}, {at.astimezone(zone):%H:%M:%S}"


def exact(value: float | None, language: Language) -> str:
    """A number with every digit that was kept; empty where nothing was measured."""
    if value is None:
        return ""
    text = f"{value:.10g}"
    return text if language is Language.EN else text.replace(".", ",")
