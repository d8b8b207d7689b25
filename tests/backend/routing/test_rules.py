"""What a new plan does to a route's stops, what it must leave alone, and which report counts."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.routing.rules import changes, reports, states
from backend.routing.rules.plans import Known, RoutePlan, Stop, plan_errors
from shared.geometry import Point
from shared.vocabulary import Role, RouteKind, RouteState, SkipReason, StopAction, StopChange, StopState

START = datetime(2026, 11, 23, 4, tzinfo=UTC)
CREW, SUPERVISOR, DISTRICT = (UUID(int=number) for number in (101, 102, 103))
KNOWN = Known(
    staff_roles={CREW: Role.CREW, SUPERVISOR: Role.SUPERVISOR},
    task_known=False,
    vehicle_known=False,
    shift_known=False,
    stop_ids={UUID(int=1), UUID(int=2)},
    city=Point(lat=54.87, lon=69.15),
    city_radius_km=100,
)


def stop(number: int | None = None, **fields: Any) -> Stop:
    """A stop in the city."""
    given_fields: dict[str, Any] = {
        "id": None if number is None else UUID(int=number),
        "action": StopAction.COLLECT,
        "title": f"Stop {number}",
        "detail": "",
        "lat": 54.87,
        "lon": 69.15,
        "line": None,
        "side": None,
        "arrive_at": None,
        "opens_at": None,
        "closes_at": None,
        "locked": False,
        "photo_needed": False,
    }
    return Stop(**given_fields | fields)


def plan(*stops: Stop, **fields: Any) -> RoutePlan:
    """A sound route of eight hours."""
    given_fields: dict[str, Any] = {
        "district_id": DISTRICT,
        "kind": RouteKind.WASTE,
        "title": "Route",
        "note": "",
        "task_id": None,
        "vehicle": "",
        "starts_at": START,
        "ends_at": START + timedelta(hours=8),
        "assignee_ids": frozenset({CREW}),
        "stops": stops or (stop(),),
    }
    return RoutePlan(**given_fields | fields)


ORDERS = st.lists(st.integers(1, 9), unique=True, max_size=9)


@given(before=ORDERS, after=ORDERS, words=st.sets(st.integers(1, 9)))
def test_the_changes_between_two_plans_are_true_and_few(
    before: list[int], after: list[int], words: set[int]
) -> None:
    """New is added, missing is removed, the rest keeps its order but for those called moved, and no fewer would do."""
    old = [stop(number) for number in before]
    new = [stop(number, title="anew") if number in words else stop(number) for number in after]
    said = changes.compare(old, new)
    marks = {key.int: mark for key, mark in said.change.items()}
    assert set(after) - set(before) == {key for key, mark in marks.items() if mark is StopChange.ADDED}
    assert [number for number in before if number not in after] == [each.int for each in said.removed]
    moved = {key for key, mark in marks.items() if mark is StopChange.MOVED}
    still = [number for number in after if number in before and number not in moved]
    assert still == [number for number in before if number in still]
    assert {key for key, mark in marks.items() if mark is StopChange.CHANGED} == set(still) & words
    both = [number for number in after if number in before]
    most = longest_by_trying(both, before)
    assert most == len(still)
    assert bool(said) == (old != new)


def longest_by_trying(both: list[int], before: list[int]) -> int:
    """How many of the stops can keep their order, found by trying every choice."""
    for size in range(len(both), 0, -1):
        for chosen in itertools.combinations(both, size):
            if list(chosen) == [number for number in before if number in chosen]:
                return size
    return 0


@given(before=ORDERS, after=ORDERS, done=st.sets(st.integers(1, 9)))
def test_no_plan_that_passes_loses_or_turns_what_is_done(
    before: list[int], after: list[int], done: set[int]
) -> None:
    """Errors exactly where a stop that is done is missing or out of its order."""
    ids = {UUID(int=number) for number in done}
    errors = changes.frozen_errors([stop(n) for n in before], [stop(n) for n in after], ids)
    was = [number for number in before if number in done]
    kept = [number for number in after if number in was]
    assert (was != kept) == bool(errors)


@pytest.mark.parametrize(
    ("fields", "frozen"),
    [
        ({"title": "put right"}, False),
        ({"locked": True, "detail": "gate"}, False),
        ({"lat": 54.9}, True),
        ({"action": StopAction.GRIT}, True),
        ({"line": {"type": "LineString", "coordinates": [[69.15, 54.87], [69.16, 54.87]]}}, True),
    ],
)
def test_words_of_a_done_stop_may_be_put_right_but_not_its_work(fields: dict[str, Any], frozen: bool) -> None:
    """What was done stays where and what it was."""
    before = [stop(1)]
    errors = changes.frozen_errors(before, [replace(before[0], **fields)], {UUID(int=1)})
    assert (["stops[0]"] if frozen else []) == list(errors)


@pytest.mark.parametrize(
    ("wrong", "path", "says"),
    [
        (plan(ends_at=START), "ends_at", "after starts_at"),
        (plan(ends_at=START + timedelta(days=3)), "ends_at", "at most 2 days"),
        (plan(task_id=UUID(int=7)), "task_id", "must be a task"),
        (plan(assignee_ids=frozenset({SUPERVISOR})), "assignee_ids", "role crew"),
        (plan(assignee_ids=frozenset({UUID(int=7)})), "assignee_ids", "role crew"),
        (plan(stop(), stop(7)), "stops[1].id", "a stop of this route"),
        (plan(stop(1), stop(2), stop(1)), "stops[2].id", "stops[0] too"),
        (plan(stop(lat=69.15, lon=54.87)), "stops[0].lat", "exchanged with lon: write lat 54.87, lon 69.15"),
        (plan(stop(), stop(lat=0)), "stops[1].lat", "6101 km away"),
        (plan(stop(side="right")), "stops[0].side", "goes with line only"),
        (plan(stop(opens_at=START, closes_at=START)), "stops[0].closes_at", "after opens_at"),
        (plan(stop(line={})), "stops[0].line", "LineString"),
        (plan(stop(line={"type": "Point", "coordinates": [69, 54]})), "stops[0].line", "LineString"),
        (plan(stop(line={"type": "LineString", "coordinates": []})), "stops[0].line", "2 to 2000"),
        (
            plan(stop(line={"type": "LineString", "coordinates": [[69.15, 54.87], ["a", 1]]})),
            "stops[0].line",
            "position 1 is none",
        ),
        (
            plan(stop(line={"type": "LineString", "coordinates": [[69.15, 54.87], [float("nan"), 1]]})),
            "stops[0].line",
            "position 1 is none",
        ),
        (
            plan(stop(line={"type": "LineString", "coordinates": [[54.87, 69.15], [54.87, 69.15]]})),
            "stops[0].line",
            "position 0 does not",
        ),
    ],
)
def test_what_is_wrong_with_a_plan_is_named_by_field(wrong: RoutePlan, path: str, says: str) -> None:
    """With the value and the remedy."""
    errors = plan_errors(wrong, KNOWN)
    assert [path] == list(errors)
    assert says in errors[path][0]


def test_a_sound_plan_has_no_errors() -> None:
    """A line and a side, windows, a kept stop."""
    line = {"type": "LineString", "coordinates": [[69.15, 54.87], [69.16, 54.87]]}
    fields: dict[str, Any] = {"line": line, "side": "right", "opens_at": START}
    assert {} == plan_errors(plan(stop(1), stop(**fields)), KNOWN)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=6), st.randoms())
def test_the_report_that_counts_does_not_depend_on_the_order_of_arrival(
    times: list[tuple[int, int]], random: Any
) -> None:
    """The one captured last; of the same moment, the one received last."""
    orders = [
        (START + timedelta(minutes=captured), START + timedelta(minutes=received), UUID(int=index))
        for index, (captured, received) in enumerate(times)
    ]
    arriving = list(orders)
    random.shuffle(arriving)
    standing: reports.Order | None = None
    for order in arriving:
        if reports.counts(order, standing):
            standing = order
    assert max(orders) == standing


@pytest.mark.parametrize(
    ("state", "reason", "fields"),
    [
        (StopState.DONE, None, []),
        (StopState.SKIPPED, SkipReason.EMPTY, []),
        (StopState.SKIPPED, None, ["skip_reason"]),
        (StopState.DONE, SkipReason.EMPTY, ["skip_reason"]),
    ],
)
def test_a_skip_says_why_and_nothing_else_does(
    state: StopState, reason: SkipReason | None, fields: list[str]
) -> None:
    """By field."""
    assert fields == list(reports.report_errors(state, reason))


def test_every_state_can_be_left_and_closing_needs_a_reason_unless_driven() -> None:
    """The table is whole."""
    assert set(RouteState) == {move.source for move in states.MOVES}
    closing = {move.source: move.reason for move in states.MOVES if move.target is RouteState.CLOSED}
    assert {RouteState.DRAFT: True, RouteState.RELEASED: True, RouteState.DRIVING: False} == closing
    assert "released --> driving: dispatcher or crew" in states.state_diagram()
