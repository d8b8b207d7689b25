"""Compare a template with the frames of a check-in: mean distance over all pairs, and who does not fit in.

The mean over pairs (rather than the distance of means, or the nearest pair) was chosen on people 1 to 20 of
ORL among ten ways of fusion: it had the fewest false refusals at every size and, unlike the others, its scale
hardly moves with the number of photos, so one threshold serves 3 to 10 photos and 3 to 12 frames. See
``evaluation``.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.faces.reading import MODEL_VERSION, Encoding, FrameReading

ENCODING_LENGTH = 128
_MAGIC = b"QFT1"
FACING_YAW_DEG, FACING_PITCH_DEG = 15.0, 15.0
"""Within these a turned face is as near to its template as a straight one, as far as ORL can tell."""


@dataclass(frozen=True, slots=True, eq=False)
class Template:
    """A person's enrolment: one encoding a photo, float32, shape (photos, 128), and the version that made
    them."""

    encodings: NDArray[np.float32]
    model_version: str = MODEL_VERSION

    def __post_init__(self) -> None:
        shape = self.encodings.shape
        if len(shape) != 2 or shape[0] == 0 or shape[1] != ENCODING_LENGTH:
            raise ValueError(f"encodings must have shape (1 or more, {ENCODING_LENGTH}), was {shape}")
        if not np.isfinite(self.encodings).all():
            raise ValueError("encodings must be finite, was NaN or infinite: read the photos again")

    @property
    def is_current(self) -> bool:
        """Whether today's encoder made it; otherwise the enrolment photos must be read again."""
        return self.model_version == MODEL_VERSION

    def to_bytes(self) -> bytes:
        """For the encrypted store: magic, version, count, little-endian float32."""
        version = self.model_version.encode()
        return (
            _MAGIC
            + struct.pack("<HH", len(version), len(self.encodings))
            + version
            + self.encodings.astype("<f4").tobytes()
        )

    @classmethod
    def from_bytes(cls, data: bytes) -> Template:
        """The template that ``to_bytes`` wrote. Raises ValueError."""
        if data[:4] != _MAGIC or len(data) < 8:
            raise ValueError(f"template must begin with {_MAGIC!r}, was {data[:4]!r}")
        version_length, count = struct.unpack("<HH", data[4:8])
        body = data[8 + version_length :]
        if len(body) != count * ENCODING_LENGTH * 4:
            raise ValueError(
                f"template must have {count * ENCODING_LENGTH * 4} bytes of encodings, was {len(body)}"
            )
        encodings = np.frombuffer(body, dtype="<f4").reshape(count, ENCODING_LENGTH).astype(np.float32)
        return cls(encodings, data[8 : 8 + version_length].decode())


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far a check-in's face is from the template's: 0 is the same picture, strangers average about
    0.75."""

    distance: float
    """Mean over all pairs of enrolment photo and frame; hold it against ``threshold.SHIPPED``."""
    frame_distances: tuple[float, ...]
    """Each frame's mean distance to the enrolment photos, in the order given."""


def compare(template: Template, probe_encodings: Sequence[Encoding]) -> Comparison:
    """Distance of the usable frames' encodings (at least one) to the template. Raises ValueError."""
    if len(probe_encodings) == 0:
        raise ValueError("probe_encodings must have at least 1 usable frame, was 0: take the frames again")
    distances = pair_distances(template.encodings, np.stack(probe_encodings)).mean(axis=0)
    return Comparison(
        distance=float(distances.mean()),
        frame_distances=tuple(float(distance) for distance in distances),
    )


def facing(readings: Sequence[FrameReading], least: int) -> list[Encoding]:
    """Encodings of the usable frames in which the face looks nearly ahead; of all usable ones when those are too few.

    A head that follows a challenge is turned in half of the frames, and a turned face resembles its template less.
    """
    usable = [reading for reading in readings if reading.encoding is not None]
    ahead = [
        reading
        for reading in usable
        if reading.quality is None
        or (
            abs(reading.quality.pose.yaw_deg) <= FACING_YAW_DEG
            and abs(reading.quality.pose.pitch_deg) <= FACING_PITCH_DEG
        )
    ]
    chosen = ahead if len(ahead) >= least else usable
    return [reading.encoding for reading in chosen if reading.encoding is not None]


def pair_distances(one: NDArray[np.floating], other: NDArray[np.floating]) -> NDArray[np.float64]:
    """Euclidean distances of every encoding of one set to every encoding of another: (n, 128), (m, 128) → (n,
    m)."""
    difference = one[:, None, :].astype(np.float64) - other[None, :, :].astype(np.float64)
    distances: NDArray[np.float64] = np.sqrt(np.einsum("ijk,ijk->ij", difference, difference))
    return distances


def distances_to_others(encodings: Sequence[Encoding]) -> tuple[float, ...]:
    """Each encoding's mean distance to the others of its set; one alone has 0."""
    count = len(encodings)
    if count < 2:
        return (0.0,) * count
    stacked = np.stack(encodings)
    return tuple(float(d) for d in pair_distances(stacked, stacked).sum(axis=1) / (count - 1))


def odd_ones_out(encodings: Sequence[Encoding], limit: float) -> tuple[int, ...]:
    """Indices of what does not look like the rest, the worst first; removed one by one, as one stranger lifts
    all.

    Two that differ are both odd: nobody can say which of them is the stranger.
    """
    remaining = list(range(len(encodings)))
    odd: list[int] = []
    while len(remaining) > 1:
        distances = distances_to_others([encodings[index] for index in remaining])
        worst = int(np.argmax(distances))
        if distances[worst] <= limit:
            return tuple(odd)
        if len(remaining) == 2:
            return (*odd, *remaining)
        odd.append(remaining.pop(worst))
    return tuple(odd)
