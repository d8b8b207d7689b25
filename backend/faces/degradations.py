"""What poor pictures do to the comparison: retake, review, or «another person», by kind and strength.

Enrolment is clean (five photos that passed the gate), the five frames of the check-in are all made poor the same way
(``poor_pictures``). A check-in with fewer than two usable frames is a retake; the others are judged at the shipped
threshold. What a poor picture must not do is to call the right person another one. Nothing was tuned on these figures;
they come from people 21 to 40.
"""

from __future__ import annotations

import hashlib
import io
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.faces.compare import pair_distances
from backend.faces.error_rates import Floats, Rate, fuse
from backend.faces.evaluation import PEOPLE, PHOTOS, code_version, measured, orl_photo, read_orl
from backend.faces.liveness_pictures import Grey
from backend.faces.liveness_readings import landmarks_of
from backend.faces.pictures import read_picture
from backend.faces.poor_pictures import DEGRADATIONS
from backend.faces.reading import MODEL_VERSION
from backend.faces.threshold import SHIPPED

REPORTING = slice(PEOPLE // 2, PEOPLE)
ENROLMENT_PHOTOS = FRAMES = 5
DRAWS = 100
OTHER_PERSON_GOAL = 0.01


@dataclass(frozen=True, slots=True)
class Shares:
    """What became of genuine check-ins, and how many strangers got in."""

    retake: Rate
    accepted: Rate
    to_review: Rate
    other_person: Rate
    strangers_accepted: Rate


def evaluate_degradations(data: Path, *, cache: Path | None = None) -> dict[str, Any]:
    """``qala evaluate degradations``, in the common form. Five minutes of CPU the first time. Raises DataMissing."""
    started = time.monotonic()
    clean = read_orl(data, cache=cache)
    poor = read_poor(data, cache=cache)
    enrolled = clean.usable & clean.passes_gate
    goals: list[dict[str, Any]] = []
    shares = judge_frames(clean.encodings[REPORTING], enrolled[REPORTING], clean.encodings[REPORTING])
    goals += _rows("clean", shares)
    for name, encodings in poor.items():
        shares = judge_frames(clean.encodings[REPORTING], enrolled[REPORTING], encodings[REPORTING])
        goals += _rows(name, shares)
    return {
        "name": "degradations",
        "version": f"{MODEL_VERSION} threshold {SHIPPED.version}",
        "seconds": round(time.monotonic() - started, 1),
        "samples": len(poor) * (PEOPLE // 2) * PHOTOS,
        "data": f"{clean.source}, made poor; people 21-40, {ENROLMENT_PHOTOS} clean enrolment photos and {FRAMES} poor "
        f"frames, {DRAWS} draws; intervals by resampling people",
        "goals": goals,
    }


def read_poor(data: Path, *, cache: Path | None = None) -> dict[str, NDArray[np.float32]]:
    """Encodings (40, 10, 128) by kind and strength, NaN where the frame is unusable and for people 1 to 20, who are
    not read."""
    folder = data / "faces" / "orl"
    kept = None if cache is None else cache / f"poor-{_version(folder)}.npz"
    if kept is not None and kept.is_file():
        with np.load(kept) as stored:
            return {name: stored[name] for name in stored.files}
    encodings = _read_all(folder)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, **encodings)  # type: ignore[arg-type]
    return encodings


def judge_frames(
    clean: NDArray[np.float32],
    enrolled: NDArray[np.bool_],
    poor: NDArray[np.float32],
    *,
    draws: int = DRAWS,
    seed: int = 20269,
) -> Shares:
    """Draw enrolment photos and frames at random and judge them at the shipped threshold.

    clean, poor: (people, photos, 128), NaN where unusable; enrolled: photos that may enrol, (people, photos).
    """
    people, photos = enrolled.shape
    rng = np.random.default_rng(seed)
    usable = ~np.isnan(poor[..., 0])
    pairs = pair_distances(clean.reshape(-1, 128), poor.reshape(-1, 128)).reshape(
        people, photos, people, photos
    )
    genuine = np.zeros((4, people))
    strangers = np.zeros(people)
    for _ in range(draws):
        order = np.argsort(rng.random((people, photos)), axis=1)
        template = (order < ENROLMENT_PHOTOS) & enrolled
        frames = (order >= ENROLMENT_PHOTOS) & (order < ENROLMENT_PHOTOS + FRAMES) & usable
        scores = fuse(np.asarray(pairs, float), template, frames, SHIPPED.min_frames)
        own = np.diag(scores)
        genuine += np.stack(
            [
                np.isinf(own),
                own <= SHIPPED.accept_at,
                (own > SHIPPED.accept_at) & (own <= SHIPPED.refuse_above),
                (own > SHIPPED.refuse_above) & np.isfinite(own),
            ]
        )
        others = scores <= SHIPPED.accept_at
        np.fill_diagonal(others, False)
        strangers += others.sum(axis=0) / (people - 1)
    retake, accepted, review, other = (_rate(by_person / draws) for by_person in genuine)
    return Shares(retake, accepted, review, other, _rate(strangers / draws))


def _rows(name: str, shares: Shares) -> list[dict[str, Any]]:
    return [
        measured(f"{name}: another person", shares.other_person, OTHER_PERSON_GOAL),
        measured(f"{name}: retake", shares.retake),
        measured(f"{name}: to review", shares.to_review),
        measured(f"{name}: accepted", shares.accepted, direction="at_least"),
        measured(f"{name}: strangers accepted", shares.strangers_accepted),
    ]


def _rate(by_person: Floats, *, seed: int = 20270) -> Rate:
    rng = np.random.default_rng(seed)
    means = by_person[rng.integers(0, len(by_person), (1000, len(by_person)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    value = float(by_person.mean())
    return Rate(value, min(float(low), value), max(float(high), value))


def _read_all(folder: Path) -> dict[str, NDArray[np.float32]]:
    from backend.faces.encode import read_frame

    rng = np.random.default_rng(20271)
    names = [(kind, said, strength) for kind in DEGRADATIONS for said, strength in kind.strengths]
    result = {
        f"{kind.kind}, {said}": np.full((PEOPLE, PHOTOS, 128), np.nan, np.float32) for kind, said, _ in names
    }
    for person in range(PEOPLE)[REPORTING]:
        for photo in range(PHOTOS):
            with Image.open(io.BytesIO(orl_photo(folder, person + 1, photo + 1))) as image:
                grey: Grey = np.asarray(image.convert("L"), dtype=float)
            points = landmarks_of(grey)
            if np.isnan(points).any():
                continue
            for kind, said, strength in names:
                worse = kind.worsen(grey, points, strength, rng)
                encoding = read_frame(read_picture(_png(worse))).encoding
                if encoding is not None:
                    result[f"{kind.kind}, {said}"][person, photo] = encoding
    return result


def _png(grey: Grey) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.clip(np.round(grey), 0, 255).astype(np.uint8)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _version(folder: Path) -> str:
    digest = hashlib.sha256(code_version(folder).encode())
    for name in ("poor_pictures", "degradations"):
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]
