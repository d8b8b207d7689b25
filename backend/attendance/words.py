"""Verdicts in words: one sentence for each finding and outcome, naming value, threshold and remedy."""

from __future__ import annotations

from shared.i18n import Message, translate
from shared.vocabulary import FindingCode, FindingResult, Language, Outcome, Remedy

_ = Message
OK, DOUBT, FAIL = FindingResult.OK, FindingResult.DOUBT, FindingResult.FAIL
Code = FindingCode

SENTENCES: dict[tuple[FindingCode, FindingResult], Message] = {
    (Code.FACE_MATCH, OK): _(
        "The face is the enrolled person's: distance {value}, accepted up to {threshold}."
    ),
    (Code.FACE_MATCH, DOUBT): _(
        "The face resembles the enrolled person's, but not enough to be sure: distance {value}, accepted up to {threshold}. A person will look."
    ),
    (Code.FACE_MATCH, FAIL): _(
        "The program compared the face with the enrolled one and found no match: distance {value}, accepted up to {threshold}. Check that the right person is chosen; if so, ask the dispatcher for the paper way."
    ),
    (Code.FRAMES_USABLE, OK): _("{value} frames show the face well enough; {threshold} are needed."),
    (Code.FRAMES_USABLE, FAIL): _(
        "Only {value} frames show the face well enough; {threshold} are needed. Take it again: more light, face to the camera, hold still."
    ),
    (Code.FRAMES_ONE_IDENTITY, OK): _("All frames show one face."),
    (Code.FRAMES_ONE_IDENTITY, DOUBT): _(
        "The program did not find the same face in all frames. A person will look."
    ),
    (Code.TEMPLATE, DOUBT): _(
        "The person has not been enrolled, so there is nothing to compare with. A person will look."
    ),
    (Code.PLACE, OK): _("The place is right: {value} m inside the geofence."),
    (Code.PLACE, DOUBT): _(
        "The place is uncertain: the location fixes lie too close to the border, disagree or are too few. A person will look."
    ),
    (Code.PLACE, FAIL): _(
        "By the location fixes the check-in was made {distance} m outside the geofence. Go inside and take it again."
    ),
    (Code.FIXES_USABLE, OK): _("{value} location fixes are good enough; {threshold} are needed."),
    (Code.FIXES_USABLE, DOUBT): _(
        "Only {value} location fixes are good enough; {threshold} are needed. A person will look."
    ),
    (Code.LOCATION_MOCK, DOUBT): _("The phone says that an app made the location up. A person will look."),
    (Code.TIME_WINDOW, OK): _("The time is within the task's window (at most {threshold} min off)."),
    (Code.TIME_WINDOW, DOUBT): _(
        "The time is {value} min outside the task's window; up to {threshold} min are allowed. A person will look."
    ),
    (Code.DELIVERY, OK): _(
        "The evidence arrived {value} h after it was taken; up to {threshold} h are allowed."
    ),
    (Code.DELIVERY, DOUBT): _(
        "The evidence arrived {value} h after it was taken; more than {threshold} h. A person will look."
    ),
    (Code.PERSON_ON_TASK, OK): _("The person is on this task."),
    (Code.PERSON_ON_TASK, DOUBT): _("The person is not on this task. A person will look."),
    (Code.TASK_OPEN, OK): _("The task is open."),
    (Code.TASK_OPEN, DOUBT): _("When the evidence arrived, the task was not open. A person will look."),
    (Code.SUPERVISOR_ON_TASK, OK): _("The task was handed to whoever checked in."),
    (Code.SUPERVISOR_ON_TASK, DOUBT): _(
        "When the evidence arrived, the task was no longer handed to whoever checked in. A person will look."
    ),
    (Code.VERIFIER, DOUBT): _("The pictures could not be examined by the program. A person will look."),
}

SUMMARIES: dict[Outcome | None, Message] = {
    None: _("Received and kept; the verdict follows."),
    Outcome.ACCEPTED: _("Accepted."),
    Outcome.TO_REVIEW: _("Kept; a person will decide."),
    Outcome.REFUSED: _("Refused."),
}

REMEDIES: dict[Remedy, Message] = {
    Remedy.NONE: _("Nothing more to do."),
    Remedy.RETAKE: _("Take it again: more light, face to the camera, hold still."),
    Remedy.MOVE_INSIDE: _("Go to the place of work and take it again."),
    Remedy.WAIT_FOR_REVIEW: _("Nothing to do now: the decision will come to this phone."),
    Remedy.ASK_DISPATCHER: _(
        "Check that the right person is chosen; if so, ask the dispatcher for the paper way."
    ),
}


def sentence(
    code: FindingCode, result: FindingResult, value: float | None, threshold: float | None, language: Language
) -> str:
    """One finding in words."""
    distance = None if value is None else abs(value)
    message = SENTENCES[code, result].format(
        value=number(value, language),
        threshold=number(threshold, language),
        distance=number(distance, language),
    )
    return translate(message, language)


def summary(outcome: Outcome | None, remedy: Remedy | None, language: Language) -> str:
    """The verdict in one or two sentences."""
    parts = [SUMMARIES[outcome]] + ([REMEDIES[remedy]] if remedy and remedy is not Remedy.NONE else [])
    return " ".join(translate(part, language) for part in parts)


def number(value: float | None, language: Language) -> str:
    """A number as the language writes it, without needless decimals."""
    if value is None:
        return "?"
    text = f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"
    return text if language is Language.EN else text.replace(".", ",")
