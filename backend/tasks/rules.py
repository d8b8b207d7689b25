"""What a task may be: its states and the moves between them, and what makes a plan of work sound. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from shared.geometry import Point, distance_m
from shared.i18n import Message
from shared.vocabulary import EvidenceKind, Role, TaskKind, TaskState

_ = Message
WINDOW_MAX = timedelta(days=31)
RADIUS_MIN_M = 20.0  # in a smaller place no fix is plainly inside: accuracy is often 10 m
RADIUS_MAX_M = 5_000.0

Errors = dict[str, list[Message]]

# --- states --------------------------------------------------------------------------------------------


class Need(StrEnum):
    """What a move asks for."""

    ASSIGNEES = "assignees"
    REASON = "reason"
    EVIDENCE = "evidence"


@dataclass(frozen=True)
class Move:
    """A change of state that some roles may make."""

    source: TaskState
    target: TaskState
    roles: frozenset[Role]
    needs: frozenset[Need] = frozenset()


PLANNERS = frozenset({Role.ADMINISTRATOR, Role.DISPATCHER})
EVERYONE = PLANNERS | {Role.SUPERVISOR, Role.CREW}
ASSIGNEES, REASON, EVIDENCE = (frozenset({need}) for need in Need)

MOVES: tuple[Move, ...] = (
    Move(TaskState.DRAFT, TaskState.ASSIGNED, PLANNERS, ASSIGNEES),
    Move(TaskState.ASSIGNED, TaskState.DRAFT, PLANNERS),
    Move(TaskState.ASSIGNED, TaskState.IN_PROGRESS, EVERYONE),
    Move(TaskState.IN_PROGRESS, TaskState.DONE, EVERYONE, EVIDENCE),
    Move(TaskState.DONE, TaskState.VERIFIED, PLANNERS),
    Move(TaskState.DONE, TaskState.IN_PROGRESS, PLANNERS, REASON),
    Move(TaskState.DRAFT, TaskState.CANCELLED, PLANNERS, REASON),
    Move(TaskState.ASSIGNED, TaskState.CANCELLED, PLANNERS, REASON),
    Move(TaskState.IN_PROGRESS, TaskState.CANCELLED, PLANNERS, REASON),
    Move(TaskState.DONE, TaskState.CANCELLED, PLANNERS, REASON),
)
CLOSED = frozenset({TaskState.VERIFIED, TaskState.CANCELLED})
CHANGEABLE = frozenset({TaskState.DRAFT, TaskState.ASSIGNED, TaskState.IN_PROGRESS})
HANDED_OUT = frozenset({TaskState.ASSIGNED, TaskState.IN_PROGRESS})
NEED_ASSIGNEES = frozenset({TaskState.ASSIGNED, TaskState.IN_PROGRESS})


def find_move(source: TaskState, target: TaskState) -> Move | None:
    """The move from one state to another, None where there is none."""
    return next((move for move in MOVES if (move.source, move.target) == (source, target)), None)


def next_states(source: TaskState) -> list[TaskState]:
    """Where a task can go from a state."""
    return [move.target for move in MOVES if move.source is source]


def move_errors(
    move: Move, *, assignee_count: int, reason: str, missing_evidence: Sequence[EvidenceKind] = ()
) -> Errors:
    """What a move still lacks, by field."""
    errors: Errors = {}
    if Need.ASSIGNEES in move.needs and not assignee_count:
        errors["to"] = [_("needs somebody to do the task: set assignee_ids first")]
    if Need.REASON in move.needs and not reason.strip():
        message = _("must say why the task goes from {source} to {target}")
        errors["reason"] = [message.format(source=move.source.value, target=move.target.value)]
    if Need.EVIDENCE in move.needs and missing_evidence:
        message = _("needs evidence that is not there yet: {kinds}; send it first")
        errors["to"] = [message.format(kinds=", ".join(kind.value for kind in missing_evidence))]
    return errors


def state_diagram() -> str:
    """The moves as a Mermaid state diagram, for the documentation."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    for move in MOVES:
        who = "anyone on it" if move.roles == EVERYONE else "dispatcher"
        needs = "".join(f", needs {need.value}" for need in sorted(move.needs))
        lines.append(f"    {move.source.value} --> {move.target.value}: {who}{needs}")
    return "\n".join([*lines, *(f"    {state.value} --> [*]" for state in sorted(CLOSED))]) + "\n"


# --- plans ---------------------------------------------------------------------------------------------


ASSIGNABLE: dict[TaskKind, frozenset[Role]] = {
    # Only they check people in and may see who the people are
    TaskKind.PUBLIC_WORKS: frozenset({Role.SUPERVISOR}),
    **dict.fromkeys(
        (TaskKind.INSPECTION, TaskKind.REPAIR, TaskKind.WASTE, TaskKind.SNOW),
        frozenset({Role.SUPERVISOR, Role.CREW}),
    ),
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is to be done, where, when and by whom: everything of a task that a planner sets."""

    district_id: UUID
    kind: TaskKind
    title: str
    note: str
    priority: int
    starts_at: datetime
    ends_at: datetime
    geofence_id: UUID | None
    place: Point | None
    radius_m: float | None
    required_evidence: tuple[EvidenceKind, ...]
    assignee_ids: frozenset[UUID]
    person_ids: frozenset[UUID]


class FenceState(Protocol):
    """What is known of the geofence that a plan names."""

    @property
    def district_id(self) -> UUID: ...
    @property
    def valid_from(self) -> datetime: ...
    @property
    def valid_until(self) -> datetime | None: ...
    @property
    def archived(self) -> bool: ...


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the city's records say about the ids in a plan, and where the city lies."""

    fence: FenceState | None
    staff_roles: Mapping[UUID, Role]  # active staff of the plan's district
    people: Set[UUID]  # people of the plan's district whose data is not erased
    city: Point
    city_radius_km: float


def plan_errors(plan: Plan, state: TaskState, known: Known) -> Errors:
    """Everything that is wrong with a plan in a state, by field; empty when it is sound."""
    errors: Errors = {}
    _check_window(plan, errors)
    if plan.geofence_id is not None and plan.place is not None:
        errors["place"] = [
            _("must not stand beside geofence_id: send one of the two, and null for the other")
        ]
    elif plan.geofence_id is not None:
        _check_fence(plan, known, errors)
    elif plan.place is not None:
        _check_place(plan.place, known, errors)
    else:
        errors["geofence_id"] = [_("must name where the work is: send geofence_id, or place with radius_m")]
    _check_radius(plan, errors)
    _check_assignees(plan, state, known, errors)
    _check_people(plan, known, errors)
    return errors


def _check_window(plan: Plan, errors: Errors) -> None:
    start, end = plan.starts_at.isoformat(), plan.ends_at.isoformat()
    if plan.ends_at <= plan.starts_at:
        errors["ends_at"] = [
            _("must lie after starts_at {start}, was {value}").format(start=start, value=end)
        ]
    elif plan.ends_at - plan.starts_at > WINDOW_MAX:
        message = _("must lie at most {days} days after starts_at {start}, was {value}: split the task")
        errors["ends_at"] = [message.format(days=WINDOW_MAX.days, start=start, value=end)]


def _check_fence(plan: Plan, known: Known, errors: Errors) -> None:
    fence, value = known.fence, str(plan.geofence_id)
    if fence is None or fence.district_id != plan.district_id:
        message = _("must be a geofence of the task's district, was {value}; see /geofences")
        errors["geofence_id"] = [message.format(value=value)]
    elif fence.archived:
        errors["geofence_id"] = [
            _("must be a geofence in use, {value} is archived: choose another").format(value=value)
        ]
    elif plan.starts_at < fence.valid_from or (
        fence.valid_until is not None and plan.ends_at > fence.valid_until
    ):
        start = fence.valid_from.isoformat()
        end = fence.valid_until.isoformat() if fence.valid_until else "…"
        message = _(
            "must be in force during the whole task, {value} is from {start} to {end}: choose another"
        )
        errors["geofence_id"] = [message.format(value=value, start=start, end=end)]


def _check_place(place: Point, known: Known, errors: Errors) -> None:
    distance_km = distance_m(known.city, place) / 1000
    if distance_km <= known.city_radius_km:
        return
    turned = Point(lat=place.lon, lon=place.lat)
    if abs(turned.lat) <= 90 and distance_m(known.city, turned) / 1000 <= known.city_radius_km:
        message = _("looks like lat,lon, GeoJSON is lon,lat: write [{lon}, {lat}]")
        errors["place"] = [message.format(lon=turned.lon, lat=turned.lat)]
        return
    message = _("must lie within {max} km of the city, [{lon}, {lat}] is {distance} km away")
    errors["place"] = [
        message.format(
            max=f"{known.city_radius_km:g}", lon=place.lon, lat=place.lat, distance=round(distance_km)
        )
    ]


def _check_radius(plan: Plan, errors: Errors) -> None:
    if plan.place is None and plan.radius_m is not None:
        errors["radius_m"] = [_("goes with place only: send null with a geofence")]
    elif plan.place is not None and (
        plan.radius_m is None or not RADIUS_MIN_M <= plan.radius_m <= RADIUS_MAX_M
    ):
        message = _("must be {min} to {max} m around the place, was {value}")
        value = "null" if plan.radius_m is None else f"{plan.radius_m:g}"
        errors["radius_m"] = [message.format(min=f"{RADIUS_MIN_M:g}", max=f"{RADIUS_MAX_M:g}", value=value)]


def _check_assignees(plan: Plan, state: TaskState, known: Known, errors: Errors) -> None:
    if not plan.assignee_ids and state in NEED_ASSIGNEES:
        message = _("must not be empty while the task is {state}: move it back or cancel it")
        errors["assignee_ids"] = [message.format(state=state.value)]
        return
    allowed = ASSIGNABLE[plan.kind]
    wrong = sorted(
        str(user_id) for user_id in plan.assignee_ids if known.staff_roles.get(user_id) not in allowed
    )
    if wrong:
        message = _(
            "must be active staff of the task's district with the role {roles}, was {value}; see /users"
        )
        roles = ", ".join(sorted(role.value for role in allowed))
        errors["assignee_ids"] = [message.format(roles=roles, value=", ".join(wrong))]


def _check_people(plan: Plan, known: Known, errors: Errors) -> None:
    if plan.person_ids and plan.kind is not TaskKind.PUBLIC_WORKS:
        message = _("belong to tasks of kind {kind} only, this one is {value}: send an empty list")
        errors["person_ids"] = [message.format(kind=TaskKind.PUBLIC_WORKS.value, value=plan.kind.value)]
        return
    wrong = sorted(str(person_id) for person_id in plan.person_ids - known.people)
    if wrong:
        message = _("must be people of the task's district, was {value}; see /people")
        errors["person_ids"] = [message.format(value=", ".join(wrong))]
