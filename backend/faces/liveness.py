"""Whether frames show a living head that moved as asked: movement, continuity and depth, from landmarks alone.

Geometry only: a mask, a screen that shows the person's own film, or frames put in behind the camera pass it. What stops
those stands in docs/security.md; what was measured, and on what, in docs/benchmarks.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from backend.faces.relief import POINTS, Floats, ReliefGauge, has_area
from backend.faces.turn import head_turn
from shared.vocabulary import FindingCode, FindingResult, LivenessOutcome, Move


@dataclass(frozen=True, slots=True, eq=False)
class LiveFrame:
    """What one frame of a check-in adds."""

    landmarks: NDArray[np.float32] | None
    """(68, 2) in pixels, y down, iBUG order; None: no usable face."""
    at_s: float
    """When it was taken, by the device's own clock; any origin."""
    prompt: int | None
    """Index into the moves of the one asked for when it was taken; None: looking straight ahead, before the first
    move or when told to look ahead again."""


@dataclass(frozen=True, slots=True)
class LivenessLimits:
    """What is asked of the frames; ``evaluate_liveness`` measures what the defaults let through."""

    version: str = "relief-2026-11-1"
    """Stored with every verdict."""
    min_yaw_deg: float = 18.0
    """A head told to turn goes 20° and more; below this, landmarks of tilted pictures wander as far."""
    min_pitch_deg: float = 15.0
    """Heads are raised and lowered less than they are turned, and pictures do it worse."""
    min_neutral_frames: int = 1
    """Without a look straight ahead there is nothing to compare with."""
    min_frames: int = 3
    """One look ahead, one movement, one to spare; a phone sends 6 to 12."""
    max_turn_deg_s: float = 250.0
    """A head that turns as asked goes 50° to 150° a second; landmarks add some by their noise."""
    max_gap_s: float = 6.0
    """Longer, and there was time to change what stands before the camera."""
    turn_noise_deg: float = 8.0
    """Turn that neighbouring frames may show through noise alone, however close in time."""
    min_depth_share: float = 0.6
    """Below: a person of the staff looks. One head in a hundred shows less of an average face's relief."""
    attack_depth_share: float = 0.4
    """Below: no head; on people 1 to 20 no genuine attempt of two movements showed so little."""
    max_squeeze: float = 0.16
    """A head that turns looks no narrower, for cheek and temple come into view; a sheet does. Logarithm of the picture's
    scale along the movement beside that across; 19 of 20 heads keep within. Beyond it depth counts less."""
    max_shear: float = 0.05
    """Heads turn about two axes; only sheets are tilted about a diagonal. Beyond it depth counts less, too."""


LIMITS = LivenessLimits()


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing measured; ``margin`` is above 0 on the good side of ``threshold``."""

    code: FindingCode
    """LIVE_MOVEMENT, LIVE_CONTINUITY or LIVE_DEPTH."""
    result: FindingResult
    value: float
    threshold: float
    margin: float
    unit: str


@dataclass(frozen=True, slots=True)
class Liveness:
    """The outcome and everything that was measured for it; depth only where there was movement to measure it on."""

    outcome: LivenessOutcome
    measures: tuple[Measure, ...]

    def measure(self, code: FindingCode) -> Measure | None:
        """The measure of that code, if it was taken."""
        return next((measure for measure in self.measures if measure.code is code), None)


@dataclass(frozen=True, slots=True, eq=False)
class _Face:
    """A frame with a face: landmarks unmirrored, angles in degrees."""

    points: Floats
    yaw_deg: float
    pitch_deg: float
    at_s: float
    prompt: int | None


_AXIS = {Move.LEFT: (0, 1), Move.RIGHT: (0, -1), Move.UP: (1, 1), Move.DOWN: (1, -1)}
"""Which of (yaw, pitch) a move changes, and its sign."""


def assess(
    frames: Sequence[LiveFrame],
    moves: Sequence[Move],
    *,
    mirrored: bool = False,
    limits: LivenessLimits = LIMITS,
) -> Liveness:
    """Judge the frames of one check-in against the moves that its challenge asked for.

    ``mirrored``: the pictures are mirror images, as some front cameras save them. Never raises: what cannot be
    measured is UNKNOWN, which asks for another try. About 1 ms of CPU.
    """
    faces = [face for frame in frames if (face := _face(frame, mirrored)) is not None]
    neutral = [face for face in faces if face.prompt is None]
    if len(faces) < limits.min_frames or len(neutral) < limits.min_neutral_frames or not moves:
        return Liveness(LivenessOutcome.UNKNOWN, (_movement(0.0),))
    turned = _TurnedFaces.of(faces, neutral, moves, limits)
    movement = _movement(turned.least_share())
    continuity = _continuity(faces, limits)
    if movement.result is FindingResult.FAIL:
        return Liveness(LivenessOutcome.UNKNOWN, (movement, continuity))
    depth = _depth(turned, neutral, limits)
    if depth is None:
        return Liveness(LivenessOutcome.UNKNOWN, (movement, continuity))
    return Liveness(_outcome(continuity, depth), (movement, continuity, depth))


def _outcome(continuity: Measure, depth: Measure) -> LivenessOutcome:
    if depth.result is FindingResult.FAIL:
        return LivenessOutcome.ATTACK
    if FindingResult.DOUBT in (depth.result, continuity.result):
        return LivenessOutcome.UNCERTAIN
    return LivenessOutcome.LIVE


def _face(frame: LiveFrame, mirrored: bool) -> _Face | None:
    if frame.landmarks is None or not math.isfinite(frame.at_s):
        return None
    points = np.array(frame.landmarks, dtype=float)
    if points.shape != (POINTS, 2) or not np.isfinite(points).all() or np.abs(points).max() > 1e6:
        return None
    if not has_area(points):
        return None
    if mirrored:
        points = mirror(points)
    turn = head_turn(points)
    return _Face(points, turn.yaw_deg, turn.pitch_deg, frame.at_s, frame.prompt)


def mirror(points: Floats) -> Floats:
    """Landmarks as they were before the picture was mirrored: x is turned round and left and right points swap."""
    return np.asarray(points[_MIRRORED] * (-1.0, 1.0))


_MIRRORED = np.array(
    [
        *range(16, -1, -1),
        *range(26, 16, -1),
        *(27, 28, 29, 30, 35, 34, 33, 32, 31),
        *(45, 44, 43, 42, 47, 46, 39, 38, 37, 36, 41, 40),
        *range(54, 47, -1),
        *range(59, 54, -1),
        *range(64, 59, -1),
        *(67, 66, 65),
    ]
)
"""For each landmark, the one on the other half of the face."""


@dataclass(frozen=True, slots=True, eq=False)
class _TurnedFaces:
    """For each move in order, its faces with the turn in its direction."""

    moves: Sequence[Move]
    by_move: tuple[tuple[tuple[_Face, float], ...], ...]
    """(face, turn in degrees along the move; below 0: the other way)."""
    asked_deg: tuple[float, ...]
    in_order: bool

    @classmethod
    def of(
        cls, faces: Sequence[_Face], neutral: Sequence[_Face], moves: Sequence[Move], limits: LivenessLimits
    ) -> _TurnedFaces:
        ahead = (
            float(np.median([face.yaw_deg for face in neutral])),
            float(np.median([face.pitch_deg for face in neutral])),
        )
        by_move = []
        for index, move in enumerate(moves):
            axis, sign = _AXIS[move]
            by_move.append(
                tuple(
                    (face, sign * ((face.yaw_deg, face.pitch_deg)[axis] - ahead[axis]))
                    for face in faces
                    if face.prompt == index
                )
            )
        asked = tuple((limits.min_yaw_deg, limits.min_pitch_deg)[_AXIS[move][0]] for move in moves)
        prompts = [
            face.prompt for face in sorted(faces, key=lambda face: face.at_s) if face.prompt is not None
        ]
        return cls(moves, tuple(by_move), asked, prompts == sorted(prompts))

    def least_share(self) -> float:
        """Of the asked angles, over the moves; 0 if the moves did not come one after the other as asked."""
        if not self.in_order:
            return 0.0
        return min(
            max((turn_deg for _face, turn_deg in faces), default=0.0) / asked
            for faces, asked in zip(self.by_move, self.asked_deg, strict=True)
        )


def _movement(share: float) -> Measure:
    result = FindingResult.OK if share >= 1 else FindingResult.FAIL
    return Measure(FindingCode.LIVE_MOVEMENT, result, share, 1.0, share - 1.0, "share of the asked angle")


def _continuity(faces: Sequence[_Face], limits: LivenessLimits) -> Measure:
    """The fastest turn between neighbours, or the longest gap if that is what is wrong."""
    ordered = sorted(faces, key=lambda face: face.at_s)
    gap_s = max((after.at_s - before.at_s for before, after in pairwise(ordered)), default=0.0)
    if gap_s > limits.max_gap_s:
        return _continuity_measure(gap_s, limits.max_gap_s, "s between frames")
    return _continuity_measure(
        max(
            (_turn_deg_s(before, after, limits) for before, after in pairwise(ordered)),
            default=0.0,
        ),
        limits.max_turn_deg_s,
        "degrees a second",
    )


def _continuity_measure(value: float, most: float, unit: str) -> Measure:
    result = FindingResult.OK if value <= most else FindingResult.DOUBT
    return Measure(FindingCode.LIVE_CONTINUITY, result, value, most, most - value, unit)


def _turn_deg_s(before: _Face, after: _Face, limits: LivenessLimits) -> float:
    turn_deg = math.hypot(after.yaw_deg - before.yaw_deg, after.pitch_deg - before.pitch_deg)
    return max(0.0, turn_deg - limits.turn_noise_deg) / max(after.at_s - before.at_s, 1e-3)


def _depth(turned: _TurnedFaces, neutral: Sequence[_Face], limits: LivenessLimits) -> Measure | None:
    """Least squares of the relief's shift on the sine of the seen turn, over all moves and their frames.

    The share is divided by how strangely the face is squeezed for a head, where that is above 1: a sheet that is
    tilted far enough for its landmarks to look turned is squeezed more, and often askew.
    """
    shown = expected = 0.0
    strangeness = 1.0
    gauges = [ReliefGauge(face.points) for face in neutral]
    for move, faces, asked_deg in zip(turned.moves, turned.by_move, turned.asked_deg, strict=True):
        axis, sign = _AXIS[move]
        squeezes, shears = [], []
        for face, turn_deg in faces:
            if turn_deg < asked_deg / 2:
                continue  # on the way: says little
            shifts = [shift for gauge in gauges if (shift := gauge.shift(face.points)) is not None]
            if not shifts:
                return None
            angle = math.radians(min(turn_deg, 80.0))
            shown += math.sin(angle) * sign * float(np.mean([shift[axis] for shift in shifts]))
            expected += math.sin(angle) ** 2
            if turn_deg >= asked_deg:
                along = float(np.mean([shift.squeeze for shift in shifts])) * (1 if axis == 0 else -1)
                squeezes.append(along)
                shears.append(float(np.mean([shift.shear for shift in shifts])))
        strangeness = max(
            strangeness,
            abs(float(np.mean(squeezes))) / limits.max_squeeze,
            abs(float(np.mean(shears))) / limits.max_shear,
        )
    share = shown / expected / (strangeness if shown > 0 else 1.0)
    result = (
        FindingResult.OK
        if share >= limits.min_depth_share
        else FindingResult.DOUBT
        if share >= limits.attack_depth_share
        else FindingResult.FAIL
    )
    return Measure(
        FindingCode.LIVE_DEPTH,
        result,
        share,
        limits.min_depth_share,
        share - limits.min_depth_share,
        "share of a face's relief",
    )
