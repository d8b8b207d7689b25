"""Fakes that stand beside the ports, for tests of something else."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from backend.faces.pictures import BadPicture, read_picture
from backend.faces.reading import MODEL_VERSION, Encoding, FrameProblem, FrameReading, Reason
from backend.faces.verifier import EnrolmentReading, build_enrolment
from backend.roads.blurring.blur import Blurred
from backend.roads.blurring.softening import Ring
from backend.roads.seeing.finding import Finding, Outline
from backend.roads.seeing.pixels import Pixels
from shared.i18n import Message
from shared.vocabulary import CannotAssess, DefectKind, Severity
from tests.heads import landmarks

SIDE_PX = 96
NO_FACE = "nobody"
SOLID, FLAT = 201, 202  # no face has so much blue


def face_photo(who: str, shot: int = 0) -> bytes:
    """A PNG that the FakeVerifier takes for a photo of ``who``; each shot differs a little."""
    seed = zlib.crc32(who.encode())
    colour = (255, 255, 255) if who == NO_FACE else (seed & 0x7F, seed >> 8 & 0x7F, seed >> 16 & 0x7F)
    picture = Image.new("RGB", (SIDE_PX, SIDE_PX), colour)
    picture.putpixel((0, 0), (shot & 0xFF, shot >> 8 & 0xFF, 200))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def turned(photo: bytes, yaw_deg: int = 0, pitch_deg: int = 0, *, flat: bool = False) -> bytes:
    """The same face photo with the head turned, as the FakeVerifier reads it; ``flat``: a picture of it is turned."""
    try:
        with Image.open(io.BytesIO(photo)) as opened:
            picture = opened.convert("RGB")
    except OSError:  # a broken picture shows no turned head either
        return photo
    picture.putpixel((1, 0), (128 + yaw_deg, 128 + pitch_deg, FLAT if flat else SOLID))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


class FakeVerifier:
    """Takes the colour of a picture for the identity of its face; white shows nobody. A pixel says how the head is turned."""

    model_version = MODEL_VERSION

    def enrol(self, photos: Sequence[bytes]) -> EnrolmentReading:
        return build_enrolment(self.read(photos))

    def read(self, frames: Sequence[bytes]) -> list[FrameReading]:
        return [self._read_one(frame) for frame in frames]

    def _read_one(self, data: bytes) -> FrameReading:
        try:
            picture = read_picture(data)
        except BadPicture as error:
            return FrameReading(None, (Reason(FrameProblem.BAD_PICTURE, error.message),))
        red, green, blue = (int(value) for value in picture.pixels[SIDE_PX // 2, SIDE_PX // 2])
        if (red, green, blue) == (255, 255, 255):
            return FrameReading(
                None, (Reason(FrameProblem.NO_FACE, Message("No face was found: come closer")),)
            )
        shot = int(picture.pixels[0, 0, 0]) + 256 * int(picture.pixels[0, 0, 1])
        yaw, pitch, depth = (int(value) for value in picture.pixels[0, 1])
        is_turned = depth in (SOLID, FLAT)
        return FrameReading(
            encoding_of(red | green << 8 | blue << 16, shot),
            face_count=1,
            landmarks=landmarks(yaw - 128, pitch - 128, flat=depth == FLAT) if is_turned else landmarks(),
        )


class LostWakeUps:
    """A queue that forgets everything: the row is the job."""

    def wake(self, name: str, row_id: UUID, *, patient: bool = False) -> None:
        """Forget it."""


WRITTEN = 203  # a pixel that says to the FakeRoadEye what is in the picture
SEES = [None, *DefectKind, *CannotAssess]


def road_photo(
    shows: DefectKind | CannotAssess | None = None, severity: Severity = Severity.MEDIUM, shot: int = 0
) -> bytes:
    """A PNG in which the FakeRoadEye sees a fault, nothing at all, or why it cannot say; each shot differs a little."""
    picture = Image.new("RGB", (SIDE_PX, SIDE_PX), (120, 120, 125))
    picture.putpixel((0, 0), (shot & 0xFF, shot >> 8 & 0xFF, 7))
    picture.putpixel((1, 0), (SEES.index(shows), list(Severity).index(severity), WRITTEN))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


class FakeRoadEye:
    """Reads what a ``road_photo`` says of itself; every other picture is a road without a fault."""

    def look(self, picture: NDArray[np.uint8]) -> Finding:
        shown, severity, mark = (int(value) for value in picture[0, 1])
        shows = SEES[shown] if mark == WRITTEN else None
        if isinstance(shows, CannotAssess):
            return Finding(model="fake-1", cannot=shows)
        outlines = () if shows is None else (outline_of(shows, list(Severity)[severity]),)
        return Finding(
            model="fake-1",
            cannot=None,
            outlines=outlines,
            road_share=0.5,
            road=(SQUARE,),
            look=b"\x00\x3c",
            pixels=pixels_of(shows, (picture.shape[0] // 2, picture.shape[1] // 2)).packed(),
        )


def pixels_of(kind: DefectKind | None, shape: tuple[int, int]) -> Pixels:
    """What an outline's square holds at half resolution: a disc of a pothole, a thin line of a crack; the lane is the lower half."""
    height, width = shape
    down, across = np.mgrid[:height, :width] / np.reshape(shape, (2, 1, 1))
    nothing, lane = np.zeros(shape, bool), down >= 0.5
    if kind is DefectKind.POTHOLE:
        return Pixels(lane, nothing, np.hypot(down - 0.625, across - 0.5) <= 0.1, nothing)
    if kind is None or not kind.value.startswith("crack"):
        return Pixels(lane, nothing, nothing, nothing)
    line = (np.arange(height) == round(0.6 * height))[:, None] & (abs(across - 0.5) <= 0.25)
    return Pixels(lane, line, nothing, nothing)


SQUARE = ((0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75))


def outline_of(kind: DefectKind, severity: Severity, area_share: float = 0.25) -> Outline:
    """A square in the middle of the picture."""
    return Outline(
        kind=kind,
        severity=severity,
        ring=SQUARE,
        confidence=0.9,
        area_share=area_share,
        length_m=None,
        width_m=0.8,
        area_m2=0.5,
    )


class FakeBlurrer:
    """Covers the whole picture with one colour, and says that there was a face and a plate in it."""

    def blur(self, pixels: NDArray[np.uint8], road: Sequence[Ring]) -> Blurred:
        covered = np.full_like(pixels, 90 if road else 40)
        return Blurred(pixels=covered, faces=1, plates=1)


def encoding_of(identity: int, shot: int) -> Encoding:
    """A unit vector of an identity, moved a little by the shot."""
    face = np.random.default_rng(identity).normal(size=128)
    noise = np.random.default_rng([identity, shot]).normal(size=128)
    vector = face / np.linalg.norm(face) + 0.05 * noise / np.linalg.norm(noise)
    return (vector / np.linalg.norm(vector)).astype(np.float32)
