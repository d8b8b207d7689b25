"""Hours are credited for proven presence only, once, and never over a cap."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.attendance.hours.rules import (
    Day,
    Decision,
    Facts,
    Gap,
    Proof,
    Sheet,
    Terms,
    Unanswered,
    Why,
    credit,
    credited_by_order,
    days_of,
    gap_id,
    gaps,
    pieces,
    stretches,
)
from shared.vocabulary import CheckInKind, Outcome, PresenceEnd

ALWAYS_THE_SAME = settings(derandomize=True, database=None, deadline=None, max_examples=150)
ALMATY = ZoneInfo("Asia/Almaty")
MONDAY = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 09:00 in Petropavl
ANSWER = timedelta(minutes=20)
TASKS = tuple(UUID(int=number) for number in range(1, 4))
ORDER_ID = UUID(int=77)
TERMS = Terms(
    order_id=ORDER_ID,
    hours_total_min=100 * 60,
    daily_cap_min=4 * 60,
    weekly_cap_min=None,
    allowed_weekdays=frozenset(range(6)),
)
NO_CAPS = replace(TERMS, hours_total_min=10**6, daily_cap_min=24 * 60, allowed_weekdays=frozenset(range(7)))


def proof(kind: str, hours: float, *, task: UUID = TASKS[0], outcome: str = "accepted") -> Proof:
    """A check-in so many hours after nine on Monday."""
    return Proof(
        check_in_id=uuid4(),
        task_id=task,
        kind=CheckInKind(kind),
        at=MONDAY + timedelta(hours=hours),
        outcome=Outcome(outcome),
    )


def missed(hours: float, *, task: UUID = TASKS[0], waiting: bool = False) -> Unanswered:
    """A spot check that nobody answered within twenty minutes."""
    due_at = MONDAY + timedelta(hours=hours)
    return Unanswered(
        spot_check_id=uuid4(),
        task_id=task,
        due_at=due_at,
        answer_by=due_at + ANSWER,
        waiting=waiting,
    )


def decided(
    gap: Gap, *, credited: bool = True, number: int = 1, later_min: int = 0, **changes: Any
) -> Decision:
    """A person's decision on a gap, for all of its minutes."""
    said = Decision(
        decision_id=uuid4(),
        gap_id=gap.id,
        number=number,
        credited=credited,
        starts_at=gap.starts_at,
        ends_at=gap.ends_at,
        decided_at=MONDAY + timedelta(hours=12, minutes=later_min),
    )
    return replace(said, **changes)


def sheet(came: float, left: float, *, task: UUID = TASKS[0]) -> Sheet:
    """An approved stretch on paper."""
    return Sheet(
        sheet_id=uuid4(),
        task_id=task,
        came_at=MONDAY + timedelta(hours=came),
        left_at=MONDAY + timedelta(hours=left),
    )


def hours_of(facts: Facts, terms: Terms | None = NO_CAPS) -> list[Day]:
    """The days of the facts, under the same terms every day."""
    found = pieces(facts, ALMATY)
    return credit(found, dict.fromkeys(days_of(found, ALMATY), terms) if terms else {}, ALMATY)


def sums(days: list[Day]) -> tuple[int, int, int, int]:
    """Worked, credited, over the cap and unproven minutes of all days."""
    return (
        sum(day.worked_min for day in days),
        sum(day.credited_min for day in days),
        sum(day.over_cap_min for day in days),
        sum(day.unproven_min for day in days),
    )


def credited(facts: Facts, terms: Terms | None = NO_CAPS) -> int:
    """Credited minutes of all days."""
    return sums(hours_of(facts, terms))[1]


def day_of(*proofs: Proof, missing: tuple[Unanswered, ...] = (), sheets: tuple[Sheet, ...] = ()) -> Facts:
    """Facts of one shift or more."""
    return Facts(proofs=proofs, unanswered=missing, sheets=sheets)


def whys(facts: Facts) -> list[tuple[int, Why | None]]:
    """How many minutes count, or why they do not, by time."""
    return [(piece.minutes, piece.why) for day in hours_of(facts) for piece in day.pieces]


# --- examples ----------------------------------------------------------------------------------------------------------


def test_an_honest_morning_is_credited_from_arrival_to_departure() -> None:
    """And its minutes name the proofs that they rest on."""
    proofs = (proof("arrival", 0), proof("spot_check", 2), proof("departure", 4))
    [day] = hours_of(day_of(*proofs))
    assert (240, 240, date(2026, 11, 23)) == (day.worked_min, day.credited_min, day.day)
    assert [{each.check_in_id for each in proofs}] == [set(piece.check_in_ids) for piece in day.pieces]


def test_a_forgotten_departure_closes_at_the_last_proof() -> None:
    """Never at the shift's end."""
    facts = day_of(proof("arrival", 0), proof("spot_check", 1.5))
    [stretch] = stretches(facts, ALMATY)
    assert (PresenceEnd.LAST_PROOF, 90) == (stretch.ended_by, credited(facts))


def test_one_proof_alone_proves_a_moment() -> None:
    """No minutes, but the stretch is shown."""
    facts = day_of(proof("arrival", 0))
    assert ([], 1) == (hours_of(facts), len(stretches(facts, ALMATY)))


def test_who_leaves_and_comes_back_is_not_credited_for_the_pause() -> None:
    """A departure ends a stretch; what follows begins another."""
    facts = day_of(proof("arrival", 0), proof("departure", 1), proof("arrival", 3), proof("departure", 4))
    assert ((120, 120, 0, 0), 2) == (sums(hours_of(facts)), len(stretches(facts, ALMATY)))


def test_minutes_round_a_missed_spot_check_wait_for_a_person() -> None:
    """From the proof before to the proof after it."""
    facts = day_of(proof("arrival", 0), proof("spot_check", 1), proof("departure", 4), missing=(missed(2),))
    assert (240, 60, 0, 180) == sums(hours_of(facts))
    [gap] = gaps(facts, ALMATY)
    assert (MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=4), None) == (
        gap.starts_at,
        gap.ends_at,
        gap.credited,
    )


@pytest.mark.parametrize(("credits", "expected"), [(True, (240, 240, 0, 0)), (False, (240, 60, 0, 180))])
def test_a_person_decides_on_a_gap(credits: bool, expected: tuple[int, int, int, int]) -> None:
    """For the minutes that it had then."""
    facts = day_of(proof("arrival", 0), proof("spot_check", 1), proof("departure", 4), missing=(missed(2),))
    [gap] = gaps(facts, ALMATY)
    days = hours_of(replace(facts, decisions=[decided(gap, credited=credits)]))
    assert expected == sums(days)
    assert {Why.NOT_CREDITED} == {piece.why for day in days for piece in day.pieces} - {None} or credits


def test_a_gap_that_grew_after_the_decision_is_open_again() -> None:
    """The proof before it was refused meanwhile: only the decided minutes stay credited."""
    lost = missed(2)
    came, seen, left = proof("arrival", 0), proof("spot_check", 1), proof("departure", 4)
    [gap] = gaps(day_of(came, seen, left, missing=(lost,)), ALMATY)
    facts = replace(day_of(came, left, missing=(lost,)), decisions=[decided(gap)])
    assert (240, 180, 0, 60) == sums(hours_of(facts))
    assert [(gap.id, None)] == [(each.id, each.credited) for each in gaps(facts, ALMATY)]


def test_all_missed_spot_checks_between_two_proofs_make_one_gap() -> None:
    """Named by the first of them, and one decision is enough."""
    lost = (missed(3), missed(1), missed(2))
    facts = day_of(proof("arrival", 0), proof("departure", 4), missing=lost)
    [gap] = gaps(facts, ALMATY)
    first, second, third = lost[1], lost[2], lost[0]
    assert (gap_id(first.spot_check_id), first.due_at) == (gap.id, gap.due_at)
    assert tuple(each.spot_check_id for each in (first, second, third)) == gap.spot_check_ids
    assert [(240, None)] == whys(replace(facts, decisions=[decided(gap)]))


@pytest.mark.parametrize("credits", [True, False])
def test_a_decision_holds_for_its_minutes_when_a_late_proof_splits_the_gap(credits: bool) -> None:
    """Both parts stay decided, and each names the decision that one may appeal against."""
    facts = day_of(proof("arrival", 0), proof("departure", 4), missing=(missed(1), missed(3)))
    [gap] = gaps(facts, ALMATY)
    decision = decided(gap, credited=credits)
    split = replace(facts, proofs=(*facts.proofs, proof("spot_check", 2)), decisions=[decision])
    assert [(gap.starts_at, credits, decision), (MONDAY + timedelta(hours=2), credits, decision)] == [
        (each.starts_at, each.credited, each.decision) for each in gaps(split, ALMATY)
    ]
    assert credits * 240 == credited(split)


def test_of_several_decisions_on_a_minute_the_newest_stands() -> None:
    """An appeal's, whatever order the rows come in; a gap with minutes that were not credited is not credited."""
    facts = day_of(proof("arrival", 0), proof("departure", 4), missing=(missed(1),))
    [gap] = gaps(facts, ALMATY)
    until = MONDAY + timedelta(hours=3)
    refused, upheld = decided(gap, credited=False), decided(gap, number=2, later_min=5, ends_at=until)
    for decisions in ([refused, upheld], [upheld, refused]):
        known = replace(facts, decisions=decisions)
        assert [(180, None), (60, Why.NOT_CREDITED)] == whys(known)
        assert [(False, refused)] == [(each.credited, each.decision) for each in gaps(known, ALMATY)]


def test_minutes_wait_while_an_answer_may_still_come() -> None:
    """They are not credited, and it is said why; what was missed in the same minutes waits along."""
    proofs = (proof("arrival", 0), proof("spot_check", 2), proof("departure", 4))
    facts = day_of(*proofs, missing=(missed(1, waiting=True), missed(1.5), missed(3)))
    assert [(120, Why.WAITING), (120, Why.UNPROVEN)] == whys(facts)
    assert [(True, 2), (False, 1)] == [(gap.waiting, len(gap.spot_check_ids)) for gap in gaps(facts, ALMATY)]


@pytest.mark.parametrize("waiting", [True, False])
def test_a_spot_check_of_one_task_binds_the_person_s_minutes_in_another(waiting: bool) -> None:
    """Two tasks at once are no way round it; both leave one gap."""
    facts = day_of(
        proof("arrival", 0),
        proof("departure", 6),
        proof("arrival", 1, task=TASKS[1]),
        proof("departure", 7, task=TASKS[1]),
        missing=(missed(3, waiting=waiting),),
    )
    [gap] = gaps(facts, ALMATY)
    assert (MONDAY, MONDAY + timedelta(hours=7), waiting) == (gap.starts_at, gap.ends_at, gap.waiting)
    assert [(420, Why.WAITING if waiting else Why.UNPROVEN)] == [
        (sum(minutes for minutes, _why in whys(facts)), why) for why in {why for _minutes, why in whys(facts)}
    ]
    assert 420 == credited(replace(facts, decisions=[decided(gap)]))


def test_who_is_seen_at_another_task_meanwhile_was_at_work_there() -> None:
    """A proof while the check could be answered frees the minutes of its own task."""
    facts = day_of(
        proof("arrival", 0),
        proof("departure", 6),
        proof("arrival", 1, task=TASKS[1]),
        proof("spot_check", 3.25, task=TASKS[1]),
        proof("departure", 5, task=TASKS[1]),
        missing=(missed(3),),
    )
    assert [(60, Why.UNPROVEN), (240, None), (60, Why.UNPROVEN)] == whys(facts)


def test_a_sheet_over_a_gap_proves_it() -> None:
    """Paper that a second person approved counts alike."""
    facts = day_of(proof("arrival", 0), proof("departure", 4), missing=(missed(2),), sheets=(sheet(1, 3),))
    assert (240, 120, 0, 120) == sums(hours_of(facts))


def test_overlapping_shifts_and_sheets_count_once() -> None:
    """Two tasks at once make no longer day, and the shared minutes name all that bears them."""
    paper = sheet(1, 5)
    facts = day_of(
        proof("arrival", 0),
        proof("departure", 4),
        proof("arrival", 2, task=TASKS[1]),
        proof("departure", 6, task=TASKS[1]),
        sheets=(paper,),
    )
    days = hours_of(facts)
    assert (360, 360, 0, 0) == sums(days)
    assert {(4, 1)} == {
        (len(piece.check_in_ids), len(piece.sheet_ids))
        for day in days
        for piece in day.pieces
        if MONDAY + timedelta(hours=2) <= piece.starts_at < MONDAY + timedelta(hours=4)
    }


def test_a_night_shift_is_cut_at_the_city_s_midnight() -> None:
    """Snow is cleared from 20:00 to 05:00; each day has its own cap."""
    facts = day_of(proof("arrival", 11), proof("departure", 20))
    assert [(date(2026, 11, 23), 240, 240), (date(2026, 11, 24), 300, 240)] == [
        (day.day, day.worked_min, day.credited_min) for day in hours_of(facts, TERMS)
    ]


def test_each_day_of_a_task_of_several_days_is_a_shift() -> None:
    """A forgotten departure on Monday does not reach to Tuesday's arrival."""
    facts = Facts(
        proofs=(proof("arrival", 0), proof("spot_check", 2), proof("arrival", 24), proof("departure", 28)),
        long_task_ids=frozenset(TASKS[:1]),
    )
    assert [120, 240] == [day.credited_min for day in hours_of(facts)]


@pytest.mark.parametrize(
    ("terms", "expected", "why"),
    [
        (None, 0, Why.NO_ORDER),
        (replace(TERMS, allowed_weekdays=frozenset({6})), 0, Why.DAY_NOT_ALLOWED),
        (replace(TERMS, holidays=frozenset({date(2026, 11, 23)})), 0, Why.DAY_NOT_ALLOWED),
        (TERMS, 240, Why.DAILY_CAP),
        (replace(TERMS, weekly_cap_min=200), 200, Why.WEEKLY_CAP),
        (replace(TERMS, hours_total_min=100), 100, Why.ORDER_SERVED),
    ],
)
def test_work_over_a_cap_is_shown_and_not_credited(terms: Terms | None, expected: int, why: Why) -> None:
    """With the cap that stood in the way."""
    facts = day_of(proof("arrival", 0), proof("departure", 6))
    [day] = hours_of(facts, terms)
    assert (360, expected, 360 - expected, 0) == sums([day])
    assert {why} == {piece.why for piece in day.pieces} - {None}


def test_the_weekly_cap_runs_from_monday_to_sunday() -> None:
    """Eight hours a day, forty a week: on Saturday nothing is left."""
    proofs = [
        proof(kind, 24 * day + hours)
        for day in range(8)
        for kind, hours in (("arrival", 0), ("departure", 8))
    ]
    terms = replace(NO_CAPS, daily_cap_min=480, weekly_cap_min=2400)
    assert [480] * 5 + [0, 0, 480] == [day.credited_min for day in hours_of(day_of(*proofs), terms)]


def test_a_minute_counts_when_presence_is_proven_for_the_whole_of_it() -> None:
    """From 09:00:30 to 09:02:30 there is one whole minute."""
    facts = day_of(proof("arrival", 30 / 3600), proof("departure", 150 / 3600))
    assert 1 == credited(facts)


def test_a_gap_takes_the_minutes_that_it_touches() -> None:
    """What is only partly proven is not proven."""
    second = 1 / 3600
    facts = day_of(
        proof("arrival", 0),
        proof("spot_check", 1 + 30 * second),
        proof("spot_check", 2 + 30 * second),
        proof("departure", 3),
        missing=(missed(1.5),),
    )
    assert (180, 60 + 59, 0, 61) == sums(hours_of(facts))


# --- properties --------------------------------------------------------------------------------------------------------

MOMENTS = st.integers(0, 3 * 24 * 3600).map(lambda seconds: MONDAY + timedelta(seconds=seconds))
PROOFS = st.builds(
    Proof,
    check_in_id=st.uuids(),
    task_id=st.sampled_from(TASKS),
    kind=st.sampled_from(CheckInKind),
    at=MOMENTS,
    outcome=st.just(Outcome.ACCEPTED),
)
STAYING = PROOFS.filter(lambda each: each.kind is not CheckInKind.DEPARTURE)
NOT_ACCEPTED = st.builds(replace, PROOFS, outcome=st.sampled_from([Outcome.TO_REVIEW, Outcome.REFUSED, None]))
SHEETS = st.builds(
    lambda key, task, start, minutes: Sheet(
        sheet_id=key, task_id=task, came_at=start, left_at=start + timedelta(minutes=minutes)
    ),
    st.uuids(),
    st.sampled_from(TASKS),
    MOMENTS,
    st.integers(1, 16 * 60),
)
MISSED = st.builds(
    lambda key, task, due_at, waiting: Unanswered(
        spot_check_id=key, task_id=task, due_at=due_at, answer_by=due_at + ANSWER, waiting=waiting
    ),
    st.uuids(),
    st.sampled_from(TASKS),
    MOMENTS,
    st.booleans(),
)


@st.composite
def all_facts(draw: st.DrawFn) -> Facts:
    """Facts of a few days in any order, with some decisions on their gaps."""
    facts = Facts(
        proofs=tuple(draw(st.lists(PROOFS, max_size=8))),
        sheets=tuple(draw(st.lists(SHEETS, max_size=2))),
        unanswered=tuple(draw(st.lists(MISSED, max_size=3))),
        long_task_ids=frozenset(draw(st.sets(st.sampled_from(TASKS)))),
    )
    fewer = replace(facts, proofs=facts.proofs[: draw(st.integers(0, len(facts.proofs)))])
    decisions = [
        decided(gap, credited=draw(st.booleans()), later_min=draw(st.integers(0, 9)))
        for known in (facts, fewer)  # as the gaps are, and as they were before late proofs split them
        for gap in gaps(known, ALMATY)
        if draw(st.booleans())
    ]
    return replace(facts, decisions=decisions)


ALL_TERMS = st.builds(
    Terms,
    order_id=st.just(ORDER_ID),
    hours_total_min=st.integers(0, 3000),
    daily_cap_min=st.integers(0, 600),
    weekly_cap_min=st.none() | st.integers(0, 1200),
    allowed_weekdays=st.frozensets(st.integers(0, 6)),
    holidays=st.frozensets(st.dates(date(2026, 11, 23), date(2026, 11, 27))),
)


@ALWAYS_THE_SAME
@given(all_facts(), ALL_TERMS)
def test_credited_is_at_most_worked_and_worked_at_most_the_time_between_proofs(
    facts: Facts, terms: Terms
) -> None:
    """Nothing is credited outside the first and last proof, and the four sums add up."""
    worked, given_min, over, unproven = sums(hours_of(facts, terms))
    assert 0 <= given_min <= worked == given_min + over + unproven
    assert min(over, unproven) >= 0
    moments = [each.at for each in facts.proofs]
    moments += [at for each in facts.sheets for at in (each.came_at, each.left_at)]
    longest = max(moments) - min(moments) if moments else timedelta()
    assert timedelta(minutes=worked) <= longest


@ALWAYS_THE_SAME
@given(st.lists(NOT_ACCEPTED), st.lists(MISSED), ALL_TERMS)
def test_without_a_proof_nothing_is_worked_or_credited(
    others: list[Proof], lost: list[Unanswered], terms: Terms
) -> None:
    """Whatever else was sent."""
    assert (0, 0, 0, 0) == sums(hours_of(Facts(proofs=others, unanswered=lost), terms))


@ALWAYS_THE_SAME
@given(all_facts(), NOT_ACCEPTED, ALL_TERMS)
def test_a_check_in_that_is_not_accepted_changes_nothing(facts: Facts, other: Proof, terms: Terms) -> None:
    """Refused, in review or not judged yet."""
    assert hours_of(facts, terms) == hours_of(replace(facts, proofs=(*facts.proofs, other)), terms)


@ALWAYS_THE_SAME
@given(all_facts(), STAYING, ALL_TERMS)
def test_taking_a_proof_away_never_raises_the_credit(facts: Facts, extra: Proof, terms: Terms) -> None:
    """Arrivals and spot checks; a departure also proves the pause that follows it, see below."""
    assert credited(facts, terms) <= credited(replace(facts, proofs=(*facts.proofs, extra)), terms)


@ALWAYS_THE_SAME
@given(all_facts(), ALL_TERMS, st.data())
def test_taking_the_last_departure_away_never_raises_the_credit(
    facts: Facts, terms: Terms, data: st.DataObject
) -> None:
    """Unless the person was seen again afterwards, there is nothing that it takes away."""
    task = data.draw(st.sampled_from(TASKS))
    last = max((each.at for each in facts.proofs if each.task_id == task), default=MONDAY)
    left = Proof(
        check_in_id=uuid4(), task_id=task, kind=CheckInKind.DEPARTURE, at=last + timedelta(minutes=30)
    )
    assert credited(facts, terms) <= credited(replace(facts, proofs=(*facts.proofs, left)), terms)


@ALWAYS_THE_SAME
@given(all_facts(), SHEETS, ALL_TERMS)
def test_taking_a_sheet_away_never_raises_the_credit(facts: Facts, extra: Sheet, terms: Terms) -> None:
    """Paper only adds."""
    assert credited(facts, terms) <= credited(replace(facts, sheets=(*facts.sheets, extra)), terms)


@ALWAYS_THE_SAME
@given(all_facts(), MISSED, ALL_TERMS)
def test_an_unanswered_spot_check_never_adds_credit(facts: Facts, lost: Unanswered, terms: Terms) -> None:
    """It can only open a gap."""
    more = replace(facts, unanswered=(*facts.unanswered, lost))
    assert credited(facts, terms) >= credited(more, terms)


@ALWAYS_THE_SAME
@given(all_facts(), ALL_TERMS)
def test_a_waiting_spot_check_credits_no_more_than_a_missed_one(facts: Facts, terms: Terms) -> None:
    """Nor less: while it waits, a person has decided nothing more."""
    waiting, lost = (
        replace(facts, unanswered=tuple(replace(each, waiting=waits) for each in facts.unanswered))
        for waits in (True, False)
    )
    assert credited(waiting, terms) == credited(lost, terms)


@ALWAYS_THE_SAME
@given(all_facts())
def test_no_spot_check_is_passed_by_in_another_task(facts: Facts) -> None:
    """Minutes by face that hold an unanswered check are credited by a decision, or by a run with a proof while it was open."""
    undecided = replace(facts, sheets=(), decisions=())
    proofs = {each.check_in_id: each for each in facts.proofs}
    for day in hours_of(undecided):
        for piece in day.pieces:
            if piece.why is not None:
                continue
            for check in facts.unanswered:
                if not piece.starts_at <= check.due_at < piece.ends_at:
                    continue
                assert any(check.due_at <= proofs[key].at <= check.answer_by for key in piece.check_in_ids)


@ALWAYS_THE_SAME
@given(all_facts())
def test_who_credits_every_gap_credits_every_minute(facts: Facts) -> None:
    """Each minute that nobody has decided on lies in a gap that lists it, and one decision on each gap is enough."""
    found = gaps(facts, ALMATY)
    known = replace(facts, decisions=[decided(gap, later_min=60) for gap in found])
    worked, given_min, _over, unproven = sums(hours_of(known))
    assert (worked, 0) == (given_min, unproven)
    assert {True} >= {gap.credited for gap in gaps(known, ALMATY)}
    ids = {gap.id for gap in found}
    assert len(ids) == len(found)
    assert ids >= {key for day in hours_of(facts) for piece in day.pieces for key in piece.gap_ids}


@ALWAYS_THE_SAME
@given(all_facts(), ALL_TERMS, st.randoms(use_true_random=False))
def test_the_order_of_facts_does_not_matter(facts: Facts, terms: Terms, shuffle: st.DataObject) -> None:
    """Evidence comes late and mixed from offline phones; the same twice is the same once."""
    proofs, sheets, lost = list(facts.proofs) * 2, list(facts.sheets), list(facts.unanswered) * 2
    decisions = list(facts.decisions) * 2
    for each in (proofs, sheets, lost, decisions):
        shuffle.shuffle(each)  # type: ignore[attr-defined]
    mixed = Facts(
        proofs=proofs,
        sheets=sheets,
        unanswered=lost,
        decisions=decisions,
        long_task_ids=facts.long_task_ids,
    )
    assert hours_of(facts, terms) == hours_of(mixed, terms)
    assert stretches(facts, ALMATY) == stretches(mixed, ALMATY)
    assert gaps(facts, ALMATY) == gaps(mixed, ALMATY)


@ALWAYS_THE_SAME
@given(all_facts(), ALL_TERMS)
def test_no_minute_counts_twice_and_each_names_its_proofs(facts: Facts, terms: Terms) -> None:
    """Pieces do not overlap, and what is credited rests on two accepted check-ins or a sheet that hold it."""
    found = [piece for day in hours_of(facts, terms) for piece in day.pieces]
    for before, after in pairwise(found):
        assert before.ends_at <= after.starts_at
    times = {each.check_in_id: each.at for each in facts.proofs}
    papers = {each.sheet_id: each for each in facts.sheets}
    for piece in found:
        assert piece.minutes * timedelta(minutes=1) == piece.ends_at - piece.starts_at > timedelta()
        by_face = [times[key] for key in piece.check_in_ids]
        on_paper = [papers[key] for key in piece.sheet_ids]
        assert by_face or on_paper
        if by_face:
            assert len(by_face) >= 2
            assert min(by_face) <= piece.starts_at < piece.ends_at
            assert piece.ends_at <= max(by_face)
        assert all(each.came_at <= piece.starts_at and piece.ends_at <= each.left_at for each in on_paper)


@ALWAYS_THE_SAME
@given(all_facts(), ALL_TERMS)
def test_no_cap_is_ever_exceeded(facts: Facts, terms: Terms) -> None:
    """By day, by week, by order, by calendar."""
    days = hours_of(facts, terms)
    weeks: dict[int, int] = {}
    for day in days:
        assert day.credited_min <= terms.daily_cap_min
        if day.day.weekday() not in terms.allowed_weekdays or day.day in terms.holidays:
            assert day.credited_min == 0
        week = day.day.isocalendar().week
        weeks[week] = weeks.get(week, 0) + day.credited_min
    assert terms.weekly_cap_min is None or max(weeks.values(), default=0) <= terms.weekly_cap_min
    assert credited_by_order(days).get(ORDER_ID, 0) <= terms.hours_total_min
    assert sum(weeks.values()) == credited_by_order(days).get(ORDER_ID, 0)
