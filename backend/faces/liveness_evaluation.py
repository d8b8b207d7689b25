"""Error rates of liveness (ISO/IEC 30107-3) in a simulation of geometry: real landmarks, invented movement.

What is real: the photos, their landmarks and the detector's noise, the turned heads (other photos of the same person),
and dlib's readings of drawn pictures of the photos. What is invented: the movement between two photos, and how
pictures are held. What is absent: phones, light, paper, masks. Real APCER and BPCER are unknown until a field trial
(docs/liveness-trial.md).

The depth profile was learned and both limits on depth were chosen on people 1 to 20; everything reported comes from
people 21 to 40. «APCER» is the share of attacks judged LIVE, «BPCER» the share of genuine attempts judged ATTACK or
UNCERTAIN; attempts that did not move as asked (UNKNOWN) are counted as «retake».
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.faces.error_rates import Rate
from backend.faces.evaluation import ENLARGED_PX, PEOPLE, PHOTOS, measured
from backend.faces.homography import homography_residual
from backend.faces.liveness import LIMITS, assess
from backend.faces.liveness_attempts import Attempt, Attempts
from backend.faces.liveness_readings import SPECIES, read_liveness
from shared.vocabulary import FindingCode, FindingResult, LivenessOutcome

CHOOSING, REPORTING = range(PEOPLE // 2), range(PEOPLE // 2, PEOPLE)
"""Who chose the limits, and on whom rates are reported."""
MOVES = (1, 2, 3)
DRAWS = 40
"""Attempts of each person, kind and number of movements."""
APCER_GOAL, BPCER_GOAL = 0.01, 0.02
GOAL_KINDS = tuple(SPECIES)[:3]
"""The flat kinds; curled pictures are reported beside them."""

Source = Callable[[int, np.random.Generator, int], Iterable[Attempt]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One attempt after ``assess``."""

    person: int
    outcome: LivenessOutcome
    varied: bool
    """Whether its movements differ, as those of a real challenge do; some people have photos for one only."""
    moved: bool
    depth_share: float
    """NaN where it was not measured."""
    residual: float
    """Of the baseline: mean over the movements of the best homography's residual."""


def evaluate_liveness(data: Path, *, cache: Path | None = None) -> dict[str, Any]:
    """``qala evaluate liveness``, in the common form of measurements. Raises DataMissing.

    Deterministic but for ``seconds``. A minute and a half of CPU; ten more to read the pictures the first time.
    """
    started = time.monotonic()
    readings = read_liveness(data, cache=cache)
    reported = Attempts(readings, REPORTING)
    goals: list[dict[str, Any]] = []
    samples = 0
    for moves in MOVES:
        genuine = judge(reported.bona_fide, moves)
        attacks = {kind: judge(_attack(reported, kind), moves) for kind in SPECIES}
        others = {
            "relay of a genuine film (expected to pass)": judge(reported.relay, moves),
            "swapped real photos (expected to pass)": judge(reported.swapped_photos, moves),
        }
        limit = baseline_limit(judge(Attempts(readings, CHOOSING).bona_fide, moves))
        samples += len(genuine) + sum(map(len, attacks.values())) + sum(map(len, others.values()))
        goals += _rows(moves, genuine, attacks, others, limit)
    performing = sorted({attempt.person for attempt in reported.bona_fide(1, np.random.default_rng(1), 1)})
    return {
        "name": "liveness (a simulation of geometry)",
        "version": LIMITS.version,
        "seconds": round(time.monotonic() - started, 1),
        "samples": samples,
        "data": f"AT&T/ORL, {PEOPLE} people x {PHOTOS} photos enlarged to {ENLARGED_PX[0]} x {ENLARGED_PX[1]} px; "
        f"people 21-40 ({len(performing)} of them have photos with a turned head), {DRAWS} attempts each; "
        "intervals by resampling people",
        "goals": goals,
    }


def choose_limits(data: Path, *, cache: Path | None = None) -> dict[str, Any]:
    """``qala evaluate liveness --choose``: the limits on depth that people 1 to 20 would have us ship.

    ``min_depth_share``: one genuine attempt of two movements in a hundred has less. ``attack_depth_share``: one in
    a thousand has; an attempt is called an attack only when hardly any living head looks so, and a step further down
    is shipped.
    """
    attempts = Attempts(read_liveness(data, cache=cache), CHOOSING)
    genuine = [each.depth_share for each in judge(attempts.bona_fide, 2, draws=10 * DRAWS) if each.moved]
    pictures = {
        kind: [each.depth_share for each in judge(_attack(attempts, kind), 2) if each.moved]
        for kind in SPECIES
    }
    return {
        "min_depth_share": _to_step(float(np.quantile(genuine, 0.01))),
        "attack_depth_share": _to_step(float(np.quantile(genuine, 0.001))),
        "genuine, quantiles 0.001 0.01 0.5 0.99": np.quantile(genuine, [0.001, 0.01, 0.5, 0.99])
        .round(3)
        .tolist(),
        "pictures that moved as asked, quantiles 0.5 0.99 1": {
            kind: np.quantile(shares, [0.5, 0.99, 1.0]).round(3).tolist() if shares else []
            for kind, shares in pictures.items()
        },
    }


def judge(source: Source, moves: int, *, draws: int = DRAWS, seed: int = 20267) -> list[Judged]:
    """Every attempt of a source through ``assess`` and the baseline."""
    return [_judged(attempt) for attempt in source(moves, np.random.default_rng(seed), draws)]


def _judged(attempt: Attempt) -> Judged:
    liveness = assess(attempt.frames, attempt.moves)
    movement = liveness.measure(FindingCode.LIVE_MOVEMENT)
    depth = liveness.measure(FindingCode.LIVE_DEPTH)
    return Judged(
        attempt.person,
        liveness.outcome,
        len(set(attempt.moves)) == len(attempt.moves),
        movement is not None and movement.result is FindingResult.OK,
        float("nan") if depth is None else depth.value,
        _residual(attempt),
    )


def _residual(attempt: Attempt) -> float:
    """Between the first frame and the last of each movement."""
    first = attempt.frames[0].landmarks
    lasts = {frame.prompt: frame.landmarks for frame in attempt.frames if frame.prompt is not None}
    residuals = [
        homography_residual(first.astype(float), last.astype(float))
        for last in lasts.values()
        if first is not None and last is not None
    ]
    return float(np.mean(residuals))


def baseline_limit(genuine: Sequence[Judged]) -> float:
    """The residual that turns away as many genuine attempts as the goal for BPCER allows."""
    return float(np.quantile([each.residual for each in genuine if each.moved], BPCER_GOAL))


def _attack(attempts: Attempts, kind: str) -> Source:
    return lambda moves, rng, draws: attempts.attacks(kind, moves, rng, draws)


def _rows(
    moves: int,
    genuine: Sequence[Judged],
    attacks: dict[str, list[Judged]],
    others: dict[str, list[Judged]],
    limit: float,
) -> list[dict[str, Any]]:
    word = f"{moves} movement{'s' if moves > 1 else ''}"
    strict = moves > 1
    rows = [
        measured(f"BPCER, {word}", share(genuine, _misjudged), BPCER_GOAL if strict else None),
        measured(
            f"  of those whose movements all differ, {word}",
            share([one for one in genuine if one.varied], _misjudged),
        ),
        measured(f"genuine, retake, {word}", share(genuine, _unknown)),
    ]
    for kind, judged in attacks.items():
        goal = APCER_GOAL if strict and kind in GOAL_KINDS else None
        rows.append(measured(f"APCER {kind}, {word}", share(judged, _live), goal))
        rows.append(measured(f"  of those that moved as asked, {kind}, {word}", share_moved(judged, _live)))
        rows.append(measured(f"  called an attack, {kind}, {word}", share(judged, _attack_found)))
        rows.append(measured(f"  retake, {kind}, {word}", share(judged, _unknown)))
    rows += [measured(f"APCER {kind}, {word}", share(judged, _live)) for kind, judged in others.items()]
    passes = _passes_baseline(limit)
    rows.append(
        measured(f"baseline (homography): BPCER, {word}", share_moved(genuine, lambda one: not passes(one)))
    )
    rows += [
        measured(f"baseline (homography): APCER {kind}, {word}", share(judged, passes))
        for kind, judged in attacks.items()
    ]
    return rows


def _live(one: Judged) -> bool:
    return one.outcome is LivenessOutcome.LIVE


def _unknown(one: Judged) -> bool:
    return one.outcome is LivenessOutcome.UNKNOWN


def _attack_found(one: Judged) -> bool:
    return one.outcome is LivenessOutcome.ATTACK


def _misjudged(one: Judged) -> bool:
    return one.outcome in (LivenessOutcome.ATTACK, LivenessOutcome.UNCERTAIN)


def _passes_baseline(limit: float) -> Callable[[Judged], bool]:
    return lambda one: one.moved and one.residual >= limit


def share_moved(judged: Sequence[Judged], holds: Callable[[Judged], bool]) -> Rate:
    """``share`` among attempts that moved as asked; 0 to 1 when there are none."""
    moved = [one for one in judged if one.moved]
    return share(moved, holds) if moved else Rate(0.0, 0.0, 1.0)


def share(judged: Sequence[Judged], holds: Callable[[Judged], bool], *, seed: int = 20268) -> Rate:
    """Share of the attempts of which something holds; 95 % interval by resampling people."""
    rng = np.random.default_rng(seed)
    people = sorted({one.person for one in judged})
    counts: NDArray[np.float64] = np.array(
        [
            [
                sum(holds(one) for one in judged if one.person == person),
                sum(one.person == person for one in judged),
            ]
            for person in people
        ],
        float,
    )
    value = counts[:, 0].sum() / counts[:, 1].sum()
    drawn = counts[rng.integers(0, len(people), (1000, len(people)))].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return Rate(float(value), min(float(low), float(value)), max(float(high), float(value)))


def _to_step(number: float) -> float:
    return round(round(number / 0.05) * 0.05, 2)
