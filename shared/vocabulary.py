"""The words both sides speak: one word per concept in code, API, screens and database (see docs/glossary.md)."""

from __future__ import annotations

from enum import StrEnum


class Language(StrEnum):
    """Languages of every message; Russian is the default."""

    RU = "ru"
    KK = "kk"
    EN = "en"


class Role(StrEnum):
    """What a staff user is to the city."""

    ADMINISTRATOR = "administrator"
    DISPATCHER = "dispatcher"
    SUPERVISOR = "supervisor"
    CREW = "crew"
    PROBATION_OFFICER = "probation_officer"


class Audience(StrEnum):
    """Who a ledger entry is for; accounts.policy says which role belongs to which."""

    ADMINISTRATION = "administration"
    SUPERVISION = "supervision"
    OPERATIONS = "operations"


class TaskKind(StrEnum):
    """What has to be done."""

    PUBLIC_WORKS = "public_works"
    INSPECTION = "inspection"
    REPAIR = "repair"
    WASTE = "waste"
    SNOW = "snow"


class TaskState(StrEnum):
    """Where a task is in its life; the allowed changes stand in backend.tasks.rules."""

    DRAFT = "draft"
    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    VERIFIED = "verified"
    CANCELLED = "cancelled"


class EvidenceKind(StrEnum):
    """Evidence that a task asks for before it may be called done."""

    CHECK_IN = "check_in"
    PHOTO = "photo"
    TRACK = "track"


class CheckInKind(StrEnum):
    """The moment of work that a check-in proves."""

    ARRIVAL = "arrival"
    DEPARTURE = "departure"
    SPOT_CHECK = "spot_check"


class CheckInState(StrEnum):
    """Whether the server has judged a check-in yet."""

    PENDING = "pending"
    JUDGED = "judged"


class Outcome(StrEnum):
    """What a verdict says."""

    ACCEPTED = "accepted"
    TO_REVIEW = "to_review"
    REFUSED = "refused"


class FindingResult(StrEnum):
    """What one reason says by itself."""

    OK = "ok"
    DOUBT = "doubt"
    FAIL = "fail"


class Remedy(StrEnum):
    """What the person with the phone can do about a verdict."""

    NONE = "none"
    RETAKE = "retake"
    MOVE_INSIDE = "move_inside"
    WAIT_FOR_REVIEW = "wait_for_review"
    ASK_DISPATCHER = "ask_dispatcher"


class PlaceState(StrEnum):
    """Where several fixes together say the person is."""

    INSIDE = "inside"
    UNCERTAIN = "uncertain"
    OUTSIDE = "outside"


class FindingCode(StrEnum):
    """Each single thing a verdict looks at."""

    FACE_MATCH = "face_match"
    FRAMES_USABLE = "frames_usable"
    FRAMES_ONE_IDENTITY = "frames_one_identity"
    TEMPLATE = "template"
    PLACE = "place"
    FIXES_USABLE = "fixes_usable"
    LOCATION_MOCK = "location_mock"
    TIME_WINDOW = "time_window"
    DELIVERY = "delivery"
    PERSON_ON_TASK = "person_on_task"
    TASK_OPEN = "task_open"
    SUPERVISOR_ON_TASK = "supervisor_on_task"
    VERIFIER = "verifier"


class BiometricBasis(StrEnum):
    """On what legal ground a person's face may be processed; without one the paper way is used."""

    CONSENT = "consent"
    LAW = "law"
    REFUSED = "refused"


class EnrolmentState(StrEnum):
    """What became of enrolment photos."""

    PENDING = "pending"
    ENROLLED = "enrolled"
    REFUSED = "refused"
