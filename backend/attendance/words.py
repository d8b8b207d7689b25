"""Verdicts in words: one sentence for each finding and outcome, naming value, threshold and remedy."""

from __future__ import annotations

from shared.i18n import Message, translate
from shared.vocabulary import DecisionReason, FindingCode, FindingResult, Language, Outcome, Remedy

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
    (Code.FACE_UNSURE, FAIL): _(
        "The pictures are too unlike the enrolled ones: distance {value}, accepted up to {threshold}. Poor light, glasses, a scarf or a hat can do that too. Take it again: light on the face, glasses and scarf off, hold still."
    ),
    (Code.FACE_UNSURE, DOUBT): _(
        "The pictures are too unlike the enrolled ones: distance {value}, accepted up to {threshold}. Taking them again did not help, and poor light, glasses, a scarf or a hat can do that too. A person will look."
    ),
    (Code.FRAMES_USABLE, OK): _("{value} frames show the face well enough; {threshold} are needed."),
    (Code.FRAMES_USABLE, FAIL): _(
        "Only {value} frames show the face well enough; {threshold} are needed. Take it again: more light, face to the camera, hold still."
    ),
    (Code.FRAMES_ONE_IDENTITY, OK): _("All frames show one face."),
    (Code.FRAMES_ONE_IDENTITY, DOUBT): _(
        "The program did not find the same face in all frames. A person will look."
    ),
    (Code.FRAMES_SEEN_BEFORE, FAIL): _(
        "These very pictures were sent with another check-in already. Take new ones."
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
    (Code.PERSON_ON_TASK, OK): _("The person was to be here: by the task's list or by the order."),
    (Code.PERSON_ON_TASK, DOUBT): _(
        "The person is not on this task's list, and the order had not sent them to its site. A person will look."
    ),
    (Code.TASK_OPEN, OK): _("The task is open."),
    (Code.TASK_OPEN, DOUBT): _("When the evidence arrived, the task was not open. A person will look."),
    (Code.SUPERVISOR_ON_TASK, OK): _(
        "Whoever checked in was to do so: by the task or by the person's order."
    ),
    (Code.SUPERVISOR_ON_TASK, DOUBT): _(
        "When the evidence arrived, the task was not handed to whoever checked in, and the person's order had not named them. A person will look."
    ),
    (Code.MOVED_AWAY, DOUBT): _(
        "The order had sent the person to another site or supervisor {value} min before; up to {threshold} min are allowed for the way. A person will look."
    ),
    (Code.VERIFIER, DOUBT): _("The pictures could not be examined by the program. A person will look."),
    (Code.TRIES, OK): _(
        "Tries before this one that had to be taken again: {value}; up to {threshold} are allowed."
    ),
    (Code.TRIES, DOUBT): _(
        "Tries within an hour that had to be taken again: {value}; more than {threshold}. A person will look."
    ),
    (Code.CHALLENGE, OK): _(
        "The movements of the head were asked for by the server, just for this check-in."
    ),
    (Code.CHALLENGE, DOUBT): _(
        "The phone asked for no movements of the head, so the program could not tell a person from a picture. A person will look."
    ),
    (Code.CHALLENGE, FAIL): _(
        "The server did not ask for these movements of the head. Take it again with a new challenge."
    ),
    (Code.CHALLENGE_FRESH, DOUBT): _(
        "The movements of the head had been asked for too long before. A person will look."
    ),
    (Code.CHALLENGE_ONCE, FAIL): _(
        "These movements of the head were used for another check-in already. Take it again with a new challenge."
    ),
    (Code.CHALLENGE_OWN, FAIL): _(
        "These movements of the head were meant for another person or another phone. Take it again with a new challenge."
    ),
    (Code.LIVE_MOVEMENT, OK): _("The head moved as asked: {percent} % of the way asked for."),
    (Code.LIVE_MOVEMENT, DOUBT): _(
        "The head moved, but less than asked: {percent} % of the way asked for. A person will look."
    ),
    (Code.LIVE_MOVEMENT, FAIL): _(
        "The head did not move as asked: {percent} % of the way asked for. Take it again and follow the voice; left is the person's own left."
    ),
    (Code.LIVE_CONTINUITY, OK): _("The movement is continuous, as a head's is."),
    (Code.LIVE_CONTINUITY, DOUBT): _(
        "The movement jumps or stops between the frames (measured {value}, allowed up to {threshold}). A person will look."
    ),
    (Code.LIVE_DEPTH, OK): _(
        "The face has depth, as a head has and a flat picture has not: {percent} % of an average face's depth, {percent_needed} % is needed."
    ),
    (Code.LIVE_DEPTH, DOUBT): _(
        "The program could not tell whether the face has depth: {percent} % of an average face's depth, {percent_needed} % is needed. A person will look."
    ),
    (Code.LIVE_DEPTH, FAIL): _(
        "The face moved as a flat picture does and not as a head: {percent} % of an average face's depth, {percent_needed} % is needed. If a person stood before the camera, ask the dispatcher for the paper way."
    ),
    (Code.ENROLLED_BY_OTHER, OK): _("Somebody other than whoever checked in had enrolled the face."),
    (Code.ENROLLED_BY_OTHER, DOUBT): _(
        "Whoever checked in had also enrolled the face, and nobody else has confirmed it yet. A person will look."
    ),
    (Code.FIXES_TIMELY, OK): _("All location fixes were taken at the time of the frames."),
    (Code.FIXES_TIMELY, DOUBT): _(
        "{value} location fixes were not taken at the time of the frames. A person will look."
    ),
    (Code.LOCATION_SPEED, OK): _("The location moved no faster than people and vehicles do."),
    (Code.LOCATION_SPEED, DOUBT): _(
        "By the location fixes the phone or the person moved at {value} m/s, more than {threshold} m/s. A person will look."
    ),
    (Code.LOCATION_FROZEN, OK): _("The location fixes differ a little, as a receiver's do."),
    (Code.LOCATION_FROZEN, DOUBT): _(
        "All location fixes are exactly the same, as a receiver's never are. A person will look."
    ),
    (Code.CLOCK, OK): _("The time is known from the server's clock."),
    (Code.CLOCK, DOUBT): _(
        "The time is uncertain: the phone had been restarted, or its clocks contradict each other. A person will look."
    ),
    (Code.CLOCK_CHANGED, OK): _("The phone's clock was right (at most {threshold} min off)."),
    (Code.CLOCK_CHANGED, DOUBT): _(
        "The phone's clock was {value} min off; up to {threshold} min are allowed. The server's time was used. A person will look."
    ),
    (Code.ORDER, OK): _("An order for public works was in force."),
    (Code.ORDER, DOUBT): _("No order for public works was in force on that day. A person will look."),
    (Code.ORDER_DAY, OK): _("The order allows work on that day."),
    (Code.ORDER_DAY, DOUBT): _("The order does not allow work on that day. A person will look."),
    (Code.SPOT_CHECK, OK): _("It answers a spot check that was drawn for this person and shift."),
    (Code.SPOT_CHECK, DOUBT): _(
        "The spot check that it names was not drawn for this person and shift. A person will look."
    ),
    (Code.SPOT_CHECK_IN_TIME, OK): _("The spot check was answered in time."),
    (Code.SPOT_CHECK_IN_TIME, DOUBT): _("The spot check was not answered in its time. A person will look."),
    (Code.SPOT_CHECK_FOREKNOWN, OK): _(
        "The draw of this spot check lay on the phone beforehand, because the phone was to be offline: foreknowledge is possible."
    ),
}

SUMMARIES: dict[Outcome | None, Message] = {
    None: _("Received and kept; the verdict follows."),
    Outcome.ACCEPTED: _("Accepted."),
    Outcome.TO_REVIEW: _("Kept; a person will decide."),
    Outcome.REFUSED: _("Refused."),
}

REMEDIES: dict[Remedy, Message] = {
    Remedy.NONE: _("Nothing more to do."),
    Remedy.RETAKE: _("Take it again in good light, and let the person follow the voice."),
    Remedy.MOVE_INSIDE: _("Go to the place of work and take it again."),
    Remedy.WAIT_FOR_REVIEW: _("Nothing to do now: the decision will come to this phone."),
    Remedy.ASK_DISPATCHER: _(
        "Check that the right person is chosen; if so, ask the dispatcher for the paper way."
    ),
}

DECISIONS: dict[Outcome, Message] = {
    Outcome.ACCEPTED: _("A person of the staff looked at it and accepted it."),
    Outcome.REFUSED: _("A person of the staff looked at it and refused it."),
}

DECISION_REASONS: dict[DecisionReason, Message] = {
    DecisionReason.EVIDENCE_CONVINCES: _("Reason: the evidence convinces."),
    DecisionReason.DEVICE_FAULT: _("Reason: the phone or the camera was at fault."),
    DecisionReason.PLACE_EXPLAINED: _("Reason: the place is explained."),
    DecisionReason.KNOWN_IN_PERSON: _(
        "Reason: the person is known to the officer and is seen in the pictures."
    ),
    DecisionReason.OTHER_PERSON_SHOWN: _("Reason: the pictures show another person."),
    DecisionReason.PICTURE_OF_A_PICTURE: _("Reason: the pictures show a picture or a screen."),
    DecisionReason.NOT_AT_THE_PLACE: _("Reason: it was not made at the place of work."),
    DecisionReason.EVIDENCE_INSUFFICIENT: _("Reason: the evidence is not sufficient."),
    DecisionReason.OTHER: _("Reason: the officer has written it down; ask for the receipt."),
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
        percent=number(_percent(value), language),
        percent_needed=number(_percent(threshold), language),
    )
    return translate(message, language)


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share)


def summary(outcome: Outcome | None, remedy: Remedy | None, language: Language) -> str:
    """The verdict in one or two sentences."""
    parts = [SUMMARIES[outcome]] + ([REMEDIES[remedy]] if remedy and remedy is not Remedy.NONE else [])
    return " ".join(translate(part, language) for part in parts)


def decision(outcome: Outcome, reason: DecisionReason, language: Language) -> str:
    """What a person of the staff decided, and why; the officer's own words stay with the evidence."""
    return " ".join(translate(part, language) for part in (DECISIONS[outcome], DECISION_REASONS[reason]))


def number(value: float | None, language: Language) -> str:
    """A number as the language writes it, without needless decimals."""
    if value is None:
        return "?"
    text = f"{value:.4g}" if abs(value) < 1000 else f"{value:.0f}"
    return text if language is Language.EN else text.replace(".", ",")
