"""How each kind of ledger entry is shown: an icon, a tone and the glossary's word; unknown kinds fall back to plain ones."""

from __future__ import annotations

from dataclasses import dataclass

from shared.i18n import Message
from shared.vocabulary import (
    BiometricBasis,
    CheckInKind,
    EnrolmentState,
    FindingCode,
    FindingResult,
    Outcome,
    Remedy,
    TaskKind,
    TaskState,
)

_ = Message


@dataclass(frozen=True)
class Sign:
    """An icon of icons.svg, a tone of the design tokens (empty: none), and the word that always stands with them."""

    icon: str
    tone: str
    word: Message


KINDS: dict[str, Sign] = {
    "session.started": Sign("enter", "", _("Signed in")),
    "session.ended": Sign("leave", "", _("Signed out")),
    "user.invited": Sign("user", "", _("Member of staff invited")),
    "user.changed": Sign("user", "", _("Member of staff changed")),
    "user.disabled": Sign("user-off", "warn", _("Account disabled")),
    "user.password_set": Sign("key", "", _("Password set")),
    "user.password_reset": Sign("key", "warn", _("Password reset")),
    "user.logged_out_everywhere": Sign("leave", "", _("Signed out everywhere")),
    "user.locked": Sign("lock", "warn", _("Account rests after failures")),
    "device.registered": Sign("device", "", _("Device registered")),
    "device.revoked": Sign("device-off", "warn", _("Device revoked")),
    "district.created": Sign("map", "", _("District added")),
    "geofence.created": Sign("polygon", "", _("Geofence added")),
    "geofence.changed": Sign("polygon", "", _("Geofence changed")),
    "geofence.archived": Sign("polygon", "", _("Geofence archived")),
    "task.created": Sign("task", "", _("Task created")),
    "task.changed": Sign("task", "", _("Task changed")),
    "task.moved": Sign("task", "", _("Task moved on")),
    "person.registered": Sign("person", "", _("Person registered")),
    "person.changed": Sign("person", "", _("Person's record changed")),
    "person.erased": Sign("eraser", "warn", _("Person's data erased")),
    "enrolment.received": Sign("face", "wait", _("Enrolment photos received")),
    "enrolment.judged": Sign("face", "", _("Enrolment photos judged")),
    "check_in.received": Sign("clock", "wait", _("Check-in received")),
    "check_in.judged": Sign("pin", "", _("Check-in judged")),
    "access_log.anchored": Sign("anchor", "", _("Access log anchored")),
}

# A verdict's entry is named by its outcome: what happened matters more than that it was judged.
OUTCOMES: dict[str, dict[str, Sign]] = {
    "check_in.judged": {
        Outcome.ACCEPTED: Sign("good", "good", _("Check-in accepted")),
        Outcome.TO_REVIEW: Sign("review", "warn", _("Check-in to review")),
        Outcome.REFUSED: Sign("bad", "bad", _("Check-in refused")),
    },
    "enrolment.judged": {
        EnrolmentState.ENROLLED: Sign("good", "good", _("Enrolment photos accepted")),
        EnrolmentState.REFUSED: Sign("bad", "bad", _("Enrolment photos refused")),
    },
}

# Words for values that facts hold, by the fact's own word.
VALUES: dict[str, Message] = {
    CheckInKind.ARRIVAL: _("arrival"),
    CheckInKind.DEPARTURE: _("departure"),
    CheckInKind.SPOT_CHECK: _("spot check"),
    Outcome.ACCEPTED: _("accepted"),
    Outcome.TO_REVIEW: _("to review"),
    Outcome.REFUSED: _("refused"),
    TaskState.DRAFT: _("draft"),
    TaskState.ASSIGNED: _("assigned"),
    TaskState.IN_PROGRESS: _("in progress"),
    TaskState.DONE: _("done"),
    TaskState.VERIFIED: _("verified"),
    TaskState.CANCELLED: _("cancelled"),
    TaskKind.PUBLIC_WORKS: _("public works"),
    TaskKind.INSPECTION: _("inspection"),
    TaskKind.REPAIR: _("repair"),
    TaskKind.WASTE: _("waste"),
    TaskKind.SNOW: _("snow"),
    FindingCode.FACE_MATCH: _("face"),
    FindingCode.FRAMES_USABLE: _("usable frames"),
    FindingCode.FRAMES_ONE_IDENTITY: _("frames of one person"),
    FindingCode.TEMPLATE: _("face template"),
    FindingCode.PLACE: _("place"),
    FindingCode.FIXES_USABLE: _("usable location fixes"),
    FindingCode.LOCATION_MOCK: _("mock location"),
    FindingCode.TIME_WINDOW: _("time window"),
    FindingCode.DELIVERY: _("late delivery"),
    FindingCode.PERSON_ON_TASK: _("person on the task"),
    FindingCode.VERIFIER: _("verifier"),
    Remedy.NONE: _("nothing"),
    Remedy.RETAKE: _("retake"),
    Remedy.MOVE_INSIDE: _("move into the geofence"),
    Remedy.WAIT_FOR_REVIEW: _("wait for the review"),
    Remedy.ASK_DISPATCHER: _("ask the dispatcher"),
    EnrolmentState.ENROLLED: _("enrolled"),
    BiometricBasis.CONSENT: _("consent"),
    BiometricBasis.LAW: _("law"),
    "bad_picture": _("not a usable picture"),  # the problems of enrolment photos; faces are for workers alone
    "not_readable": _("picture cannot be read"),
    "no_face": _("no face"),
    "several_faces": _("several faces"),
    "face_unclear": _("face unclear"),
    "face_too_small": _("face too small"),
    "face_cut_off": _("face cut off"),
    "blurred": _("blurred"),
    "too_dark": _("too dark"),
    "too_bright": _("too bright"),
    "uneven_light": _("uneven light"),
    "turned": _("head turned"),
    "nodded": _("head nodded"),
    "tilted": _("head tilted"),
    "other_face": _("another person's face"),
    "same_photo": _("the same photo twice"),
    "too_few_photos": _("too few photos"),
    "too_many_photos": _("too many photos"),
    "administration": _("administration"),
    "supervision": _("supervision"),
    "operations": _("city services"),
}

# What one finding of a verdict says; a fine one goes without saying in a row.
RESULTS: dict[str, Message] = {
    FindingResult.OK: _("in order"),
    FindingResult.DOUBT: _("doubtful"),
    FindingResult.FAIL: _("does not fit"),
}

# Names of facts; one that is not here is shown by its own name.
FACTS: dict[str, Message] = {
    "role": _("Role"),
    "code": _("Code"),
    "public_key": _("Public key"),
    "sessions": _("Sessions ended"),
    "failures": _("Failures in a row"),
    "until": _("Until"),
    "district_ids": _("Districts"),
    "disabled": _("Disabled"),
    "kind": _("Kind"),
    "task_kind": _("Kind of task"),
    "outcome": _("Verdict"),
    "reasons": _("Reasons"),
    "state": _("State"),
    "source": _("From"),
    "target": _("To"),
    "with_reason": _("With a reason"),
    "findings": _("Findings"),
    "remedy": _("What to do"),
    "person": _("Person"),
    "task": _("Task"),
    "device": _("Device"),
    "model": _("Model"),
    "threshold": _("Threshold"),
    "evidence": _("Hash of the evidence"),
    "boundary_sha256": _("Hash of the boundary"),
    "boundary": _("Boundary"),
    "valid_from": _("Valid from"),
    "valid_until": _("Valid until"),
    "version": _("Version"),
    "priority": _("Priority"),
    "starts_at": _("Starts"),
    "ends_at": _("Ends"),
    "geofence_id": _("Geofence"),
    "district_id": _("District"),
    "assignee_ids": _("Assignees"),
    "person_ids": _("People"),
    "biometric_basis": _("Basis for biometrics"),
    "count": _("Count"),
    "root": _("Root hash"),
    "after_id": _("After entry"),
    "through_id": _("Through entry"),
    "photos": _("Photos"),
    "frames": _("Frames"),
    "fields": _("Fields"),
}

# What an opaque id names: `user:3f2a…` in actors and subjects.
TYPES: dict[str, Message] = {
    "user": _("staff"),
    "session": _("session"),
    "device": _("device"),
    "district": _("district"),
    "geofence": _("geofence"),
    "task": _("task"),
    "person": _("person"),
    "enrolment": _("enrolment"),
    "check_in": _("check-in"),
    "access_log": _("access log"),
    "system": _("system"),
    "cli": _("command line"),
}
