"""Measured error rates of the very code that check-ins use, and the shipped threshold that follows from them.

What was chosen how. Ways of fusion, flipped copies at enrolment, 5 landmarks and contrast equalisation were compared
on people 1 to 20 of ORL ("development") alone; the mean over all pairs of plain encodings won. The reported figures
are the mean over 50 splits of all 40 people, threshold chosen on one half, errors on the other; since half of the
people took part in the choice of variant, the same figures are also given for people 21 to 40 alone. Three things were
set with all 40 in view: the detector's fallback (after counting in how many photos no face was found), the quality
limits, and the rule by which the shipped threshold stays below the curve's. "At the shipped threshold" is therefore
measured on the people who chose it.

No photo is refused for its quality here (nobody can retake them), so enrolment is worse than in the field; a photo
without a face is dropped, and with fewer than two usable frames (one, for single photos) or no enrolment photo the
comparison counts as a false non-match.
"""

from __future__ import annotations

import hashlib
import io
import math
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.faces.compare import distances_to_others, odd_ones_out, pair_distances
from backend.faces.error_rates import Rate, Size, draw_scores, fixed_rates, split_rates
from backend.faces.pictures import read_picture
from backend.faces.quality import ENROLMENT_LIMITS, judge
from backend.faces.reading import MODEL_VERSION, FrameReading
from backend.faces.threshold import SHIPPED, Threshold

PEOPLE, PHOTOS = 40, 10
ENLARGED_PX = (276, 336)
"""Three times ORL's documented 92 × 112 px, whatever size the files have: some copies of the set hold 23 × 28
px."""
SIZES = (Size(1, 1), Size(3, 3), Size(5, 3), Size(5, 5))
SERVED_SIZES = (Size(3, 2), Size(3, 3), Size(5, 3), Size(5, 5))
"""What a check-in may have, fewest photos and frames first; the shipped threshold holds for each of them."""
FMR_TARGETS = (1e-3, 1e-4)
FNMR_GOALS = {("5+3", 1e-3): 0.02, ("5+5", 1e-3): 0.005}
STEP = 0.005
"""Thresholds are no finer than the data."""
LIBRARY_TOLERANCE = 0.6
"""face_recognition's default."""


class DataMissing(FileNotFoundError):
    """The measurement's data is not where it was looked for."""


@dataclass(frozen=True, slots=True, eq=False)
class OrlReadings:
    """Readings of the 400 photos: encodings (40, 10, 128), NaN where no face; photos that pass the enrolment
    gate."""

    encodings: NDArray[np.float32]
    passes_gate: NDArray[np.bool_]
    stored_px: tuple[int, int]
    """Width and height of the files themselves: what was measured depends on it."""

    @property
    def usable(self) -> NDArray[np.bool_]:
        """Photos with an encoding, (40, 10)."""
        return ~np.isnan(self.encodings[..., 0])

    @property
    def source(self) -> str:
        """What was measured, in words that travel with every figure."""
        stored, enlarged = (f"{width} x {height} px" for width, height in (self.stored_px, ENLARGED_PX))
        return f"AT&T/ORL, {PEOPLE} people x {PHOTOS} photos of {stored} enlarged to {enlarged}"

    def pairs(self) -> NDArray[np.float64]:
        """Distances between all photos, (40, 10, 40, 10)."""
        flat = self.encodings.reshape(-1, self.encodings.shape[-1])
        people, photos = self.usable.shape
        return pair_distances(flat, flat).reshape(people, photos, people, photos)


def evaluate_faces(data: Path, *, cache: Path | None = None) -> dict[str, Any]:
    """``qala evaluate faces``: FMR and FNMR on ORL, in the common form of measurements. About two minutes of
    CPU.

    Raises DataMissing. Deterministic but for ``seconds``.
    """
    started = time.monotonic()
    readings = read_orl(data, cache=cache)
    pairs, usable = readings.pairs(), readings.usable
    goals = []
    for size in SIZES:
        for target in FMR_TARGETS:
            rates = split_rates(pairs, usable, size, target)
            goals.append(
                measured(f"FNMR {size} at FMR {target:g}", rates.fnmr, FNMR_GOALS.get((str(size), target)))
            )
            goals.append(measured(f"FMR {size} on the held-out half, threshold for {target:g}", rates.fmr))
    untouched = slice(PEOPLE // 2, PEOPLE)
    for size in SIZES[2:]:
        rates = split_rates(pairs[untouched, :, untouched], usable[untouched], size, FMR_TARGETS[0])
        goals.append(measured(f"FNMR {size} at FMR {FMR_TARGETS[0]:g}, people 21-40 alone", rates.fnmr))
    for size in SERVED_SIZES:
        fnmr, fmr = fixed_rates(pairs, usable, size, SHIPPED.accept_at)
        goals.append(measured(f"FMR {size} at the shipped threshold", fmr))
        goals.append(measured(f"FNMR {size} at the shipped threshold", fnmr))
    fnmr, fmr = fixed_rates(pairs, usable, Size(1, 1), LIBRARY_TOLERANCE)
    goals.append(measured(f"FMR 1+1 at the library's own {LIBRARY_TOLERANCE}", fmr))
    goals.append(measured(f"FNMR 1+1 at the library's own {LIBRARY_TOLERANCE}", fnmr))
    goals.append(measured("photos in which no face is found", _share_of_people(~usable)))
    goals.append(
        measured(
            "photos that pass the enrolment gate",
            _share_of_people(readings.passes_gate),
            direction="at_least",
        )
    )
    return {
        "name": "faces",
        "version": f"{MODEL_VERSION} threshold {SHIPPED.version}",
        "seconds": round(time.monotonic() - started, 1),
        "samples": int(usable.size),
        "data": f"{readings.source}; 50 identity-disjoint splits x 30 draws, intervals by resampling people",
        "goals": goals,
    }


def choose_threshold(
    readings: OrlReadings, *, version: str, fmr: float = FMR_TARGETS[0], seed: int = 20263
) -> Threshold:
    """The threshold to ship, from the curves on all people: safe at every served size, in steps of 0.005.

    ``accept_at``: the largest at which even the upper end of the 95 % interval of the FMR stays within
    ``fmr``; the plain threshold at ``fmr`` lets about twice as many through on people who did not choose it.
    ``retake_above``: one genuine check-in in a thousand has to be taken again for its distance.
    ``one_identity_at``: one genuine set of photos in a hundred is called mixed, which costs a retake.
    """
    pairs, usable = readings.pairs(), readings.usable
    rng = np.random.default_rng(seed)
    genuine_ends = []
    for size in SERVED_SIZES:
        scores = np.stack([draw_scores(pairs, usable, size, rng) for _ in range(500)])
        genuine = np.diagonal(scores, axis1=1, axis2=2)
        genuine_ends.append(float(np.quantile(genuine[np.isfinite(genuine)], 0.999)))
    accept_at = next(
        distance
        for distance in np.arange(0.60, 0.0, -STEP).round(3)
        if all(fixed_rates(pairs, usable, size, distance)[1].high <= fmr for size in SERVED_SIZES)
    )
    return Threshold(
        version=version,
        model_version=MODEL_VERSION,
        data=readings.source,
        fmr_target=fmr,
        accept_at=float(accept_at),
        retake_above=_step_up(max(genuine_ends)),
        refuse_above=SHIPPED.refuse_above,  # poor pictures say it: see ``degradations.choose_refusal``
        one_identity_at=_step_up(float(np.quantile(_spread_of_sets(readings, rng), 0.99))),
    )


def choose_shipped(data: Path, *, cache: Path | None = None) -> dict[str, Any]:
    """``qala evaluate faces --choose``: the fields of the threshold to ship, and what its limit on mixed sets finds."""
    readings = read_orl(data, cache=cache)
    threshold = choose_threshold(readings, version=SHIPPED.version)
    return asdict(threshold) | {"mixed_sets_found": mixed_sets_found(readings, threshold.one_identity_at)}


def mixed_sets_found(readings: OrlReadings, limit: float, *, draws: int = 2000, seed: int = 20264) -> float:
    """Share of sets of four photos of one person and one of another in which the stranger is named."""
    rng = np.random.default_rng(seed)
    found = 0
    for _ in range(draws):
        person, stranger = rng.choice(PEOPLE, 2, replace=False)
        own = rng.choice(np.nonzero(readings.usable[person])[0], 4, replace=False)
        other = rng.choice(np.nonzero(readings.usable[stranger])[0])
        encodings = [*readings.encodings[person, own], readings.encodings[stranger, other]]
        found += 4 in odd_ones_out(encodings, limit)
    return found / draws


def read_orl(data: Path, *, cache: Path | None = None) -> OrlReadings:
    """Readings of all ORL photos under ``data/faces/orl``, kept in ``cache`` under the code that made
    them."""
    folder = data / "faces" / "orl"
    if not (folder / "s1" / "1.pgm").is_file():
        raise DataMissing(f"data must hold faces/orl/s1/1.pgm, was {data}: pass --data or set QALA_DATA")
    with Image.open(folder / "s1" / "1.pgm") as first:
        stored_px = first.size
    kept = None if cache is None else cache / f"orl-{code_version(folder)}.npz"
    if kept is not None and kept.is_file():
        with np.load(kept) as stored:
            return OrlReadings(stored["encodings"], stored["passes_gate"], stored_px)
    readings = OrlReadings(*_read_all(folder), stored_px)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        np.savez(kept, encodings=readings.encodings, passes_gate=readings.passes_gate)
    return readings


def orl_photo(folder: Path, person: int, photo: int) -> bytes:
    """A photo (both numbers from 1), enlarged, as the PNG file that a phone might have sent."""
    with Image.open(folder / f"s{person}" / f"{photo}.pgm") as image:
        file = io.BytesIO()
        image.resize(ENLARGED_PX, Image.Resampling.BICUBIC).save(file, "PNG")
    return file.getvalue()


def _read_all(folder: Path) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    from backend.faces.encode import read_frame

    encodings = np.full((PEOPLE, PHOTOS, 128), np.nan, dtype=np.float32)
    passes = np.zeros((PEOPLE, PHOTOS), dtype=bool)
    for person in range(PEOPLE):
        for photo in range(PHOTOS):
            reading: FrameReading = read_frame(read_picture(orl_photo(folder, person + 1, photo + 1)))
            if reading.encoding is not None and reading.quality is not None:
                encodings[person, photo] = reading.encoding
                passes[person, photo] = not judge(reading.quality, ENROLMENT_LIMITS)
    return encodings, passes


def code_version(folder: Path) -> str:
    """Changes with the model version, the photos, and any module that a reading passes through."""
    here = Path(__file__).parent
    modules = ("picture_headers", "pictures", "detect", "dlib_models", "resnet", "encode", "pose", "quality")
    digest = hashlib.sha256(f"{MODEL_VERSION} {ENLARGED_PX}".encode())
    for name in modules:
        digest.update((here / f"{name}.py").read_bytes())
    for photo in sorted(folder.glob("s*/*.pgm")):
        digest.update(photo.read_bytes())
    return digest.hexdigest()[:16]


def _spread_of_sets(readings: OrlReadings, rng: np.random.Generator) -> list[float]:
    """Largest mean distance to the others, for random genuine sets of three to five photos."""
    spreads = []
    for _ in range(20_000):
        person = rng.integers(PEOPLE)
        usable = np.nonzero(readings.usable[person])[0]
        chosen = rng.choice(usable, rng.integers(3, 6), replace=False)
        spreads.append(max(distances_to_others(list(readings.encodings[person, chosen]))))
    return spreads


def _share_of_people(flags: NDArray[np.bool_], *, seed: int = 20265) -> Rate:
    rng = np.random.default_rng(seed)
    by_person = flags.mean(axis=1)
    means = by_person[rng.integers(0, len(by_person), (1000, len(by_person)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Rate(float(by_person.mean()), float(low), float(high))


def _step_up(distance: float) -> float:
    return round(math.ceil(distance / STEP) * STEP, 3)


def measured(name: str, rate: Rate, goal: float | None = None, direction: str = "at_most") -> dict[str, Any]:
    """A row of the common form; shares between 0 and 1; ``goal`` None is shown without judgement."""
    return {
        "name": name,
        "value": round(rate.value, 6),
        "low": round(rate.low, 6),
        "high": round(rate.high, 6),
        "goal": goal,
        "direction": direction,
        "met": None
        if goal is None
        else (rate.value <= goal if direction == "at_most" else rate.value >= goal),
    }
