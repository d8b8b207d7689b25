"""How far a face's relief has moved between two frames: the part of the movement that no picture can show.

A face that turns moves its landmarks by an affine map of the picture plus a shift along the movement in proportion to
each point's depth. A flat picture that is tilted has no depth; a picture that is curled has a smooth one. So the points
of the second frame are fitted with 1, x, y, x², xy, y² of the first (affine change, perspective of a tilted plane to
first order, a quadratic bend about any axis) *and* a depth profile of faces. The profile's coefficient is the sine
of the turn for a head and about 0 for a picture, however it is held.

Where the profile comes from: docs/decisions/0008-relief-against-flat-pictures.md. Pure numpy.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

POINTS = 68
"""Landmarks in iBUG 300-W order: jaw 0-16, brows 17-26, nose 27-35, eyes 36-47, mouth 48-67."""


def _profile(numbers: str) -> Floats:
    return np.array([float(number) for number in numbers.split()])


_ACROSS = _profile(
    """
    -.097 -.074 -.094 -.106 -.100 -.090 -.072 -.019 -.016 -.019 -.072 -.090 -.100 -.106 -.094 -.074 -.097
    .187 .167 .059 -.011 -.029 -.029 -.011 .059 .167 .187
    .002 .078 .172 .271 .054 .090 .124 .090 .054
    .008 -.061 -.155 -.226 -.154 -.057 -.226 -.155 -.061 .008 -.057 -.154
    -.108 -.024 .036 .047 .036 -.024 -.108 -.021 .060 .068 .060 -.021
    -.130 .041 .051 .041 -.130 .042 .048 .042
    """
)
"""Shift to the side of each point, per sine of a turn to the side, in units of the face's radius (see ``_normal``)."""
_ALONG = _profile(
    """
    -.133 -.067 -.036 -.020 -.038 -.063 -.078 -.059 -.059 -.059 -.078 -.063 -.038 -.020 -.036 -.067 -.133
    .218 .154 .100 .055 .011 .011 .055 .100 .154 .218
    -.102 .061 .211 .375 .078 .123 .181 .123 .078
    -.076 -.124 -.176 -.203 -.185 -.127 -.203 -.176 -.124 -.076 -.127 -.185
    -.162 -.052 .007 .018 .007 -.052 -.162 .013 .103 .114 .103 .013
    -.129 -.045 -.032 -.045 -.129 .066 .084 .066
    """
)
"""Shift upwards, per sine of a nod; differs from ``_ACROSS`` by what lids, jaw and mouth do when a head nods."""
_WEIGHTS = np.concatenate([np.full(17, 0.3), np.ones(31), np.full(20, 0.5)])
"""The jaw's points slide along its outline, the mouth speaks: both count less than nose, eyes and brows."""


class ReliefShift(NamedTuple):
    """Coefficients of the depth profile in the second frame's movement, turned back to the first frame's axes."""

    right: float
    """About the sine of the turn; above 0: the relief moved to the picture's right, as when a head turns to its own
    left (picture not mirrored)."""
    up: float
    """About the sine of the nod; above 0: the relief moved up, as when a head is raised."""
    rest: float
    """What neither bend nor relief explains: root of the mean square, as a share of the face's radius."""
    squeeze: float
    """Logarithm of the picture's scale to the side beside its scale upwards; below 0: narrower than before."""
    shear: float
    """How far the squeeze lies between the two directions, as when a sheet is tilted about a diagonal."""


class ReliefGauge:
    """Landmarks that look ahead, (68, 2), y down, any unit, against which others are measured.

    Raises ValueError when they have no area: ask ``has_area`` before.
    """

    def __init__(self, ahead: Floats) -> None:
        normal = _normal(ahead)
        if normal is None:
            raise ValueError("landmarks must have an area, were on a line or a point")
        x, y = normal.T
        self._bends = np.stack([np.ones(POINTS), x, y, x * x, x * y, y * y], axis=1)
        root = np.sqrt(_WEIGHTS)
        self._fit = np.linalg.pinv(self._bends * root[:, None]) * root
        self._across, self._along = self._reader(_ACROSS), self._reader(_ALONG)

    def _reader(self, profile: Floats) -> Floats:
        """What a residual is multiplied with to give the coefficient of the profile's part that no bend explains."""
        left_over = profile - self._bends @ (self._fit @ profile)
        weighted = left_over * _WEIGHTS
        return np.asarray(weighted / (weighted @ left_over))

    def shift(self, turned: Floats) -> ReliefShift | None:
        """Of other landmarks against these; None when the others have no area."""
        after = _normal(turned)
        if after is None:
            return None
        smooth = self._fit @ after
        u, scales, vt = np.linalg.svd(smooth[1:3].T)
        if not scales[1] > 0.2 * scales[0]:
            return None
        # The nearest rotation undoes a tilt of phone or head; the larger scale is the one that no turn shortens.
        residual = (after - self._bends @ smooth) @ (u @ vt) / scales[0]
        across, along = float(self._across @ residual[:, 0]), -float(self._along @ residual[:, 1])
        stretch = vt.T @ np.diag(scales) @ vt
        return ReliefShift(
            right=across,
            up=along,
            rest=float(np.sqrt(np.average((residual**2).sum(axis=1), weights=_WEIGHTS))),
            squeeze=float(np.log(stretch[0, 0] / stretch[1, 1])),
            shear=float(stretch[0, 1] / scales[0]),
        )


def has_area(points: Floats) -> bool:
    """Whether landmarks are spread in two directions, so that they can be measured."""
    return _normal(points) is not None


def _normal(points: Floats) -> Floats | None:
    """Moved to the weighted centre and scaled to a radius (root mean square) of 1."""
    centred = points - np.average(points, axis=0, weights=_WEIGHTS)
    spread = np.sqrt(np.linalg.eigvalsh((centred * _WEIGHTS[:, None]).T @ centred / _WEIGHTS.sum()))
    if not spread[0] > 0.1 * spread[1] or not spread[1] > 1e-6:
        return None
    return np.asarray(centred / np.hypot(*spread))
