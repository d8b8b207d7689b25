"""What may be asked of a plan, and where it may go."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest

from backend.routing.plans.rules import (
    AHEAD_MAX,
    MOVES,
    Events,
    Wishes,
    event_errors,
    move_errors,
    next_states,
    state_diagram,
    wish_errors,
)
from shared.vocabulary import PlanState, RouteKind

TODAY = date(2026, 11, 28)
SOUND = Wishes(kind=RouteKind.WASTE, day=TODAY)
A, B = UUID(int=1), UUID(int=2)


def test_today_and_the_coming_weeks_can_be_planned() -> None:
    """The night shift of yesterday too."""
    for days in (-1, 0, AHEAD_MAX.days):
        assert {} == wish_errors(replace(SOUND, day=TODAY + timedelta(days=days)), TODAY)


@pytest.mark.parametrize("days", [-2, AHEAD_MAX.days + 1])
def test_other_days_are_named(days: int) -> None:
    """The error names the day."""
    day = TODAY + timedelta(days=days)
    assert day.isoformat() in wish_errors(replace(SOUND, day=day), TODAY)["day"][0]


def test_what_must_be_served_is_not_emptier_than_what_may() -> None:
    """Shares that contradict each other."""
    errors = wish_errors(replace(SOUND, fill_from=0.9, must_from=0.5), TODAY)
    assert {"must_from"} == set(errors)


def test_a_new_plan_needs_a_reason_and_known_shifts() -> None:
    """Drivers read why; a shift of another plan cannot break down in this one."""
    events = Events(reason=" ", out_shift_ids=frozenset({A}))
    assert {"reason", "out_shift_ids"} == set(event_errors(events, shift_ids=frozenset({B})))
    assert {} == event_errors(replace(events, reason="Поломка"), shift_ids=frozenset({A, B}))


def test_a_site_cannot_be_urgent_and_dropped() -> None:
    """One of the two is a mistake."""
    events = Events(reason="x", urgent_site_ids=frozenset({A}), dropped_site_ids=frozenset({A}))
    assert {"dropped_site_ids"} == set(event_errors(events, shift_ids=frozenset()))


def test_closing_what_nobody_drives_needs_a_reason() -> None:
    """Released routes vanish from phones; a day that was driven just ends."""
    assert {"reason"} == set(move_errors(PlanState.RELEASED, PlanState.CLOSED, ""))
    assert {} == move_errors(PlanState.DRIVING, PlanState.CLOSED, "")


def test_what_is_over_stays_over() -> None:
    """A closed or discarded plan goes nowhere."""
    assert ([], []) == (next_states(PlanState.CLOSED), next_states(PlanState.DISCARDED))


def test_the_diagram_shows_every_move() -> None:
    """Docs are made from the table."""
    diagram = state_diagram()
    for source, targets in MOVES.items():
        for target in targets:
            assert f"{source.value} --> {target.value}: dispatcher" in diagram
