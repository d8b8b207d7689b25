"""Which case a report joins, which cases are one, and what only a person can say. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from backend.roads.cases.rules.beliefs import DEFAULTS, Belief, Parameters
from backend.roads.cases.rules.merging import Factor, Score, compare, probabilities
from shared.vocabulary import DefectKind

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness(Generic[Key]):
    """How likely a report is of one case."""

    key: Key
    score: Score
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Generic[Key]):
    """The case that a report joins, None for a new one; and those that may be the same, the likeliest first."""

    joins: Likeness[Key] | None
    doubts: tuple[Likeness[Key], ...] = ()


def decide(
    new: Belief,
    cases: Mapping[Key, Belief],
    known: Parameters = DEFAULTS,
    *,
    fault_each_m: float | None = None,
) -> Decision[Key]:
    """What becomes of a report, or of a case that is held against the others.

    A fault of no kind of ours that was only told of joins no other such by itself: the place alone does not tell an open manhole from
    a missing sign, so a person is asked.
    """
    scores = {key: compare(new, case, known, fault_each_m=fault_each_m) for key, case in cases.items()}
    shares = probabilities([score.log_odds for score in scores.values()])
    found = sorted(
        (
            Likeness(key=key, score=score, probability=share)
            for (key, score), share in zip(scores.items(), shares, strict=True)
        ),
        key=lambda each: -each.probability,
    )
    if (
        found
        and found[0].probability >= _least(found[0].score, known)
        and not _is_vague(new, cases[found[0].key])
    ):
        return Decision(joins=found[0])
    return Decision(joins=None, doubts=tuple(each for each in found if each.probability >= known.ask_from))


def _is_vague(new: Belief, case: Belief) -> bool:
    return new.look_sum is None and new.kind is case.kind is DefectKind.OTHER


def _least(score: Score, known: Parameters) -> float:
    is_seen = any(each.factor is Factor.LOOK for each in score.evidence)
    return known.merge_from if is_seen else known.merge_blind_from
