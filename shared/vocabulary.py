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


class Move(StrEnum):
    """A movement of the head that a challenge asks for; left and right are the person's own."""

    LEFT = "left"
    RIGHT = "right"
    UP = "up"
    DOWN = "down"


class Camera(StrEnum):
    """Which camera of the phone took the frames."""

    FRONT = "front"
    REAR = "rear"


class LivenessOutcome(StrEnum):
    """Whether the frames show a living head that moved as asked; ``unknown``: it did not move enough to tell."""

    LIVE = "live"
    UNCERTAIN = "uncertain"
    ATTACK = "attack"
    UNKNOWN = "unknown"


class ChallengeState(StrEnum):
    """How a check-in stands to the challenge that it answers, when it is received."""

    GOOD = "good"
    NONE = "none"
    STALE = "stale"
    UNKNOWN = "unknown"
    SPENT = "spent"
    OTHER_PERSON = "other_person"
    OTHER_DEVICE = "other_device"


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
    FACE_UNSURE = "face_unsure"
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
    MOVED_AWAY = "moved_away"
    VERIFIER = "verifier"
    FRAMES_SEEN_BEFORE = "frames_seen_before"
    TRIES = "tries"
    CHALLENGE = "challenge"
    CHALLENGE_FRESH = "challenge_fresh"
    CHALLENGE_ONCE = "challenge_once"
    CHALLENGE_OWN = "challenge_own"
    ENROLLED_BY_OTHER = "enrolled_by_other"
    LIVE_MOVEMENT = "live_movement"
    LIVE_CONTINUITY = "live_continuity"
    LIVE_DEPTH = "live_depth"
    FIXES_TIMELY = "fixes_timely"
    LOCATION_SPEED = "location_speed"
    LOCATION_FROZEN = "location_frozen"
    CLOCK = "clock"
    CLOCK_CHANGED = "clock_changed"
    ORDER = "order"
    ORDER_DAY = "order_day"
    SPOT_CHECK = "spot_check"
    SPOT_CHECK_IN_TIME = "spot_check_in_time"
    SPOT_CHECK_FOREKNOWN = "spot_check_foreknown"


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


class Regime(StrEnum):
    """By which law a person serves public works."""

    CRIMINAL = "criminal"
    ADMINISTRATIVE = "administrative"


class OrderState(StrEnum):
    """Where an order is in its life; the allowed changes stand in backend.people.order_rules."""

    REGISTERED = "registered"
    ENROLLED = "enrolled"
    SERVING = "serving"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    REMOVED = "removed"


class ReviewState(StrEnum):
    """Whether a person of the staff has decided."""

    OPEN = "open"
    DECIDED = "decided"


class ReviewCause(StrEnum):
    """Why a check-in is looked at by a person."""

    DOUBT = "doubt"
    SAMPLE = "sample"
    APPEAL = "appeal"


class DecisionReason(StrEnum):
    """Why a person of the staff decided so; the words beside it say more."""

    EVIDENCE_CONVINCES = "evidence_convinces"
    DEVICE_FAULT = "device_fault"
    PLACE_EXPLAINED = "place_explained"
    KNOWN_IN_PERSON = "known_in_person"
    OTHER_PERSON_SHOWN = "other_person_shown"
    PICTURE_OF_A_PICTURE = "picture_of_a_picture"
    NOT_AT_THE_PLACE = "not_at_the_place"
    EVIDENCE_INSUFFICIENT = "evidence_insufficient"
    OTHER = "other"


class AppealState(StrEnum):
    """What became of an appeal."""

    FILED = "filed"
    UPHELD = "upheld"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class PaperReason(StrEnum):
    """Why attendance is kept on paper."""

    BIOMETRICS_REFUSED = "biometrics_refused"
    NOT_MATCHABLE = "not_matchable"
    PHONE_FAILED = "phone_failed"
    NO_PHONE = "no_phone"
    OTHER = "other"


class SheetState(StrEnum):
    """Whether a second member of staff has approved a paper sheet."""

    ENTERED = "entered"
    APPROVED = "approved"
    REFUSED = "refused"


class AbsenceReason(StrEnum):
    """Why somebody was not there; it is never called evasion."""

    ILLNESS = "illness"
    COURT = "court"
    WEATHER = "weather"
    NO_WORK = "no_work"
    FAMILY = "family"
    OTHER = "other"
    NOT_EXPLAINED = "not_explained"


class AbsenceState(StrEnum):
    """Whether the reason of an absence was confirmed by a second member of staff."""

    ENTERED = "entered"
    CONFIRMED = "confirmed"
    NOT_CONFIRMED = "not_confirmed"


class SpotCheckState(StrEnum):
    """What became of a spot check."""

    DRAWN = "drawn"
    ANSWERED = "answered"
    MISSED = "missed"
    CANCELLED = "cancelled"


class PresenceEnd(StrEnum):
    """What ends a stretch of proven presence."""

    DEPARTURE = "departure"
    LAST_PROOF = "last_proof"
    SHEET = "sheet"


class DefectKind(StrEnum):
    """What is wrong with a road, or lies on it; the kinds of cracks are derived from their outline."""

    POTHOLE = "pothole"
    CRACK_LONGITUDINAL = "crack_longitudinal"
    CRACK_TRANSVERSE = "crack_transverse"
    CRACK_NETWORK = "crack_network"
    SNOW_PILE = "snow_pile"
    OTHER = "other"


class DefectSource(StrEnum):
    """How a report of a defect came in."""

    PHONE = "phone"
    CITIZEN = "citizen"
    VEHICLE = "vehicle"


class MovedBecause(StrEnum):
    """Why a person puts a report elsewhere than its own fixes showed."""

    RECEIVER_OFF = "receiver_off"
    REPORTED_LATER = "reported_later"
    OTHER = "other"


class PublicService(StrEnum):
    """What a citizen may report through the public door."""

    POTHOLE = "pothole"
    CRACKS = "cracks"
    SNOW = "snow"
    OTHER = "other"


class Moderation(StrEnum):
    """Whether a citizen's report was let in."""

    WAITING = "waiting"
    LET_IN = "let_in"
    REFUSED = "refused"


class CannotAssess(StrEnum):
    """Why a photo says nothing of a road: what is not seen is never called good."""

    NO_ROAD = "no_road"
    TOO_DARK = "too_dark"
    BLURRED = "blurred"
    SNOW_COVERED = "snow_covered"
    UNSURE = "unsure"  # neither faults nor sound road for certain: a person must look
    UNREADABLE = "unreadable"
    NO_MODEL = "no_model"  # nothing looks on this server, or what looks fails: a person must


class LookState(StrEnum):
    """Whether the photos of a report have been looked at and blurred."""

    PENDING = "pending"
    DONE = "done"


class Severity(StrEnum):
    """How bad a defect is, after ASTM D6433."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class DefectState(StrEnum):
    """Where a reported defect is in its life."""

    RECEIVED = "received"
    CONFIRMED = "confirmed"
    PLANNED = "planned"
    REPAIRING = "repairing"
    REPAIRED = "repaired"
    CLOSED = "closed"
    REJECTED = "rejected"


class CaseState(StrEnum):
    """Where a case, the life of one fault, is; the allowed changes stand in backend.roads.cases.rules.life."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    PLANNED = "planned"
    REPAIRING = "repairing"
    REPAIRED = "repaired"
    CLOSED = "closed"
    REJECTED = "rejected"
    JOINED = "joined"


class ProofCheck(StrEnum):
    """What the model says of a photo of a repaired place."""

    WAITING = "waiting"
    CLEAN = "clean"
    FAULTY = "faulty"
    CANNOT = "cannot"


class RouteKind(StrEnum):
    """What a route hauls or clears."""

    WASTE = "waste"
    SNOW_CLEARING = "snow_clearing"
    SNOW_HAULING = "snow_hauling"
    OTHER = "other"


class RouteState(StrEnum):
    """Where a route is in its life; phones see it from «released» on."""

    DRAFT = "draft"
    RELEASED = "released"
    DRIVING = "driving"
    CLOSED = "closed"


class PlanState(StrEnum):
    """Where the plan of a day is in its life."""

    PLANNING = "planning"
    DRAFT = "draft"
    FAILED = "failed"
    RELEASED = "released"
    DRIVING = "driving"
    CLOSED = "closed"
    DISCARDED = "discarded"


class RunState(StrEnum):
    """How far a run of the solver is."""

    PENDING = "pending"
    DONE = "done"
    FAILED = "failed"


class StopAction(StrEnum):
    """What is done at a stop or along a segment."""

    COLLECT = "collect"
    UNLOAD = "unload"
    CLEAR = "clear"
    GRIT = "grit"
    LOAD = "load"
    REFILL = "refill"
    BREAK = "break"
    DEPOT = "depot"
    VISIT = "visit"


class WinterWork(StrEnum):
    """What is done on a street in winter; clearing and gritting are stops' actions too."""

    CLEAR = "clear"
    GRIT = "grit"
    PAVEMENT = "pavement"


class StreetServed(StrEnum):
    """How a street stands tonight, for anybody who asks."""

    DONE = "done"  # nothing lacks: it was worked on since the snow, or none fell
    WAITING = "waiting"
    LATE = "late"
    NOT_SERVED = "not_served"  # the city does not clear it


class GritMaterial(StrEnum):
    """What is spread on ice."""

    SALT = "salt"
    SAND = "sand"


class StopState(StrEnum):
    """Whether a stop is done."""

    PLANNED = "planned"
    DONE = "done"
    SKIPPED = "skipped"


class SkipReason(StrEnum):
    """Why a stop was skipped."""

    BLOCKED = "blocked"
    PARKED_CARS = "parked_cars"
    EMPTY = "empty"
    NOT_THERE = "not_there"
    DANGER = "danger"
    BROKEN = "broken"
    NO_TIME = "no_time"
    OTHER = "other"


class StopChange(StrEnum):
    """What a new version of a route did to a stop."""

    ADDED = "added"
    MOVED = "moved"
    CHANGED = "changed"


class StreetSide(StrEnum):
    """Which side of a street is worked on, in driving direction."""

    RIGHT = "right"
    LEFT = "left"
    BOTH = "both"


class Turn(StrEnum):
    """What a driver does at an instruction."""

    DEPART = "depart"
    STRAIGHT = "straight"
    SLIGHT_LEFT = "slight_left"
    LEFT = "left"
    SHARP_LEFT = "sharp_left"
    SLIGHT_RIGHT = "slight_right"
    RIGHT = "right"
    SHARP_RIGHT = "sharp_right"
    U_TURN = "u_turn"
    ROUNDABOUT = "roundabout"
    ARRIVE = "arrive"


class VehicleKind(StrEnum):
    """What a vehicle is; refuse trucks by the side from which they lift a container."""

    REFUSE_REAR = "refuse_rear"
    REFUSE_SIDE = "refuse_side"
    REFUSE_FRONT = "refuse_front"
    REFUSE_CRANE = "refuse_crane"
    SKIP_LOADER = "skip_loader"
    PLOUGH = "plough"
    GRADER = "grader"
    SPREADER = "spreader"
    SWEEPER = "sweeper"
    LOADER = "loader"
    SNOW_LOADER = "snow_loader"
    DUMP_TRUCK = "dump_truck"
    TRACTOR = "tractor"
    OTHER = "other"


class ContainerType(StrEnum):
    """How a container is lifted, which decides the vehicles that can empty it; its volume is a number beside."""

    WHEELED = "wheeled"
    METAL = "metal"
    SKIP = "skip"
    UNDERGROUND = "underground"
    MESH = "mesh"


class FacilityKind(StrEnum):
    """What a facility of the fleet is for."""

    DEPOT = "depot"
    LANDFILL = "landfill"
    TRANSFER_STATION = "transfer_station"
    SNOW_DUMP = "snow_dump"


class ShiftState(StrEnum):
    """Where a vehicle's shift is in its life; the allowed changes stand in backend.fleet.shifts.rules."""

    PLANNED = "planned"
    RUNNING = "running"
    CLOSED = "closed"
    CANCELLED = "cancelled"
