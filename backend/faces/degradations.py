"""What poor pictures do to the comparison: retake, review, or «another person», by kind and strength.

Enrolment is clean (five photos that passed the gate), the five frames of the check-in are all made poor the same way
(``poor_pictures``). They are judged as a check-in's are (``Threshold.judge``): fewer than two usable frames are a retake,
and so are faces far from the enrolled one in frames that are not clear. What a poor picture must not do is to call the
right person another one. Chosen on people 1 to 20 (``choose_refusal``), reported on people 21 to 40.
"""

from __future__ import annotations

import hashlib
import io
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.faces.compare import pair_distances
from backend.faces.error_rates import Floats, Rate, fuse
from backend.faces.evaluation import PEOPLE, PHOTOS, code_version, measured, orl_photo, read_orl
from backend.faces.liveness_pictures import Grey
from backend.faces.liveness_readings import Points, landmarks_of
from backend.faces.pictures import read_picture
from backend.faces.poor_pictures import DEGRADATIONS, Worsen
from backend.faces.reading import MODEL_VERSION
from backend.faces.threshold import SHIPPED, Likeness, Threshold

CHOOSING, REPORTING = slice(0, PEOPLE // 2), slice(PEOPLE // 2, PEOPLE)
CLEAN = "clean"
ENROLMENT_PHOTOS = FRAMES = 5
DRAWS = 100
OTHER_PERSON_GOAL = 0.01
CHOSEN_WITHIN = 0.005
"""Half of the goal, for it is met on other people than it was chosen on."""
STEP = 0.005


@dataclass(frozen=True, slots=True, eq=False)
class Frames:
    """Readings of photos that may be poor."""

    encodings: NDArray[np.float32]
    """(people, photos, 128), NaN where the frame is unusable."""
    clear: NDArray[np.bool_]
    """(people, photos): whether nothing but the pose lowers the certainty."""


@dataclass(frozen=True, slots=True)
class Shares:
    """What became of genuine check-ins, and how many strangers got in."""

    retake: Rate
    accepted: Rate
    to_review: Rate
    other_person: Rate
    strangers_accepted: Rate
    strangers_refused: Rate
    """By the program alone; the others are asked to take it again, or meet a person."""


def evaluate_degradations(data: Path, *, cache: Path | None = None) -> dict[str, Any]:
    """``qala evaluate degradations``, in the common form. Ten minutes of CPU the first time. Raises DataMissing."""
    started = time.monotonic()
    enrolled = _may_enrol(data, REPORTING, cache)
    frames = read_poor(data, REPORTING, cache=cache)
    goals: list[dict[str, Any]] = []
    for name, poor in frames.items():
        goals += _rows(name, judge_frames(frames[CLEAN].encodings, enrolled, poor))
    return {
        "name": "degradations",
        "version": f"{MODEL_VERSION} threshold {SHIPPED.version}",
        "seconds": round(time.monotonic() - started, 1),
        "samples": (len(frames) - 1) * (PEOPLE // 2) * PHOTOS,
        "data": f"ORL, made poor; people 21-40, {ENROLMENT_PHOTOS} clean enrolment photos and {FRAMES} poor "
        f"frames, {DRAWS} draws; intervals by resampling people; limits chosen on people 1-20",
        "goals": goals,
    }


def choose_refusal(data: Path, *, cache: Path | None = None) -> dict[str, Any]:
    """``qala evaluate degradations --choose``: from which distance on clear frames may call somebody another person.

    The smallest ``refuse_above`` at which no kind and strength accuses more than CHOSEN_WITHIN of people 1 to 20, and how
    many strangers in clean pictures the program still refuses alone.
    """
    enrolled = _may_enrol(data, CHOOSING, cache)
    frames = read_poor(data, CHOOSING, cache=cache)
    clean = frames[CLEAN].encodings
    steps = np.arange(SHIPPED.retake_above, 1.0, STEP).round(3)
    for refuse_above in (float(step) for step in steps):
        threshold = replace(SHIPPED, refuse_above=refuse_above)
        accused = {
            name: judge_frames(clean, enrolled, poor, threshold).other_person.value
            for name, poor in frames.items()
        }
        if max(accused.values()) <= CHOSEN_WITHIN:
            break
    shares = judge_frames(clean, enrolled, frames[CLEAN], threshold)
    return {
        "refuse_above": refuse_above,
        "accused": accused,
        "strangers_refused": shares.strangers_refused.value,
    }


def read_poor(data: Path, people: slice, *, cache: Path | None = None) -> dict[str, Frames]:
    """Readings of the photos of some people by kind and strength, and as they are."""
    folder = data / "faces" / "orl"
    kept = None if cache is None else cache / f"poor-{people.start + 1}-{people.stop}-{_version(folder)}.npz"
    if kept is not None and kept.is_file():
        with np.load(kept) as stored:
            return {
                str(name): Frames(encodings, clear)
                for name, encodings, clear in zip(
                    stored["names"], stored["encodings"], stored["clear"], strict=True
                )
            }
    frames = _read_all(folder, people)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            kept,
            names=np.array(list(frames)),
            encodings=np.stack([each.encodings for each in frames.values()]),
            clear=np.stack([each.clear for each in frames.values()]),
        )
    return frames


def judge_frames(
    clean: NDArray[np.float32],
    enrolled: NDArray[np.bool_],
    poor: Frames,
    threshold: Threshold = SHIPPED,
    *,
    draws: int = DRAWS,
    seed: int = 20269,
) -> Shares:
    """Draw enrolment photos and frames at random and judge them.

    clean: (people, photos, 128), NaN where unusable; enrolled: photos that may enrol, (people, photos).
    """
    people, photos = enrolled.shape
    rng = np.random.default_rng(seed)
    usable = ~np.isnan(poor.encodings[..., 0])
    pairs = np.asarray(
        pair_distances(clean.reshape(-1, 128), poor.encodings.reshape(-1, 128)).reshape(
            people, photos, people, photos
        ),
        float,
    )
    counts = {likeness: np.zeros((people, people)) for likeness in Likeness}
    retakes = np.zeros((people, people))
    for _ in range(draws):
        order = np.argsort(rng.random((people, photos)), axis=1)
        template = (order < ENROLMENT_PHOTOS) & enrolled
        frames = (order >= ENROLMENT_PHOTOS) & (order < ENROLMENT_PHOTOS + FRAMES) & usable
        scores = fuse(pairs, template, frames, threshold.min_frames)
        clear = fuse(pairs, template, frames & poor.clear, threshold.min_frames)
        retakes += np.isinf(scores)
        for index in np.ndindex(people, people):
            if np.isfinite(scores[index]):
                clear_distance = float(clear[index]) if np.isfinite(clear[index]) else None
                counts[threshold.judge(float(scores[index]), clear_distance)][index] += 1
    retakes += counts[Likeness.UNSURE]
    own, others = np.eye(people, dtype=bool), ~np.eye(people, dtype=bool)

    def share(what: NDArray[np.float64], whose: NDArray[np.bool_]) -> Rate:
        return _rate(np.where(whose, what, 0.0).sum(axis=0) / whose.sum(axis=0) / draws)

    return Shares(
        retake=share(retakes, own),
        accepted=share(counts[Likeness.SAME], own),
        to_review=share(counts[Likeness.CLOSE], own),
        other_person=share(counts[Likeness.OTHER], own),
        strangers_accepted=share(counts[Likeness.SAME], others),
        strangers_refused=share(counts[Likeness.OTHER], others),
    )


def _may_enrol(data: Path, people: slice, cache: Path | None) -> NDArray[np.bool_]:
    """Which photos pass the gate as they are, (people, photos)."""
    orl = read_orl(data, cache=cache)
    passed: NDArray[np.bool_] = (orl.usable & orl.passes_gate)[people]
    return passed


def _rows(name: str, shares: Shares) -> list[dict[str, Any]]:
    return [
        measured(f"{name}: another person", shares.other_person, OTHER_PERSON_GOAL),
        measured(f"{name}: retake", shares.retake),
        measured(f"{name}: to review", shares.to_review),
        measured(f"{name}: accepted", shares.accepted, direction="at_least"),
        measured(f"{name}: strangers accepted", shares.strangers_accepted),
        measured(f"{name}: strangers refused", shares.strangers_refused, direction="at_least"),
    ]


def _rate(by_person: Floats, *, seed: int = 20270) -> Rate:
    rng = np.random.default_rng(seed)
    means = by_person[rng.integers(0, len(by_person), (1000, len(by_person)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    value = float(by_person.mean())
    return Rate(value, min(float(low), value), max(float(high), value))


def _read_all(folder: Path, people: slice) -> dict[str, Frames]:
    from backend.faces.encode import read_frame

    chosen = range(PEOPLE)[people]
    worsened: dict[str, tuple[Worsen, float]] = {CLEAN: (_as_it_is, 0.0)}
    for kind in DEGRADATIONS:
        worsened |= {f"{kind.kind}, {said}": (kind.worsen, strength) for said, strength in kind.strengths}
    result = {
        name: Frames(
            np.full((len(chosen), PHOTOS, 128), np.nan, np.float32), np.zeros((len(chosen), PHOTOS), bool)
        )
        for name in worsened
    }
    for index, person in enumerate(chosen):
        rng = np.random.default_rng([20271, person])
        for photo in range(PHOTOS):
            with Image.open(io.BytesIO(orl_photo(folder, person + 1, photo + 1))) as image:
                grey: Grey = np.asarray(image.convert("L"), dtype=float)
            points = landmarks_of(grey)
            if np.isnan(points).any():
                continue
            for name, (worsen, strength) in worsened.items():
                reading = read_frame(read_picture(_png(worsen(grey, points, strength, rng))))
                if reading.encoding is not None:
                    result[name].encodings[index, photo] = reading.encoding
                    result[name].clear[index, photo] = reading.clear
    return result


def _as_it_is(grey: Grey, _points: Points, _strength: float, _rng: np.random.Generator) -> Grey:
    return grey


def _png(grey: Grey) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.clip(np.round(grey), 0, 255).astype(np.uint8)).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _version(folder: Path) -> str:
    digest = hashlib.sha256(code_version(folder).encode())
    for name in ("poor_pictures", "degradations"):
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]
