"""The rule for kinds of cracks beside 160 photos that two labelled, and how far the two agree (Cohen's kappa).

The rule sees the labelled cracks here, so that it alone is measured. Its limits were tuned on the photos whose name's hash is even;
the others are reported apart.
"""

from __future__ import annotations

import csv
import hashlib
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from backend.roads.evaluation.comparing import row
from backend.roads.evaluation.photos import CRACK, LANE, Photo, read_folder
from backend.roads.seeing.crack_kinds import find_cracks
from backend.roads.seeing.ground import find_ground
from shared.vocabulary import DefectKind

LABELS = Path(__file__).with_name("labels")
KINDS = {
    "longitudinal": DefectKind.CRACK_LONGITUDINAL,
    "transverse": DefectKind.CRACK_TRANSVERSE,
    "network": DefectKind.CRACK_NETWORK,
}
WORTH_NAMING_M = 0.7
"""A photo shows a line of a kind when one is this long."""
WORTH_NAMING_SHARE = 0.08
"""… and a kind at all when it makes up this share of the photo's cracks."""
DRAWS = 1000


def read_labels(labeller: str) -> dict[str, NDArray[np.bool_]]:
    """Photo to (longitudinal, transverse, network) as one labeller saw it."""
    with (LABELS / f"crack_kinds_{labeller}.csv").open(encoding="utf-8", newline="") as opened:
        return {
            line["id"]: np.array([line[kind] == "1" for kind in KINDS]) for line in csv.DictReader(opened)
        }


def is_tuned_on(name: str) -> bool:
    """Whether the rule's limits were tuned with this photo in view."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 0


def kappa(first: NDArray[np.bool_], second: NDArray[np.bool_]) -> float:
    """Cohen's: agreement beyond chance, 1 for perfect; NaN where both always say the same."""
    agreed = float((first == second).mean())
    yes = float(first.mean() * second.mean() + (1 - first.mean()) * (1 - second.mean()))
    return (agreed - yes) / (1 - yes) if yes < 1 else float("nan")


def kinds_by_rule(mask: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(longitudinal, transverse, network) of a labelled mask (h, w), by the geometric rule alone."""
    lane = (mask >= LANE).astype(np.float32)[::2, ::2]
    height, width = mask.shape
    even = (mask == CRACK)[: height // 2 * 2, : width // 2 * 2]
    cracked = even.reshape(height // 2, 2, width // 2, 2).any((1, 3))
    lane = lane[: cracked.shape[0], : cracked.shape[1]]
    cracks = find_cracks(cracked, find_ground(lane, lane))
    pixels = sum(int(crack.pixels.sum()) for crack in cracks) or 1
    said = []
    for kind in KINDS.values():
        ours = [crack for crack in cracks if crack.kind is kind]
        share = sum(int(crack.pixels.sum()) for crack in ours) / pixels
        long = max((crack.length_m for crack in ours), default=0.0)
        said.append(long >= WORTH_NAMING_M and share >= WORTH_NAMING_SHARE)
    return np.array(said)


def evaluate_kinds(data: Path) -> dict[str, Any]:
    """``qala evaluate crack-kinds``: agreement of the labellers, and of the rule with each, by kind."""
    started = time.monotonic()
    first, second = read_labels("a"), read_labels("b")
    photos = {
        photo.name: photo for photo in read_folder(data) if photo.name in first and photo.name in second
    }
    names = sorted(photos)
    rule = {name: kinds_by_rule(photos[name].mask()) for name in names}
    fresh = [name for name in names if not is_tuned_on(name)]
    goals = []
    for index, kind in enumerate(KINDS):
        goals.append(_agreement(f"{kind}: kappa of the labellers", names, first, second, index, photos))
        for label, side in (("A", first), ("B", second)):
            goals.append(
                _agreement(
                    f"{kind}: kappa of rule and {label}, photos not tuned on",
                    fresh,
                    rule,
                    side,
                    index,
                    photos,
                )
            )
        goals += _rates(kind, fresh, rule, first, second, index)
    return {
        "name": "crack kinds",
        "version": "rule-2",
        "seconds": round(time.monotonic() - started, 1),
        "samples": len(names),
        "data": f"{data}; {len(fresh)} photos not tuned on",
        "goals": goals,
    }


def _agreement(
    name: str,
    names: Sequence[str],
    first: dict[str, NDArray[np.bool_]],
    second: dict[str, NDArray[np.bool_]],
    index: int,
    photos: dict[str, Photo],
) -> dict[str, Any]:
    """Kappa with its interval over blocks of neighbouring frames."""
    one, other = (np.array([side[each][index] for each in names]) for side in (first, second))
    blocks: dict[str, list[int]] = {}
    for place, each in enumerate(names):
        blocks.setdefault(photos[each].block, []).append(place)
    members = list(blocks.values())
    rng = np.random.default_rng(20267)
    drawn = []
    for _ in range(DRAWS):
        chosen = np.concatenate([members[k] for k in rng.integers(len(members), size=len(members))])
        drawn.append(kappa(one[chosen], other[chosen]))
    low, high = np.nanpercentile(drawn, [2.5, 97.5])
    return row(name, (kappa(one, other), float(low), float(high)))


def _rates(
    kind: str,
    names: Sequence[str],
    rule: dict[str, NDArray[np.bool_]],
    first: dict[str, NDArray[np.bool_]],
    second: dict[str, NDArray[np.bool_]],
    index: int,
) -> list[dict[str, Any]]:
    """What the rule says where both labellers say the same."""
    agreed = [name for name in names if first[name][index] == second[name][index]]
    nothing = float("nan")
    rows = []
    for wanted, word in ((True, "yes"), (False, "no")):
        said = [rule[name][index] == wanted for name in agreed if first[name][index] == wanted]
        share = sum(said) / len(said) if said else nothing
        rows.append(
            row(f"{kind}: rule says {word} where both do ({len(said)} photos)", (share, nothing, nothing))
        )
    return rows
