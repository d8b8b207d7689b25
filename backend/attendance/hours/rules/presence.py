"""Stretches of presence, and the gaps round missed spot checks. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, tzinfo
from uuid import UUID, uuid5

from backend.attendance.hours.rules.facts import Facts, Gap, Proof, Stretch
from shared.vocabulary import CheckInKind, Outcome, PresenceEnd

GAPS = UUID("6f1b1f5e-6a3c-5d0c-9d5e-0c1d3b8a4e21")  # the namespace of the ids of gaps
KIND_RANK = {CheckInKind.ARRIVAL: 0, CheckInKind.SPOT_CHECK: 1, CheckInKind.DEPARTURE: 2}


def gap_id(spot_check_id: UUID) -> UUID:
    """The id of the gap round a missed spot check."""
    return uuid5(GAPS, str(spot_check_id))


def stretches(facts: Facts, zone: tzinfo) -> list[Stretch]:
    """Every stretch of presence, by its begin; one proof alone proves a moment: no minutes."""
    found = [
        Stretch(
            task_id=run[0].task_id,
            came_at=run[0].at,
            left_at=run[-1].at,
            ended_by=PresenceEnd.DEPARTURE
            if run[-1].kind is CheckInKind.DEPARTURE
            else PresenceEnd.LAST_PROOF,
            check_in_ids=tuple(proof.check_in_id for proof in run),
        )
        for run in runs_of(facts, zone)
    ]
    found += [
        Stretch(
            task_id=sheet.task_id,
            came_at=sheet.came_at,
            left_at=sheet.left_at,
            ended_by=PresenceEnd.SHEET,
            sheet_id=sheet.sheet_id,
        )
        for sheet in facts.sheets
    ]
    return sorted(found, key=lambda each: (each.came_at, each.left_at, str(each.sheet_id), each.check_in_ids))


def gaps(facts: Facts, zone: tzinfo) -> list[Gap]:
    """Every gap, by its begin: from the last proof before a missed spot check to the next one of the same stretch.

    A spot check that was missed before the first proof or after the last one leaves no gap: nothing is proven there anyway.
    """
    return sorted(
        (gap for run in runs_of(facts, zone) for gap in gaps_of(run, facts)),
        key=lambda gap: (gap.starts_at, gap.due_at, gap.id),
    )


def runs_of(facts: Facts, zone: tzinfo) -> list[list[Proof]]:
    """Accepted proofs by shift and time, each run ended by a departure or by the last proof."""
    shifts: dict[tuple[UUID, date | None], list[Proof]] = {}
    for proof in {each.check_in_id: each for each in facts.proofs}.values():
        if proof.outcome is Outcome.ACCEPTED:
            shifts.setdefault(_shift(proof.task_id, proof.at, facts, zone), []).append(proof)
    runs: list[list[Proof]] = []
    for proofs in shifts.values():
        proofs.sort(key=lambda proof: (proof.at, KIND_RANK[proof.kind], proof.check_in_id))
        run: list[Proof] = []
        for proof in proofs:
            run.append(proof)
            if proof.kind is CheckInKind.DEPARTURE:
                runs.append(run)
                run = []
        if run:
            runs.append(run)
    return runs


def _shift(task_id: UUID, at: datetime, facts: Facts, zone: tzinfo) -> tuple[UUID, date | None]:
    return task_id, at.astimezone(zone).date() if task_id in facts.long_task_ids else None


def gaps_of(run: Sequence[Proof], facts: Facts) -> Iterator[Gap]:
    for missed in {each.spot_check_id: each for each in facts.missed}.values():
        if missed.task_id != run[0].task_id or not run[0].at <= missed.due_at < run[-1].at:
            continue
        before = max(proof.at for proof in run if proof.at <= missed.due_at)
        after = min(proof.at for proof in run if proof.at > missed.due_at)
        key = gap_id(missed.spot_check_id)
        decision = facts.decisions.get(key)
        decided = (
            decision is not None and decision.starts_at <= before and after <= decision.ends_at
        )  # one that has grown since is open again
        yield Gap(
            id=key,
            spot_check_id=missed.spot_check_id,
            task_id=missed.task_id,
            due_at=missed.due_at,
            starts_at=before,
            ends_at=after,
            credited=decision.credited if decision and decided else None,
        )
