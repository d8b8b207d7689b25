"""The states of a task and the soundness of a plan."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from backend.tasks import rules
from backend.tasks.rules import Known, Plan
from shared.geometry import Point
from shared.vocabulary import Role, TaskKind, TaskState

DISTRICT, STAFF, PERSON, FENCE = uuid4(), uuid4(), uuid4(), uuid4()
START = datetime(2026, 11, 23, 4, tzinfo=UTC)
CITY = Point(lat=54.87, lon=69.15)


@dataclass(frozen=True)
class Fence:
    """What the rules ask of a geofence."""

    district_id: UUID = DISTRICT
    valid_from: datetime = START - timedelta(days=1)
    valid_until: datetime | None = None
    archived: bool = False


PLAN = Plan(
    district_id=DISTRICT,
    kind=TaskKind.PUBLIC_WORKS,
    title="Sweep",
    note="",
    priority=3,
    starts_at=START,
    ends_at=START + timedelta(hours=4),
    geofence_id=None,
    place=CITY,
    radius_m=100.0,
    required_evidence=(),
    assignee_ids=frozenset({STAFF}),
    person_ids=frozenset({PERSON}),
)
FENCED = replace(PLAN, geofence_id=FENCE, place=None, radius_m=None)
KNOWN = Known(
    fence=Fence(), staff_roles={STAFF: Role.SUPERVISOR}, people={PERSON}, city=CITY, city_radius_km=100.0
)


def wrong(plan: Plan, known: Known = KNOWN, state: TaskState = TaskState.DRAFT) -> list[str]:
    """The fields that are wrong."""
    return sorted(rules.plan_errors(plan, state, known))


def words(plan: Plan, known: Known = KNOWN) -> str:
    """The first message of a plan with one wrong field."""
    (messages,) = rules.plan_errors(plan, TaskState.DRAFT, known).values()
    return str(messages[0])


def reachable(start: TaskState) -> set[TaskState]:
    """Every state that can follow, however late."""
    seen: set[TaskState] = set()
    edge: Iterable[TaskState] = [start]
    while edge:
        edge = {target for state in edge for target in rules.next_states(state)} - seen
        seen |= set(edge)
    return seen


def test_every_state_can_be_reached_from_a_draft() -> None:
    """No state stands in the vocabulary for nothing."""
    assert set(TaskState) == reachable(TaskState.DRAFT) | {TaskState.DRAFT}


def test_what_is_closed_stays_closed() -> None:
    """Verified and cancelled tasks are the record."""
    assert [[], []] == [rules.next_states(state) for state in sorted(rules.CLOSED)]
    assert rules.CLOSED == {state for state in TaskState if not rules.next_states(state)}


def test_there_is_one_move_between_two_states() -> None:
    """The table does not contradict itself."""
    pairs = [(move.source, move.target) for move in rules.MOVES]
    assert len(pairs) == len(set(pairs))


@pytest.mark.parametrize("move", rules.MOVES, ids=lambda move: f"{move.source}-{move.target}")
def test_those_who_do_a_task_start_and_finish_it_and_no_more(move: rules.Move) -> None:
    """Assigning, verifying, reopening and cancelling are for planners."""
    theirs = (move.source, move.target) in {
        (TaskState.ASSIGNED, TaskState.IN_PROGRESS),
        (TaskState.IN_PROGRESS, TaskState.DONE),
    }
    assert (theirs, theirs) == (Role.SUPERVISOR in move.roles, Role.CREW in move.roles)
    assert Role.PROBATION_OFFICER not in move.roles
    assert {Role.DISPATCHER, Role.ADMINISTRATOR} <= move.roles


@pytest.mark.parametrize("move", rules.MOVES, ids=lambda move: f"{move.source}-{move.target}")
def test_cancelling_and_reopening_need_a_reason(move: rules.Move) -> None:
    """Somebody else will ask why."""
    needs = move.target is TaskState.CANCELLED or (
        move.source is TaskState.DONE and move.target is TaskState.IN_PROGRESS
    )
    assert (["reason"] if needs else []) == list(rules.move_errors(move, assignee_count=1, reason="  "))
    assert {} == rules.move_errors(move, assignee_count=1, reason="ice")


def test_a_task_without_assignees_is_not_assigned() -> None:
    """Otherwise it would be on nobody's phone."""
    move = rules.find_move(TaskState.DRAFT, TaskState.ASSIGNED)
    assert move is not None
    assert ["to"] == list(rules.move_errors(move, assignee_count=0, reason=""))


def test_the_diagram_shows_every_move() -> None:
    """The documentation is generated from the table."""
    diagram = rules.state_diagram()
    assert all(f"{move.source.value} --> {move.target.value}:" in diagram for move in rules.MOVES)


@pytest.mark.parametrize("plan", [PLAN, FENCED])
def test_a_sound_plan_has_no_errors(plan: Plan) -> None:
    """At a point, and in a geofence."""
    assert [] == wrong(plan)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_at": START}, "ends_at"),
        ({"ends_at": START + timedelta(days=31, seconds=1)}, "ends_at"),
        ({"geofence_id": FENCE}, "place"),
        ({"place": None, "radius_m": None}, "geofence_id"),
        ({"place": Point(lat=43.2, lon=76.9)}, "place"),
        ({"radius_m": None}, "radius_m"),
        ({"radius_m": 19.9}, "radius_m"),
        ({"radius_m": 5000.1}, "radius_m"),
        ({"radius_m": float("nan")}, "radius_m"),
        ({"assignee_ids": frozenset({uuid4()})}, "assignee_ids"),
        ({"person_ids": frozenset({uuid4()})}, "person_ids"),
        ({"kind": TaskKind.SNOW}, "person_ids"),
    ],
)
def test_what_is_wrong_is_named_by_field(change: dict[str, Any], field: str) -> None:
    """One wrong value, one field."""
    assert [field] == wrong(replace(PLAN, **change))


@pytest.mark.parametrize(
    "change", [{"ends_at": START + timedelta(days=31)}, {"radius_m": 20.0}, {"radius_m": 5000.0}]
)
def test_a_limit_itself_is_allowed(change: dict[str, Any]) -> None:
    """At most means at most."""
    assert [] == wrong(replace(PLAN, **change))


def test_swapped_axes_of_a_place_are_explained() -> None:
    """The message holds the right order."""
    assert "[69.15, 54.87]" in words(replace(PLAN, place=Point(lat=69.15, lon=54.87)))


@pytest.mark.parametrize(
    "fence",
    [
        None,
        Fence(district_id=uuid4()),
        Fence(archived=True),
        Fence(valid_from=START + timedelta(seconds=1)),
        Fence(valid_until=START + timedelta(hours=3)),
    ],
)
def test_a_fence_must_be_there_the_whole_time_in_the_same_district(fence: Fence | None) -> None:
    """A task never outlives its geofence when it is planned."""
    assert ["geofence_id"] == wrong(FENCED, replace(KNOWN, fence=fence))


def test_a_fence_may_end_with_the_task() -> None:
    """Its end is the first moment out of force, and so is the task's."""
    assert [] == wrong(FENCED, replace(KNOWN, fence=Fence(valid_until=FENCED.ends_at)))


def test_a_radius_without_a_place_is_refused() -> None:
    """A geofence has its own shape."""
    assert ["radius_m"] == wrong(replace(FENCED, radius_m=50.0))


def test_crews_do_not_supervise_people() -> None:
    """Who may not see names gets no public works; other work they do."""
    known = replace(KNOWN, staff_roles={STAFF: Role.CREW})
    assert ["assignee_ids"] == wrong(PLAN, known)
    assert [] == wrong(replace(PLAN, kind=TaskKind.SNOW, person_ids=frozenset()), known)


def test_planners_are_not_assigned() -> None:
    """They have no phone that shows tasks."""
    assert ["assignee_ids"] == wrong(PLAN, replace(KNOWN, staff_roles={STAFF: Role.DISPATCHER}))


@pytest.mark.parametrize("state", sorted(rules.NEED_ASSIGNEES))
def test_a_task_under_way_keeps_somebody(state: TaskState) -> None:
    """Taking the last assignee away would hide the task."""
    assert ["assignee_ids"] == wrong(replace(PLAN, assignee_ids=frozenset()), state=state)


def test_all_errors_come_at_once() -> None:
    """A planner repairs a form in one go."""
    broken = replace(
        PLAN, ends_at=START, radius_m=1.0, assignee_ids=frozenset({uuid4()}), person_ids=frozenset({uuid4()})
    )
    assert ["assignee_ids", "ends_at", "person_ids", "radius_m"] == wrong(broken)
