"""Error rates of liveness in a field trial (ISO/IEC 30107-3), from a folder of recorded attempts.

How a trial is run, and how its folder looks: docs/liveness-trial.md.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from backend.faces.error_rates import Rate
from backend.faces.evaluation import DataMissing, measured
from backend.faces.liveness import LIMITS, LiveFrame, assess
from backend.faces.reading import MODEL_VERSION
from backend.faces.verifier import DlibVerifier, FaceVerifier
from shared.decoding import DecodeError, decode
from shared.shapes import limits
from shared.strict_json import parse_json
from shared.vocabulary import LivenessOutcome, Move

BONA_FIDE = "bona_fide"
FRAMES_MOST = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialAttempt:
    """``attempt.json``: one attempt, with as many prompts and times as frames."""

    kind: str = field(metadata=limits("bona_fide, or the attack's species", min_length=1, max_length=64))
    subject: str = field(
        metadata=limits("Whose face it is: a number, never a name", min_length=1, max_length=64)
    )
    moves: tuple[Move, ...] = field(metadata=limits("Asked for, in order", min_length=1, max_length=8))
    frames: tuple[str, ...] = field(
        metadata=limits("File names beside it", min_length=1, max_length=FRAMES_MOST)
    )
    prompts: tuple[int | None, ...] = field(metadata=limits("Of each frame", max_length=FRAMES_MOST))
    times_s: tuple[float, ...] = field(metadata=limits("Of each frame, any origin", max_length=FRAMES_MOST))
    mirrored: bool = field(metadata=limits("Whether the pictures are mirror images"))


@dataclass(frozen=True, slots=True)
class TrialResult:
    """What became of one attempt."""

    kind: str
    subject: str
    outcome: LivenessOutcome


class BadTrial(ValueError):
    """A file of the trial cannot be used; says which, and why."""


def evaluate_trial(folder: Path, verifier: FaceVerifier | None = None) -> dict[str, Any]:
    """``qala evaluate liveness --trial FOLDER``, in the common form; about 0.04 s of CPU a frame.

    APCER: share of attacks of one species judged LIVE; BPCER: share of genuine attempts judged ATTACK or UNCERTAIN;
    non-response: share that did not move as asked (UNKNOWN). Intervals: Clopper and Pearson, 95 %, which take
    attempts for independent; those of one subject are not quite. Raises DataMissing and BadTrial.
    """
    started = time.monotonic()
    verifier = verifier or DlibVerifier()
    results = [_result(file, verifier) for file in sorted(folder.rglob("attempt.json"))]
    if not results:
        raise DataMissing(
            f"{folder} must hold folders with attempt.json, had none: see docs/liveness-trial.md"
        )
    goals: list[dict[str, Any]] = []
    genuine = [each.outcome for each in results if each.kind == BONA_FIDE]
    if genuine:
        goals.append(_row("BPCER", genuine, LivenessOutcome.ATTACK, LivenessOutcome.UNCERTAIN))
        goals.append(_row("non-response, bona fide", genuine, LivenessOutcome.UNKNOWN))
    for species in sorted({each.kind for each in results} - {BONA_FIDE}):
        attacks = [each.outcome for each in results if each.kind == species]
        goals.append(_row(f"APCER {species}", attacks, LivenessOutcome.LIVE))
        goals.append(_row(f"non-response, {species}", attacks, LivenessOutcome.UNKNOWN))
    subjects = len({each.subject for each in results})
    return {
        "name": "liveness trial",
        "version": f"{LIMITS.version} {MODEL_VERSION}",
        "seconds": round(time.monotonic() - started, 1),
        "samples": len(results),
        "data": f"{len(results)} attempts with the faces of {subjects} subjects in {folder.name}; exact binomial "
        "intervals",
        "goals": goals,
    }


def clopper_pearson(hits: int, trials: int, confidence: float = 0.95) -> Rate:
    """Exact binomial interval. Source: Clopper & Pearson, Biometrika 26, 1934. ``trials`` is 1 or more."""
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else _solve(lambda share: 1 - _at_most(hits - 1, trials, share) - tail)
    high = 1.0 if hits == trials else _solve(lambda share: tail - _at_most(hits, trials, share))
    return Rate(hits / trials, low, high)


def read_attempt(file: Path) -> TrialAttempt:
    """An ``attempt.json``. Raises BadTrial."""
    try:
        attempt = decode(TrialAttempt, parse_json(file.read_bytes()))
    except DecodeError as error:
        raise BadTrial(f"{file}: {error}") from error
    if not len(attempt.frames) == len(attempt.prompts) == len(attempt.times_s):
        raise BadTrial(
            f"{file}: frames, prompts and times_s must be equally many, were {len(attempt.frames)}, "
            f"{len(attempt.prompts)} and {len(attempt.times_s)}"
        )
    for name in attempt.frames:
        if Path(name).name != name or not (file.parent / name).is_file():
            raise BadTrial(f"{file}: frames must name files beside it, was {name!r}: put it there")
    return attempt


def _result(file: Path, verifier: FaceVerifier) -> TrialResult:
    attempt = read_attempt(file)
    readings = verifier.read([(file.parent / name).read_bytes() for name in attempt.frames])
    frames = [
        LiveFrame(reading.landmarks if reading.usable else None, at_s, prompt)
        for reading, at_s, prompt in zip(readings, attempt.times_s, attempt.prompts, strict=True)
    ]
    outcome = assess(frames, attempt.moves, mirrored=attempt.mirrored).outcome
    return TrialResult(attempt.kind, attempt.subject, outcome)


def _row(name: str, outcomes: Sequence[LivenessOutcome], *counted: LivenessOutcome) -> dict[str, Any]:
    hits = sum(outcome in counted for outcome in outcomes)
    return measured(f"{name} ({hits} of {len(outcomes)})", clopper_pearson(hits, len(outcomes)))


def _at_most(hits: int, trials: int, share: float) -> float:
    """Chance of ``hits`` or fewer."""
    return math.fsum(
        math.exp(
            math.lgamma(trials + 1)
            - math.lgamma(count + 1)
            - math.lgamma(trials - count + 1)
            + count * math.log(share)
            + (trials - count) * math.log1p(-share)
        )
        for count in range(hits + 1)
    )


def _solve(rising: Callable[[float], float]) -> float:
    """Where a function that rises on (0, 1) is 0, by halving."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return (low + high) / 2
