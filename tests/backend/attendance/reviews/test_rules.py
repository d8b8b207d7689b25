"""Who may decide what in which state, the sample by chance, and the days of appeals."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.attendance.reviews import rules
from backend.attendance.reviews.rules import Bar
from shared.vocabulary import AppealState, DecisionReason, ReviewCause, ReviewState, Role

CAPTOR, OFFICER, FILER = uuid4(), uuid4(), uuid4()
CITY = ZoneInfo("Asia/Almaty")
SECRET = b"s" * 32


def review(state: ReviewState | None, cause: ReviewCause | None = ReviewCause.DOUBT) -> rules.ReviewFacts:
    """A check-in of the captor."""
    return rules.ReviewFacts(state=state, cause=cause, captured_by=CAPTOR)


@pytest.mark.parametrize(
    ("facts", "officer_id", "bar"),
    [
        (review(ReviewState.OPEN), OFFICER, None),
        (review(ReviewState.OPEN, ReviewCause.SAMPLE), OFFICER, None),
        (review(ReviewState.OPEN), CAPTOR, Bar.CAPTURED_IT),
        (review(ReviewState.OPEN, ReviewCause.APPEAL), OFFICER, Bar.APPEAL_OPEN),
        (review(ReviewState.OPEN, ReviewCause.APPEAL), CAPTOR, Bar.CAPTURED_IT),
        (review(ReviewState.DECIDED), OFFICER, Bar.DECIDED),
        (review(ReviewState.DECIDED), CAPTOR, Bar.DECIDED),
        (review(None, None), OFFICER, Bar.NOT_IN_REVIEW),
    ],
)
def test_who_may_decide_on_a_check_in(facts: rules.ReviewFacts, officer_id: UUID, bar: Bar | None) -> None:
    """Only what is open, and never whoever captured it; an open appeal is decided as an appeal."""
    assert bar == rules.bar_to_review(facts, officer_id)


def appeal(state: AppealState = AppealState.FILED) -> rules.AppealFacts:
    """An appeal about what the captor captured, written down by the filer."""
    return rules.AppealFacts(state=state, filed_by=FILER, involved={CAPTOR})


@pytest.mark.parametrize(
    ("user_id", "deciding", "withdrawing"),
    [(OFFICER, None, None), (CAPTOR, Bar.INVOLVED, Bar.INVOLVED), (FILER, Bar.FILED_IT, None)],
)
def test_who_may_act_on_an_appeal(user_id: UUID, deciding: Bar | None, withdrawing: Bar | None) -> None:
    """Who wrote it down may write down its withdrawal, but not decide."""
    assert deciding == rules.bar_to_appeal(appeal(), user_id)
    assert withdrawing == rules.bar_to_withdraw(appeal(), user_id)


@pytest.mark.parametrize("state", [state for state in AppealState if state is not AppealState.FILED])
def test_nobody_acts_on_a_closed_appeal(state: AppealState) -> None:
    """Whatever became of it."""
    for user_id in (OFFICER, CAPTOR, FILER):
        assert Bar.CLOSED == rules.bar_to_appeal(appeal(state), user_id)
        assert Bar.CLOSED == rules.bar_to_withdraw(appeal(state), user_id)


@given(st.sets(st.uuids()), st.uuids(), st.uuids())
def test_whoever_had_a_hand_in_it_is_barred_for_good(
    involved: set[UUID], filed_by: UUID, officer_id: UUID
) -> None:
    """The bar of one officer and the set of all barred agree."""
    facts = rules.AppealFacts(state=AppealState.FILED, filed_by=filed_by, involved=involved)
    for user_id in (officer_id, filed_by, *involved):
        barred = rules.bar_to_appeal(facts, user_id) is not None
        assert barred == (user_id in rules.barred_for_good(facts))


def test_dispatchers_see_evidence_only_of_reviews() -> None:
    """Decided ones too: an appeal may come."""
    assert not rules.shows_evidence(Role.DISPATCHER, None)
    assert rules.shows_evidence(Role.DISPATCHER, ReviewState.OPEN)
    assert rules.shows_evidence(Role.DISPATCHER, ReviewState.DECIDED)
    assert rules.shows_evidence(Role.PROBATION_OFFICER, None)


def test_other_says_nothing_by_itself() -> None:
    """So its words must."""
    assert (10, 3) == (
        rules.words_least(DecisionReason.OTHER),
        rules.words_least(DecisionReason.DEVICE_FAULT),
    )


@given(st.uuids())
def test_nothing_and_everything_can_be_sampled(check_in_id: UUID) -> None:
    """The ends of the share."""
    assert not rules.sampled(check_in_id, SECRET, 0.0)
    assert rules.sampled(check_in_id, SECRET, 1.0)


@given(st.uuids(), st.floats(0, 1), st.floats(0, 1))
def test_a_larger_share_holds_the_smaller(check_in_id: UUID, one: float, other: float) -> None:
    """So that raising the setting drops nobody from the sample."""
    small, large = sorted((one, other))
    assert not rules.sampled(check_in_id, SECRET, small) or rules.sampled(check_in_id, SECRET, large)


def test_the_sample_is_five_percent_and_nobody_without_the_key_knows_which() -> None:
    """20,000 ids: within four standard deviations of the share; another key draws another sample."""
    ids = [UUID(int=number) for number in range(20_000)]
    ours = {each for each in ids if rules.sampled(each, SECRET, 0.05)}
    theirs = {each for each in ids if rules.sampled(each, b"t" * 32, 0.05)}
    assert abs(len(ours) - 1000) < 4 * (20_000 * 0.05 * 0.95) ** 0.5
    assert len(ours & theirs) < 2 * 20_000 * 0.05**2


def test_decision_ids_differ_by_check_in_and_number() -> None:
    """And are the same for the same."""
    one, other = uuid4(), uuid4()
    ids = {rules.decision_id(check_in_id, number) for check_in_id in (one, other) for number in (1, 2)}
    assert 4 == len(ids)
    assert rules.decision_id(one, 1) == rules.decision_id(one, 1)


def test_the_day_of_the_decision_is_the_city_s() -> None:
    """20:30 UTC on the 1st is the 2nd in Petropavl."""
    decided_at = datetime(2026, 11, 1, 20, 30, tzinfo=UTC)
    assert date(2026, 12, 2) == rules.appeal_until(decided_at, 30, CITY)


@pytest.mark.parametrize(
    ("filed_on", "due"),
    [
        (date(2026, 11, 23), datetime(2026, 12, 8, 19, tzinfo=UTC)),
        (date(2024, 2, 20), datetime(2024, 3, 6, 19, tzinfo=UTC)),  # over the change from UTC+6 to UTC+5
    ],
)
def test_an_appeal_is_due_at_the_end_of_its_last_day(filed_on: date, due: datetime) -> None:
    """Midnight in the city, whose offset changed in 2024."""
    assert due == rules.due_at(filed_on, 15, CITY)
