"""Stretches of presence: from the first proof of a shift to its last one. Pure.

Proofs far outside the task's window prove as others do: such a check-in never stands as accepted by the program, only by a
person who saw how far outside it was, so the acceptance is the decision that those minutes count.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from uuid import UUID

from backend.attendance.hours.rules.facts import Facts, Proof, Stretch
from shared.vocabulary import CheckInKind, Outcome, PresenceEnd

KIND_RANK = {CheckInKind.ARRIVAL: 0, CheckInKind.SPOT_CHECK: 1, CheckInKind.DEPARTURE: 2}


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
