"""Attempts for ``liveness_evaluation``: frames of heads that turn, and of pictures held by somebody who wants to pass.

Bona fide: one photo of a person who looks ahead, one of the same person who looks aside; between them the points move
in a straight line. Attacks: readings of pictures (``liveness_readings``), of which the attacker takes those whose
landmarks show most of the movement asked for. Every frame gets noise measured on real photos.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from backend.faces.liveness import LIMITS, LiveFrame
from backend.faces.liveness_readings import LivenessReadings, Points, eye_distance
from backend.faces.turn import head_turn
from shared.vocabulary import Move

AXIS = {Move.LEFT: (0, 1), Move.RIGHT: (0, -1), Move.UP: (1, 1), Move.DOWN: (1, -1)}
AHEAD_YAW_DEG = 12.0
"""A photo with less shows somebody who looks ahead."""
ASIDE_DEG = 15.0
"""A movement to the side may go up or down by as much, and the other way round."""
LOOK_AHEAD_S, FRAME_S = 0.5, 0.5
"""Between frames; a movement has one frame on the way and two at its end."""


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """What the phone would have sent."""

    person: int
    frames: tuple[LiveFrame, ...]
    moves: tuple[Move, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Attempts:
    """A source of attempts of some people (numbered from 0), the same for the same seed."""

    readings: LivenessReadings
    people: Sequence[int]

    def bona_fide(self, moves: int, rng: np.random.Generator, draws: int) -> Iterator[Attempt]:
        """Up to ``draws`` attempts of each person who has photos for them."""
        for person in self.people:
            photos = self.readings.photos[person]
            poses = poses_of(photos)
            ways = [
                (ahead, targets)
                for ahead in np.nonzero(np.abs(poses[:, 0]) <= AHEAD_YAW_DEG)[0]
                if (targets := _targets(poses, int(ahead)))
            ]
            if not ways:
                continue
            for _ in range(draws):
                ahead, targets = ways[rng.integers(len(ways))]
                asked = draw_moves(sorted(targets), moves, rng)
                ends = [photos[rng.choice(targets[move])] for move in asked]
                yield self._attempt(person, photos[ahead], ends, asked, rng)

    def swapped_photos(self, moves: int, rng: np.random.Generator, draws: int) -> Iterator[Attempt]:
        """Real photos of the person looking ahead and aside, shown one after the other: nothing on the way."""
        for attempt in self.bona_fide(moves, rng, draws):
            frames = tuple(
                frame for index, frame in enumerate(attempt.frames) if index < 2 or (index - 2) % 3 != 0
            )
            yield Attempt(attempt.person, frames, attempt.moves)

    def relay(self, moves: int, rng: np.random.Generator, draws: int) -> Iterator[Attempt]:
        """A genuine film shown on a screen and filmed from up to 15° aside."""
        for attempt in self.bona_fide(moves, rng, draws):
            turn, nod = np.radians(rng.uniform(-15.0, 15.0, 2))
            frames = tuple(
                LiveFrame(_filmed(frame.landmarks, turn, nod), frame.at_s, frame.prompt)
                for frame in attempt.frames
                if frame.landmarks is not None
            )
            yield Attempt(attempt.person, frames, attempt.moves)

    def attacks(self, kind: str, moves: int, rng: np.random.Generator, draws: int) -> Iterator[Attempt]:
        """Attempts with pictures; half of them begin with the picture already turned somehow."""
        for person in self.people:
            pictures = self.readings.pictures[kind][person]
            poses = np.array([[poses_of(shape) for shape in print_] for print_ in pictures])
            for draw in range(draws):
                print_, shape = rng.integers(pictures.shape[0]), rng.integers(pictures.shape[1])
                holds, angles = pictures[print_, shape], poses[print_, shape]
                seen = np.nonzero(np.isfinite(angles[:, 0]))[0]
                if len(seen) < 2:
                    continue
                ahead = 0 if draw % 2 == 0 and 0 in seen else int(rng.choice(seen))
                asked = draw_moves(list(Move), moves, rng)
                ends = [holds[_best_hold(angles, ahead, seen, move, rng)] for move in asked]
                yield self._attempt(person, holds[ahead], ends, asked, rng)

    def _attempt(
        self,
        person: int,
        ahead: Points,
        ends: Sequence[Points],
        moves: tuple[Move, ...],
        rng: np.random.Generator,
    ) -> Attempt:
        frames = [
            LiveFrame(self._noisy(ahead, rng), 0.0, None),
            LiveFrame(self._noisy(ahead, rng), LOOK_AHEAD_S, None),
        ]
        at_s, before = LOOK_AHEAD_S, ahead
        for index, end in enumerate(ends):
            for points in ((before + end) * np.float32(0.5), end, end):
                at_s += FRAME_S
                frames.append(LiveFrame(self._noisy(points, rng), at_s, index))
            before = end
        return Attempt(person, tuple(frames), moves)

    def _noisy(self, points: Points, rng: np.random.Generator) -> Points:
        """With the difference between two readings of one photo of somebody of the same half."""
        while True:
            person = self.people[int(rng.integers(len(self.people)))]
            noise = self.readings.noise[
                person, rng.integers(self.readings.noise.shape[1]), rng.integers(self.readings.noise.shape[2])
            ]
            if np.isfinite(noise).all():
                return np.asarray(points + noise * eye_distance(points), np.float32)


def poses_of(photos: Points) -> NDArray[np.float64]:
    """Yaw and pitch in degrees of landmarks (n, 68, 2), NaN where there are none."""
    angles = [
        head_turn(points.astype(float)) if np.isfinite(points).all() else (math.nan, math.nan)
        for points in photos
    ]
    return np.array(angles)


def draw_moves(possible: Sequence[Move], count: int, rng: np.random.Generator) -> tuple[Move, ...]:
    """At random, never the same twice running if that can be helped."""
    moves: list[Move] = []
    for _ in range(count):
        others = [move for move in possible if not moves or move is not moves[-1]] or list(possible)
        moves.append(others[rng.integers(len(others))])
    return tuple(moves)


def asked_deg(move: Move) -> float:
    """The least turn along a move that counts."""
    return (LIMITS.min_yaw_deg, LIMITS.min_pitch_deg)[AXIS[move][0]]


def _targets(poses: NDArray[np.float64], ahead: int) -> dict[Move, NDArray[np.intp]]:
    """For each move, the photos that show it beside the one that looks ahead."""
    found = {}
    change = poses - poses[ahead]
    for move, (axis, sign) in AXIS.items():
        fits = (sign * change[:, axis] >= asked_deg(move)) & (np.abs(change[:, 1 - axis]) <= ASIDE_DEG)
        if fits.any():
            found[move] = np.nonzero(fits)[0]
    return found


def _best_hold(
    angles: NDArray[np.float64], ahead: int, seen: NDArray[np.intp], move: Move, rng: np.random.Generator
) -> int:
    """One of the three whose landmarks turn furthest along the move."""
    axis, sign = AXIS[move]
    turned = sign * (angles[seen, axis] - angles[ahead, axis])
    return int(seen[rng.choice(np.argsort(turned)[-3:])])


def _filmed(points: Points, turn: float, nod: float) -> Points:
    """Through the homography of a screen turned and nodded (radians), three screen widths away."""
    centre = points.mean(axis=0)
    scale = 3.0 * 3.0 * float(eye_distance(points))
    x, y = ((points - centre) / scale).T
    depth = 1.0 + x * math.sin(turn) + y * math.sin(nod)
    filmed = np.stack([x * math.cos(turn) / depth, y * math.cos(nod) / depth], axis=1)
    return np.asarray(filmed * scale + centre, np.float32)
