"""Gaps: minutes between two proofs in which a spot check fell due and nobody answered. Pure.

A spot check is about the person, not about the task that drew it: it binds every run of proofs round it, of whichever task,
unless that run has a proof of its own while the check could be answered. All spot checks of one interval make one gap, and
intervals of several tasks that share a spot check make one too, so one decision is enough. A decision holds for its very
minutes: proofs that come later may split or shrink the gap, and what is left of it stays decided; minutes that the gap did not
have then are open. Of several decisions on a minute the newest stands.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import pairwise
from uuid import UUID, uuid5

from backend.attendance.hours.rules.facts import Decision, Facts, Gap, Proof, Unanswered, Why
from backend.attendance.hours.rules.presence import runs_of
from backend.attendance.hours.rules.whole_minutes import outward

GAPS = UUID("6f1b1f5e-6a3c-5d0c-9d5e-0c1d3b8a4e21")  # the namespace of the ids of gaps


@dataclass(frozen=True)
class Hole:
    """The time between two neighbouring proofs of a run, with the unanswered spot checks that bind it, by time."""

    starts_at: datetime
    ends_at: datetime
    checks: tuple[Unanswered, ...]


def gap_id(spot_check_id: UUID) -> UUID:
    """The id of the gap whose first unanswered spot check this is."""
    return uuid5(GAPS, str(spot_check_id))


def gaps(facts: Facts, zone: tzinfo) -> list[Gap]:
    """Every gap, by its begin.

    A spot check before the first proof or after the last one leaves no gap: nothing is proven there anyway.
    """
    found = gaps_by_spot_check(facts, runs_of(facts, zone))
    return sorted(
        {gap.id: gap for gap in found.values()}.values(),
        key=lambda gap: (gap.starts_at, gap.due_at, gap.id),
    )


def gaps_by_spot_check(facts: Facts, runs: Iterable[Sequence[Proof]]) -> dict[UUID, Gap]:
    """The gap of each spot check that leaves one."""
    found: dict[UUID, Gap] = {}
    for holes in _together(hole for run in runs for hole in holes_of(run, facts)):
        gap = _gap(holes, facts.decisions)
        found |= dict.fromkeys(gap.spot_check_ids, gap)
    return found


def holes_of(run: Sequence[Proof], facts: Facts) -> list[Hole]:
    """The holes that spot checks without an answer make in a run of proofs, which is in the order of time."""
    times = [proof.at for proof in run]
    found: dict[int, list[Unanswered]] = {}
    for check in {each.spot_check_id: each for each in facts.unanswered}.values():
        seen = bisect_left(times, check.due_at)
        if seen < len(times) and times[seen] <= check.answer_by:
            continue  # seen at work while the check could be answered
        after = bisect_right(times, check.due_at)
        if 0 < after < len(times):
            found.setdefault(after, []).append(check)
    return [
        Hole(times[after - 1], times[after], tuple(sorted(checks, key=_by_time)))
        for after, checks in sorted(found.items())
    ]


def verdict(gap: Gap, here: int, there: int, decisions: Collection[Decision]) -> Why | None:
    """Whether some minutes of a gap count; no decision ends within them."""
    decision = _standing(here, there, decisions)
    if decision is None:
        return Why.WAITING if gap.waiting else Why.UNPROVEN
    return None if decision.credited else Why.NOT_CREDITED


def _together(holes: Iterable[Hole]) -> list[list[Hole]]:
    """Holes in groups that share no spot check."""
    groups: list[tuple[set[UUID], list[Hole]]] = []
    for hole in holes:
        keys, members = {check.spot_check_id for check in hole.checks}, [hole]
        apart = []
        for group in groups:
            if group[0] & keys:
                keys |= group[0]
                members = group[1] + members
            else:
                apart.append(group)
        groups = [*apart, (keys, members)]
    return [members for _keys, members in groups]


def _gap(holes: Sequence[Hole], decisions: Collection[Decision]) -> Gap:
    checks = sorted(
        {check.spot_check_id: check for hole in holes for check in hole.checks}.values(), key=_by_time
    )
    starts_at, ends_at = min(hole.starts_at for hole in holes), max(hole.ends_at for hole in holes)
    decision = _decision_on(starts_at, ends_at, decisions)
    return Gap(
        id=gap_id(checks[0].spot_check_id),
        spot_check_ids=tuple(check.spot_check_id for check in checks),
        task_id=checks[0].task_id,
        due_at=checks[0].due_at,
        starts_at=starts_at,
        ends_at=ends_at,
        waiting=any(check.waiting for check in checks),
        credited=decision.credited if decision else None,
        decision=decision,
    )


def _decision_on(starts_at: datetime, ends_at: datetime, decisions: Collection[Decision]) -> Decision | None:
    """The newest decision on a span all of whose minutes are decided on: of those that credit nothing, if there are any."""
    start, end = outward(starts_at, ends_at)
    edges = {edge for each in decisions for edge in outward(each.starts_at, each.ends_at)}
    cuts = sorted({start, end} | {edge for edge in edges if start < edge < end})
    parts = [_standing(here, there, decisions) for here, there in pairwise(cuts)]
    decided = [part for part in parts if part is not None]
    if len(decided) < len(parts):
        return None
    return max([each for each in decided if not each.credited] or decided, key=_age)


def _standing(here: int, there: int, decisions: Collection[Decision]) -> Decision | None:
    """The newest decision that holds for all of some minutes."""
    holding = []
    for each in decisions:
        start, end = outward(each.starts_at, each.ends_at)
        if start <= here and there <= end:
            holding.append(each)
    return max(holding, key=_age, default=None)


def _age(decision: Decision) -> tuple[datetime, int, UUID]:
    return decision.decided_at, decision.number, decision.gap_id


def _by_time(check: Unanswered) -> tuple[datetime, UUID]:
    return check.due_at, check.spot_check_id
