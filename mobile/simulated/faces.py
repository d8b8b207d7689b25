"""Faces for simulated cameras: small views of a public-domain portrait, or photos of the ORL research set.

The portrait is NASA's official one of Eileen Collins, which scikit-image carries; each shot differs a little in crop,
tilt, light and sub-pixel position, as frames of one capture do. A single picture proves nothing about telling people apart.
Heads that turn are drawn from one photo (see `heads`), so they prove nothing about how well real movements are read.
"""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from PIL import Image

from mobile.simulated.camera import jpeg, lit
from mobile.simulated.heads import LiveHead, Shot, sequence, still
from mobile.simulated.orl_points import AVERAGE, FIVE_POINTS
from mobile.simulated.prints import Way
from mobile.simulated.relief import Points
from mobile.simulated.warp import Turn
from shared.vocabulary import Move

PORTRAIT = "portrait"
FACE_CENTRE_PX = (224.0, 122.0)  # of the 512 px portrait
FACE_HALF_PX = 104.0
PORTRAIT_POINTS = Points((204.3, 103.0), (246.6, 104.3), (225.2, 127.8), (223.5, 145.5), (220.2, 178.8))
PORTRAIT_TURNS = (
    Turn(),
    Turn(11.0),
    Turn(-11.0),
    Turn(0.0, 9.0),
    Turn(0.0, -5.0),
)  # enrolled one after the other
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

    def moving(
        self, rng: random.Random, moves: Sequence[Move], *, light: float = 1.0, way: Way = Way.LIVE
    ) -> list[Shot]:
        """Frames of one answer to a challenge, with what had been asked for when each was taken."""
        ...


@runtime_checkable
class Turnable(Protocol):
    """A face whose head can be pointed anywhere, as a camera of the demonstration needs it."""

    def head(self, rng: random.Random) -> LiveHead:
        """The head, looking straight ahead until it is turned."""
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
        """Views of the portrait, looking straight ahead and a little aside, up and down."""
        picture, points = self._cut(rng)
        turns = [PORTRAIT_TURNS[index % len(PORTRAIT_TURNS)] for index in range(count)]
        return still(picture, points, turns, rng)

    def shots(self, rng: random.Random, count: int, *, light: float = 1.0) -> list[bytes]:
        """Views of the portrait."""
        portrait = self._portrait()
        return [jpeg(lit(self._view(portrait, rng), rng, light), rng) for _ in range(count)]

    def moving(
        self, rng: random.Random, moves: Sequence[Move], *, light: float = 1.0, way: Way = Way.LIVE
    ) -> list[Shot]:
        """The portrait's head in movement."""
        picture, points = self._cut(rng)
        return sequence(picture, points, moves, rng, way=way, light=light)

    def head(self, rng: random.Random) -> LiveHead:
        """The portrait's head."""
        return LiveHead(*self._cut(rng))

    def _cut(self, rng: random.Random) -> tuple[Image.Image, Points]:
        """The face as a camera frames it, and where its points are."""
        (x, y), half = FACE_CENTRE_PX, FACE_HALF_PX * rng.uniform(1.0, 1.08)
        top = max(0.0, y - 1.1 * half)
        box = (x - half, top, x + half, top + 2 * half * SHOT_PX[1] / SHOT_PX[0])
        picture = self._portrait().resize(SHOT_PX, Image.Resampling.BICUBIC, box=box)
        return picture, PORTRAIT_POINTS.moved(SHOT_PX[0] / (2 * half), x - half, top)

    def _portrait(self) -> Image.Image:
        with Image.open(self.path) as picture:
            return picture.convert("RGB")

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
        return [jpeg(self._read(path, rng), rng) for path in photos[:count]]

    def shots(self, rng: random.Random, count: int, *, light: float = 1.0) -> list[bytes]:
        """The other photos in any order, each a little different every time."""
        photos = self._photos()[ORL_ENROLMENT_PHOTOS:]
        chosen = [photo for _ in range(-(-count // len(photos))) for photo in rng.sample(photos, len(photos))]
        return [jpeg(lit(self._read(path, rng), rng, light), rng) for path in chosen[:count]]

    def moving(
        self, rng: random.Random, moves: Sequence[Move], *, light: float = 1.0, way: Way = Way.LIVE
    ) -> list[Shot]:
        """The head of the straightest photo that was not enrolled, in movement."""
        picture, points = self._straightest()
        return sequence(picture, points, moves, rng, way=way, light=light)

    def head(self, rng: random.Random) -> LiveHead:
        """The head of that photo."""
        return LiveHead(*self._straightest())

    def _straightest(self) -> tuple[Image.Image, Points]:
        number, thousandths = FIVE_POINTS.get(self.folder.name, (ORL_ENROLMENT_PHOTOS + 1, AVERAGE))
        with Image.open(self.folder / f"{number}.pgm") as photo:
            picture = photo.convert("RGB").resize(ORL_SHOT_PX, Image.Resampling.BICUBIC)
        at = [value * ORL_SHOT_PX[index % 2] / 1000 for index, value in enumerate(thousandths)]
        return picture, Points(*zip(at[::2], at[1::2], strict=True))

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
