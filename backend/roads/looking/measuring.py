"""How large a drawn fault is, by the ground that the photo's own finding stands on. Pure.

The ground is found again from the lane that was kept with the photo, as the eye found it. Whoever leaves an outline of the eye
as it was keeps what the eye measured. A pothole's ring is the pothole; of cracks a ring gives length and, for a network, area,
but not how wide they gape, so that their severity follows from their size as it does for cases.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from backend.roads.cases.rules.severity import severity_of
from backend.roads.looking.outlining import Ring, covered, share_of
from backend.roads.looking.rules import outlines_of
from backend.roads.seeing.ground import Ground, find_ground
from backend.roads.seeing.pixels import Pixels
from shared.vocabulary import DefectKind

FINER = 4
LONGEST_FROM = 60
"""Corners among which the longest reach of a crack is sought."""


def measured(
    kind: DefectKind, ring: Ring, finding: Mapping[str, Any] | None, pixels: bytes | None
) -> dict[str, Any]:
    """A drawn fault in the form of the eye's outlines; ``confidence`` is None unless it is one of them as it was."""
    for each in outlines_of(finding):
        if each["kind"] == kind and _corners(each["ring"]) == ring:
            return dict(each)
    road_share = float((finding or {}).get("road_share") or 1.0)
    sizes = _sizes(kind, ring, finding, pixels)
    return {
        "kind": kind.value,
        "severity": severity_of(kind, area_m2=sizes["area_m2"], length_m=sizes["length_m"], said=None).value,
        "ring": [list(corner) for corner in ring],
        "confidence": None,
        "area_share": round(min(1.0, share_of(ring) / road_share), 5),
        **sizes,
    }


def _sizes(
    kind: DefectKind, ring: Ring, finding: Mapping[str, Any] | None, pixels: bytes | None
) -> dict[str, float | None]:
    nothing: dict[str, float | None] = {"length_m": None, "width_m": None, "area_m2": None}
    if pixels is None or not finding or finding.get("scale", "none") == "none":
        return nothing
    kept = Pixels.unpacked(pixels)
    height, width = kept.lane.shape
    ground = _ground(kept, finding)
    inside = covered(ring, (width, height), finer=FINER)
    # By lines and not by pixels: a ring may go round the whole picture
    crossed = np.flatnonzero(inside.any(axis=1))
    lines = inside[crossed]
    ends = np.stack([lines.argmax(axis=1), lines.shape[1] - 1 - lines[:, ::-1].argmax(axis=1)])
    rows, columns = ((each + 0.5) / FINER - 0.5 for each in (crossed, ends))
    area_m2 = float(ground.area_m2(rows) @ lines.sum(axis=1)) / FINER**2
    across, _ahead = ground.place_m(columns, np.broadcast_to(rows, columns.shape))
    return {
        "length_m": None if kind is DefectKind.POTHOLE else round(_reach_m(ring, ground, (width, height)), 2),
        "width_m": round(float(np.ptp(across)), 2),
        "area_m2": round(area_m2, 3) if kind in (DefectKind.POTHOLE, DefectKind.CRACK_NETWORK) else None,
    }


def _ground(kept: Pixels, finding: Mapping[str, Any]) -> Ground:
    """As the eye found it: by the edges of its lane, else by where its road ends."""
    height, width = kept.lane.shape
    road = kept.lane.copy()
    for ring in finding.get("road") or ():
        road |= covered(_corners(ring), (width, height))
    return find_ground(kept.lane.astype(np.float32), road.astype(np.float32))


def _reach_m(ring: Ring, ground: Ground, size: tuple[int, int]) -> float:
    """The longest way between two corners, on the road."""
    corners = np.array(ring[:: max(1, len(ring) // LONGEST_FROM)]) * size - 0.5
    places = np.stack(ground.place_m(corners[:, 0], corners[:, 1]), -1)
    return float(np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1)).max())


def _corners(ring: Any) -> Ring:
    return tuple((x, y) for x, y in ring)
