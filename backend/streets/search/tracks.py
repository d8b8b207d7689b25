"""A vehicle's fixes in order of time, and which of them say where it drove."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backend.streets.network import Floats, Ints
from backend.streets.search.compiled import compiled

DRIVING, STANDING, WILD, OFF_STREET = range(4)
NO_SPOT = -1
TOGETHER_SIGMAS = 2.0  # as near the mean of those before as noise alone would bring it
STANDS_S, STANDS_FIXES = 15.0, 4  # a spot that lasts so long is a stop
SPIKE_SIGMAS, SPIKE_M, SPIKE_S = 8.0, 40.0, 20.0  # out and back by so much, in so short a time
FASTEST_M_S = 45.0


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Track:
    """F fixes, oldest first."""

    lon: Floats
    lat: Floats
    time_s: Floats  # by any clock, rising
    accuracy_m: Floats | None = (
        None  # radius that holds the truth with 68 %, as phones tell it; None: not told
    )

    def __post_init__(self) -> None:
        for name in ("lat", "time_s"):
            if len(getattr(self, name)) != len(self.lon):
                raise ValueError(
                    f"{name} must have {len(self.lon)} values as lon has, had {len(getattr(self, name))}"
                )
        if not np.all(np.diff(self.time_s) > 0):
            raise ValueError("time_s must rise from fix to fix: sort them and drop doubled ones")

    def __len__(self) -> int:
        return len(self.lon)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Spots:
    """G spots of one fix or several: where noise is as large as the movement, fixes count together."""

    x: Floats  # (G) mean, in metres on a plane
    y: Floats  # (G)
    fixes: Ints  # (G) how many
    from_s: Floats  # (G) a vehicle that stands is there from its first fix to its last; one that drives, at the mean
    until_s: Floats  # (G)
    spot: Ints  # (F) of each fix; NO_SPOT for wild ones


def gathered(x: Floats, y: Floats, time_s: Floats, sigma_m: float) -> Spots:
    """The spots of a track whose fixes are given in metres on a plane."""
    spot = np.full(len(x), NO_SPOT, dtype=np.int32)
    _gather(x, y, time_s, sigma_m, spot)
    known = spot != NO_SPOT
    fixes = np.bincount(spot[known]).astype(np.int32)
    mean_x, mean_y, mean_s = (
        np.bincount(spot[known], weights=each[known]) / fixes for each in (x, y, time_s)
    )
    numbers = np.arange(len(fixes))
    first_s, last_s = time_s[known][np.searchsorted(spot[known], numbers)], np.zeros(len(fixes))
    last_s[spot[known]] = time_s[known]
    stands = (last_s - first_s >= STANDS_S) & (fixes >= STANDS_FIXES)
    return Spots(
        x=mean_x,
        y=mean_y,
        fixes=fixes,
        from_s=np.where(stands, first_s, mean_s),
        until_s=np.where(stands, last_s, mean_s),
        spot=spot,
    )


@compiled
def _gather(x, y, time_s, sigma_m, spot):  # type: ignore[no-untyped-def]
    before, spots, members = -1, -1, 0
    mean_x, mean_y = 0.0, 0.0
    for at in range(len(x)):
        if before >= 0 and at + 1 < len(x):
            out_m = np.hypot(x[at] - x[before], y[at] - y[before])
            back_m = np.hypot(x[at + 1] - x[at], y[at + 1] - y[at])
            past_m = np.hypot(x[at + 1] - x[before], y[at + 1] - y[before])
            quick = time_s[at + 1] - time_s[before] <= SPIKE_S
            if quick and out_m + back_m - past_m > SPIKE_M + SPIKE_SIGMAS * sigma_m:
                continue
            if (
                out_m > FASTEST_M_S * (time_s[at] - time_s[before]) + SPIKE_SIGMAS * sigma_m
                and past_m < out_m
            ):
                continue
        if members > 0 and np.hypot(x[at] - mean_x, y[at] - mean_y) < TOGETHER_SIGMAS * sigma_m:
            members += 1
            mean_x += (x[at] - mean_x) / members
            mean_y += (y[at] - mean_y) / members
        else:
            spots += 1
            members, mean_x, mean_y = 1, x[at], y[at]
        spot[at] = spots
        before = at
