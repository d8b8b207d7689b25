"""The result cache: one JSON file for each contender, instance, seed and time, so that a long measurement goes on where it stopped.

The key holds the last commit that touched the planner and a hash of its sources: a changed planner is measured anew.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

PLANNERS = {"carp": Path(__file__).parents[1] / "clearing"}
PLANNER = Path(__file__).parents[1] / "planning"
"""Sources of who plans: those of a kind of instances of its own, or of all others."""


@dataclass(frozen=True, slots=True)
class Result:
    """One run: what it cost, what the check found, how busy the machine was."""

    contender: str
    instance: str
    seed: int
    cost: float
    best_known: float
    violations: int
    unserved: int
    seconds: float
    load: float
    version: str

    @property
    def gap_percent(self) -> float:
        """Percent above the best-known cost; a plan that breaks a rule or leaves stops out is infinitely bad."""
        if self.violations or self.unserved:
            return float("inf")
        return 100 * (self.cost / self.best_known - 1)


@cache
def planner_version(kind: str = "") -> str:
    """The planner's last commit and a hash of its sources."""
    planner = PLANNERS.get(kind, PLANNER)
    commit = subprocess.run(
        ["git", "log", "-1", "--format=%h", "--", str(planner)],
        cwd=planner,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    digest = hashlib.sha256()
    for path in sorted(planner.rglob("*.py")):
        digest.update(path.read_bytes())
    return f"{commit or 'none'}-{digest.hexdigest()[:8]}"


def kept(folder: Path, key: tuple[object, ...]) -> Result | None:
    """A result of an earlier run."""
    path = _path(folder, key)
    return Result(**json.loads(path.read_text())) if path.exists() else None


def keep(folder: Path, key: tuple[object, ...], result: Result) -> None:
    """Keep a result; written beside and renamed, so that a killed run leaves no half of one."""
    path = _path(folder, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(".part")
    beside.write_text(json.dumps(asdict(result)))
    beside.replace(path)


def _path(folder: Path, key: tuple[object, ...]) -> Path:
    return folder / "routing" / ("_".join(str(each).replace("/", "-") for each in key) + ".json")
