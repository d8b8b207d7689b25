"""What dlib reads off real photos, their worsened copies, and pictures of the photos: the raw material of
``liveness_evaluation``."""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from backend.faces.evaluation import PEOPLE, PHOTOS, DataMissing, code_version, orl_photo
from backend.faces.liveness_pictures import Grey, Hold, photograph
from backend.faces.pose import head_pose

Points = NDArray[np.float32]

NOISE_COPIES = 4
"""Re-encoded, shifted, softened, and with the grain of a poor sensor."""
PRINTS = 2
"""Photos of each person that an attacker holds: the two that look straightest ahead."""
GRAIN = 4.0
"""Noise of the camera that looks at a picture, in grey levels."""
_TILTS = (-45.0, -35.0, -25.0, -15.0, 15.0, 25.0, 35.0, 45.0)


def _tilted(tilts: tuple[float, ...], like: Callable[..., Hold]) -> list[Hold]:
    return [like(), *(like(turn_deg=tilt) for tilt in tilts), *(like(nod_deg=tilt) for tilt in tilts)]


SPECIES: dict[str, list[list[Hold]]] = {
    "flat, tilted": [
        _tilted(_TILTS, lambda distance=distance, **angles: Hold(distance_widths=distance, **angles))
        for distance in (1.2, 2.0, 4.0)
    ],
    "framed, moved in its plane": [
        [
            Hold(roll_deg=roll, zoom=zoom, bezel=True)
            for zoom in (0.8, 1.0, 1.2)
            for roll in (-20.0, 0.0, 20.0)
        ]
        + [
            Hold(shift_right=shift, roll_deg=roll, bezel=True)
            for shift in (-0.15, 0.15)
            for roll in (-10.0, 10.0)
        ]
    ],
    "phone screen, tilted": [
        [Hold(distance_widths=2.0, bezel=True)]
        + [
            Hold(distance_widths=2.0, turn_deg=turn, nod_deg=nod, bezel=True)
            for turn in (-35.0, -20.0, 0.0, 20.0, 35.0)
            for nod in (-35.0, -20.0, 0.0, 20.0, 35.0)
            if turn or nod
        ]
    ],
    "curled": [
        _tilted(
            (-45.0, -30.0, -15.0, 15.0, 30.0, 45.0),
            lambda radius=radius, across=across, **angles: Hold(
                radius_widths=radius, across=across, **angles
            ),
        )
        for radius in (0.4, 0.7, 1.5, -0.7)
        for across in (False, True)
    ],
}
"""Kinds of attack; each has shapes (a distance, a curl), and each shape the ways in which it is held while the head
is asked to move. About the first of a shape is the straight look ahead."""


@dataclass(frozen=True, slots=True, eq=False)
class LivenessReadings:
    """Landmarks, NaN where no face was found."""

    photos: Points
    """(40, 10, 68, 2)."""
    noise: Points
    """Landmarks of the copies less those of the photo, in eye distances: (40, 10, 4, 68, 2)."""
    pictures: dict[str, Points]
    """By kind of attack: (40, 2, shapes, holds, 68, 2)."""


def read_liveness(data: Path, *, cache: Path | None = None) -> LivenessReadings:
    """Read everything; about ten minutes of CPU, kept in ``cache`` under the code that made it. Raises DataMissing."""
    folder = data / "faces" / "orl"
    if not (folder / "s1" / "1.pgm").is_file():
        raise DataMissing(f"data must hold faces/orl/s1/1.pgm, was {data}: pass --data or set QALA_DATA")
    kept = None if cache is None else cache / f"liveness-{_version(folder)}.npz"
    if kept is not None and kept.is_file():
        with np.load(kept) as stored:
            return LivenessReadings(
                stored["photos"], stored["noise"], {kind: stored[f"kind {kind}"] for kind in SPECIES}
            )
    readings = _read_all(folder)
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        named = {f"kind {kind}": points for kind, points in readings.pictures.items()}
        np.savez(kept, photos=readings.photos, noise=readings.noise, **named)  # type: ignore[arg-type]
    return readings


def eye_distance(points: NDArray[np.floating]) -> NDArray[np.float64]:
    """Between the middles of the eyes; shape (…, 68, 2) to (…)."""
    between = points[..., 42:48, :].mean(axis=-2) - points[..., 36:42, :].mean(axis=-2)
    return np.asarray(np.hypot(between[..., 0], between[..., 1]), dtype=float)


def _version(folder: Path) -> str:
    digest = hashlib.sha256(code_version(folder).encode())
    for name in ("liveness_pictures", "liveness_readings"):
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()[:16]


def _read_all(folder: Path) -> LivenessReadings:
    rng = np.random.default_rng(20266)
    photos = np.full((PEOPLE, PHOTOS, 68, 2), np.nan, np.float32)
    noise = np.full((PEOPLE, PHOTOS, NOISE_COPIES, 68, 2), np.nan, np.float32)
    pictures = {
        kind: np.full((PEOPLE, PRINTS, len(shapes), len(shapes[0]), 68, 2), np.nan, np.float32)
        for kind, shapes in SPECIES.items()
    }
    for person in range(PEOPLE):
        greys = [_grey(orl_photo(folder, person + 1, photo + 1)) for photo in range(PHOTOS)]
        for photo, grey in enumerate(greys):
            photos[person, photo] = landmarks_of(grey)
            scale = eye_distance(photos[person, photo])
            for copy, (worse, moved) in enumerate(_copies(grey, rng)):
                noise[person, photo, copy] = (landmarks_of(worse) + moved - photos[person, photo]) / scale
        for number, photo in enumerate(_straightest(photos[person])[:PRINTS]):
            for kind, shapes in SPECIES.items():
                for shape, holds in enumerate(shapes):
                    for index, hold in enumerate(holds):
                        seen = photograph(greys[photo], hold)
                        seen += rng.normal(0.0, GRAIN, seen.shape)
                        pictures[kind][person, number, shape, index] = landmarks_of(seen)
    return LivenessReadings(photos, noise, pictures)


def landmarks_of(grey: Grey) -> Points:
    """(68, 2); NaN without a face. About 0.02 s."""
    from backend.faces.detect import find_face
    from backend.faces.dlib_models import dlib_models

    models = dlib_models()
    pixels = np.repeat(np.clip(np.round(grey), 0, 255).astype(np.uint8)[..., None], 3, axis=2)
    box = find_face(pixels, models).box
    if box is None:
        return np.full((68, 2), np.nan, np.float32)
    return np.array([(point.x, point.y) for point in models.landmarks(pixels, box).parts()], np.float32)


def _grey(file: bytes) -> Grey:
    with Image.open(io.BytesIO(file)) as image:
        return np.asarray(image.convert("L"), dtype=float)


def _copies(grey: Grey, rng: np.random.Generator) -> list[tuple[Grey, Points]]:
    """The same photo four times a little worse, and what to add to landmarks found there."""
    still = np.zeros(2, np.float32)
    image = Image.fromarray(grey.astype(np.uint8))
    file = io.BytesIO()
    image.save(file, "JPEG", quality=60)
    right, down = rng.uniform(-6.0, 6.0, 2)
    shifted = image.transform(
        image.size, Image.Transform.AFFINE, (1, 0, right, 0, 1, down), Image.Resampling.BICUBIC
    )
    soft = image.filter(ImageFilter.GaussianBlur(2))
    return [
        (_grey(file.getvalue()), still),
        (np.asarray(shifted, float), np.array([right, down], np.float32)),
        (np.asarray(soft, float), still),
        (grey + rng.normal(0.0, 2 * GRAIN, grey.shape), still),
    ]


def _straightest(photos: Points) -> list[int]:
    """Photos by how little the head is turned aside."""
    yaws = [abs(head_pose(points).yaw_deg) if np.isfinite(points).all() else math.inf for points in photos]
    return [int(photo) for photo in np.argsort(yaws)]
