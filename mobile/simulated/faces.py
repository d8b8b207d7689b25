"""Faces for simulated cameras: small views of a public-domain portrait, or photos of the ORL research set.

The portrait is NASA's official one of Eileen Collins, which scikit-image carries; each shot differs a little in crop,
tilt, light and sub-pixel position, as frames of one capture do. A single picture proves nothing about telling people apart.
"""

from __future__ import annotations

import importlib.util
import io
import random
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PIL import Image, ImageEnhance

PORTRAIT = "portrait"
FACE_CENTRE_PX = (224.0, 122.0)  # of the 512 px portrait
FACE_HALF_PX = 104.0
SHOT_PX = (720, 960)
ORL_SHOT_PX = (552, 672)
ORL_ENROLMENT_PHOTOS = 5
DARKNESS = 0.03  # of full light: no face is found


class Face(Protocol):
    """Somebody who stands before a camera."""

    def enrolment(self, rng: random.Random, count: int) -> list[bytes]:
        """Photos to enrol with, JPEG."""
        ...

    def shots(self, rng: random.Random, count: int, *, light: float = 1.0) -> list[bytes]:
        """Frames of one capture, JPEG, none of which were enrolled; light 1.0 is a fair day."""
        ...


def find_face(name: str, data_dir: Path | None) -> Face | None:
    """The face of a name: `portrait`, or `orl/s14`; None where its pictures are not on this machine."""
    if name == PORTRAIT:
        path = portrait_path()
        return Portrait(path) if path else None
    folder = data_dir / "faces" / name if data_dir else None
    return OrlPerson(folder) if folder and folder.is_dir() else None


def portrait_path() -> Path | None:
    """Where scikit-image keeps the portrait; the package itself is large and not imported."""
    package = importlib.util.find_spec("skimage")
    path = Path(package.origin).parent / "data" / "astronaut.png" if package and package.origin else None
    return path if path and path.is_file() else None


@dataclass(frozen=True)
class Portrait:
    """Views of the one portrait."""

    path: Path

    def enrolment(self, rng: random.Random, count: int) -> list[bytes]:
        """Views of the portrait."""
        return self.shots(rng, count)

    def shots(self, rng: random.Random, count: int, *, light: float = 1.0) -> list[bytes]:
        """Views of the portrait."""
        with Image.open(self.path) as picture:
            portrait = picture.convert("RGB")
        return [_jpeg(_lit(self._view(portrait, rng), rng, light), rng) for _ in range(count)]

    def _view(self, portrait: Image.Image, rng: random.Random) -> Image.Image:
        x, y = (centre + rng.uniform(-6, 6) for centre in FACE_CENTRE_PX)
        half = FACE_HALF_PX * rng.uniform(0.94, 1.06)
        turned = portrait.rotate(rng.uniform(-7, 7), resample=Image.Resampling.BICUBIC, center=(x, y))
        top = max(0.0, y - 1.1 * half)
        box = (x - half, top, x + half, top + 2 * half * SHOT_PX[1] / SHOT_PX[0])
        return turned.resize(SHOT_PX, Image.Resampling.BICUBIC, box=box)


@dataclass(frozen=True)
class OrlPerson:
    """Ten grey photos of one person; the first five enrol, the others are frames."""

    folder: Path

    def enrolment(self, rng: random.Random, count: int) -> list[bytes]:
        """The first photos, at most five."""
        photos = self._photos()[:ORL_ENROLMENT_PHOTOS]
        return [_jpeg(self._read(path, rng), rng) for path in photos[:count]]

    def shots(self, rng: random.Random, count: int, *, light: float = 1.0) -> list[bytes]:
        """The other photos in any order, each a little different every time."""
        photos = self._photos()[ORL_ENROLMENT_PHOTOS:]
        chosen = [photo for _ in range(-(-count // len(photos))) for photo in rng.sample(photos, len(photos))]
        return [_jpeg(_lit(self._read(path, rng), rng, light), rng) for path in chosen[:count]]

    def _photos(self) -> list[Path]:
        return sorted(
            (path for path in self.folder.iterdir() if path.stem.isdigit()), key=lambda path: int(path.stem)
        )

    def _read(self, path: Path, rng: random.Random) -> Image.Image:
        with Image.open(path) as picture:
            grey = picture.convert("RGB")
        slack_px = 0.02 * grey.width
        left, top = rng.uniform(0, slack_px), rng.uniform(0, slack_px)
        box = (left, top, grey.width - slack_px + left, grey.height - slack_px + top)
        return grey.resize(ORL_SHOT_PX, Image.Resampling.BICUBIC, box=box)


def _lit(picture: Image.Image, rng: random.Random, light: float) -> Image.Image:
    brighter = ImageEnhance.Brightness(picture).enhance(light * rng.uniform(0.88, 1.1))
    return ImageEnhance.Contrast(brighter).enhance(rng.uniform(0.93, 1.07))


def _jpeg(picture: Image.Image, rng: random.Random) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=rng.randint(84, 92))
    return buffer.getvalue()
