"""Spot checks are drawn from a seed, by anybody who knows it alike, and nobody is missed who was not there."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.attendance.spot_checks.rules import APART, EDGE, Seen, draw, state_of
from shared.vocabulary import CheckInKind, SpotCheckState

ALWAYS_THE_SAME = settings(derandomize=True, database=None, deadline=None, max_examples=100)
NINE = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
TASK_ID, PERSON_ID = UUID(int=1), UUID(int=2)
SEED = bytes(range(32))
DUE = NINE + timedelta(hours=2)
ANSWER_BY = DUE + timedelta(minutes=20)
LATER = NINE + timedelta(hours=10)

DRAWN = [
    ("95ed3127-4e86-4d84-bd3c-0aa15e82ce3e", "2026-11-23T05:07:30+00:00"),
    ("2cf979b0-901b-4592-86f8-151860220fa0", "2026-11-23T05:42:06+00:00"),
    ("e99b8c56-1b85-4f96-9575-10aabb05f849", "2026-11-23T06:34:52+00:00"),
]
SEEDS = st.binary(min_size=32, max_size=32)
HOURS = st.floats(0, 24)
PEOPLE = st.frozensets(st.uuids(), max_size=4)
MEANS = st.floats(0, 50)


def checked(seed: bytes, people: frozenset[UUID], hours: float, mean: float) -> list[tuple[UUID, datetime]]:
    """Who is to be checked when, in a shift from nine on."""
    drawn = draw(seed, TASK_ID, people, NINE, NINE + timedelta(hours=hours), mean)
    return [(each.person_id, each.due_at) for each in drawn]


@ALWAYS_THE_SAME
@given(SEEDS, PEOPLE, HOURS, MEANS)
def test_checks_keep_away_from_the_edges_and_from_each_other(
    seed: bytes, people: frozenset[UUID], hours: float, mean: float
) -> None:
    """A quarter of an hour from begin and end, half an hour between two of one person."""
    drawn = checked(seed, people, hours, mean)
    ends_at = NINE + timedelta(hours=hours)
    assert all(NINE + EDGE <= due <= ends_at - EDGE for _person, due in drawn)
    for person_id in people:
        times = [due for each, due in drawn if each == person_id]
        assert all(after - before >= APART for before, after in pairwise(times))


@ALWAYS_THE_SAME
@given(SEEDS, PEOPLE, st.uuids(), HOURS, MEANS)
def test_a_person_s_draw_depends_on_nobody_else(
    seed: bytes, people: frozenset[UUID], other: UUID, hours: float, mean: float
) -> None:
    """Nor on the order in which people are named."""
    alone = [draw(seed, TASK_ID, [each], NINE, NINE + timedelta(hours=hours), mean) for each in people]
    together = draw(seed, TASK_ID, people | {other}, NINE, NINE + timedelta(hours=hours), mean)
    assert {each for drawn in alone for each in drawn} == {
        each for each in together if each.person_id in people
    }


def test_the_number_of_checks_is_the_setting_on_average() -> None:
    """One a shift: about a third of people have none, about a quarter two or more, and nobody knows who."""
    counts = [
        len(checked(hashlib.sha256(bytes([at % 256, at // 256])).digest(), frozenset({PERSON_ID}), 8, 1.0))
        for at in range(2000)
    ]
    assert 0.95 < sum(counts) / len(counts) < 1.05
    assert 0.34 < counts.count(0) / len(counts) < 0.40


def test_every_machine_draws_alike() -> None:
    """The draw of a known seed, written down: a revealed seed is held against it by strangers."""
    drawn = draw(SEED, TASK_ID, [PERSON_ID], NINE, NINE + timedelta(hours=8), 3.0)
    assert DRAWN == [(str(each.id), each.due_at.isoformat()) for each in drawn]


def test_too_short_a_shift_has_no_checks() -> None:
    """Within half an hour there is no time that keeps away from both ends."""
    assert [] == checked(SEED, frozenset({PERSON_ID}), 0.4, 50)


def test_as_many_checks_as_there_is_room_for() -> None:
    """In four hours eight, every half an hour."""
    assert 8 == len(checked(SEED, frozenset({PERSON_ID}), 4, 50))


def seen(kind: str, minutes: float) -> Seen:
    """An accepted check-in so many minutes after the check is due."""
    return Seen(check_in_id=uuid4(), kind=CheckInKind(kind), at=DUE + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("before", "at_minute", "expected"),
    [
        ([], 10, "drawn"),
        ([], 30, "cancelled"),
        ([("arrival", -60)], 20, "drawn"),
        ([("arrival", -60)], 21, "missed"),
        ([("spot_check", -60)], 21, "missed"),
        ([("arrival", -60), ("departure", -5)], 21, "cancelled"),
        ([("arrival", 5)], 21, "answered"),
        ([("arrival", -60), ("spot_check", 0)], 1, "answered"),
        ([("arrival", -60), ("spot_check", 20)], 21, "answered"),
        ([("arrival", -60), ("spot_check", 20.1)], 21, "missed"),
        ([("arrival", -60), ("spot_check", -0.1)], 21, "missed"),
        ([("arrival", -60), ("departure", 5)], 21, "answered"),
        ([("arrival", 25)], 30, "cancelled"),
    ],
)
def test_what_becomes_of_a_check(before: list[tuple[str, float]], at_minute: float, expected: str) -> None:
    """It follows from the accepted check-ins alone."""
    state, _answer = state_of(
        DUE, ANSWER_BY, [seen(*each) for each in before], DUE + timedelta(minutes=at_minute)
    )
    assert expected == state


@ALWAYS_THE_SAME
@given(
    st.lists(st.tuples(st.sampled_from([kind.value for kind in CheckInKind]), st.floats(-200, 200))),
    st.tuples(st.sampled_from([kind.value for kind in CheckInKind]), st.floats(0, 20)),
)
def test_evidence_that_comes_late_answers_what_was_missed(
    others: list[tuple[str, float]], answer: tuple[str, float]
) -> None:
    """Whatever else there is, and whenever it is delivered."""
    everything = [seen(*each) for each in others] + [seen(*answer)]
    assert SpotCheckState.ANSWERED is state_of(DUE, ANSWER_BY, everything, LATER)[0]
