"""What days of every kind are made of: places, hours, what of a vehicle decides over its streets, tables of ways. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.routing.planning.problem import UNREACHABLE, Matrix


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """Where something is."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """From when to when, in seconds of the day."""

    opens_s: int
    closes_s: int


@dataclass(frozen=True, slots=True)
class Profile:
    """What of a vehicle decides over its streets."""

    gross_t: float | None
    height_m: float | None

    @property
    def name(self) -> str:
        """As the solver's problem calls it."""
        return f"{self.gross_t or '-'} t, {self.height_m or '-'} m"


def matrix_of(seconds: np.ndarray, metres: np.ndarray) -> Matrix:
    """Whole seconds and metres, rounded up so that no plan is faster than the streets; infinite becomes UNREACHABLE."""
    known = np.isfinite(seconds)
    return Matrix(
        seconds=np.where(known, np.ceil(np.where(known, seconds, 0)), UNREACHABLE).astype(np.int64),
        metres=np.where(known, np.ceil(np.where(known, metres, 0)), UNREACHABLE).astype(np.int64),
    )
