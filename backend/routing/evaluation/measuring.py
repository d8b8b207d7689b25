"""`qala evaluate routing`: gaps to the best-known costs, every plan checked, other solvers in the same run.

Named instances are measured with one seed; ``full`` takes every file of the folder with several, and resumes from the result cache.
The search was tuned on `TUNED_ON` alone; what is reported are other instances (of the multi-trip ones there are only six: those that
were tuned on are marked; of the arc routing ones those that were tuned on have a line of their own).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from backend.errors import Invalid
from backend.routing.clearing.check import check as check_arcs
from backend.routing.evaluation.contenders import CONTENDERS, load_average
from backend.routing.evaluation.instances import read_instance, read_instances
from backend.routing.evaluation.results import Result, keep, kept, planner_version
from backend.routing.planning.check import check
from shared.i18n import Message

_ = Message
NAMED = {
    "cvrp": ("X-n120-k6", "X-n148-k46", "X-n181-k23", "X-n204-k19", "X-n251-k28", "X-n298-k31"),
    "mtvrptw": ("C202R0.25", "C203R0.5", "R202R0.25", "R203R0.5", "RC202R0.25", "RC203R0.5"),
    "carp": ("kshs6", "gdb8", "val9D", "egl-e2-C", "egl-e3-C", "egl-e4-C"),
}
TUNED_ON = {
    "cvrp": ("X-n110-k13", "X-n157-k13", "X-n214-k11", "X-n237-k14", "X-n256-k16", "X-n289-k60"),
    "mtvrptw": ("C202R0.25", "R203R0.5", "RC202R0.25"),
    "carp": ("egl-e1-C", "egl-e3-B", "egl-e4-B", "val4D", "val10D"),
}
SECONDS = {"cvrp": 20.0, "mtvrptw": 20.0, "qingdao": 600.0, "carp": 60.0}
GOALS_PERCENT = {"cvrp": 0.30, "mtvrptw": 1.5}
ARC_GOALS_PERCENT = {"kshs": 0.0, "gdb": 0.0, "val": 0.1, "egl-e": 0.2}
"""Mean gaps to the upper bounds, by family of instances."""
FULL_SEEDS = (1, 2, 3)
DRAWS = 2_000


def measure(
    kind: str,
    folder: Path,
    seconds: float,
    cache: Path,
    *,
    full: bool = False,
    names: Sequence[str] = (),
    contenders: Sequence[str] = (),
    say: Callable[[str], None] = lambda _line: None,
) -> dict[str, Any]:
    """Measure and give the figures in the one form of every measurement; Invalid names whom or what there is not."""
    begun = time.monotonic()
    paths = read_instances(folder, kind)
    _require_known("--contender", contenders, CONTENDERS[kind])
    _require_known("--only", names, [path.stem for path in paths])
    wanted = names or (() if full else NAMED.get(kind, ()))
    chosen = [path for path in paths if path.stem in wanted] or paths
    results = []
    for path in chosen:
        for seed in FULL_SEEDS if full else FULL_SEEDS[:1]:
            for contender in contenders or tuple(CONTENDERS[kind]):
                results.append(_result(kind, path, contender, seconds, seed, cache, say))
    return {
        "name": f"routing {kind}",
        "version": planner_version(kind),
        "seconds": round(time.monotonic() - begun, 1),
        "samples": len(results),
        "data": f"{len(chosen)} instances, {seconds:g} s each, load {_loads(results)}",
        "goals": _goals(kind, results),
        "results": [
            {
                "contender": each.contender,
                "instance": each.instance,
                "seed": each.seed,
                "cost": each.cost,
                "gap_percent": round(each.gap_percent, 3) if np.isfinite(each.gap_percent) else None,
                "violations": each.violations,
                "load": each.load,
            }
            for each in results
        ],
    }


def _require_known(option: str, asked: Sequence[str], known: Iterable[str]) -> None:
    unknown = sorted(set(asked) - set(known))
    if unknown:
        message = _("must be one of: {choices}")
        raise Invalid({f"{option} {', '.join(unknown)}": [message.format(choices=", ".join(known))]})


def _result(
    kind: str, path: Path, contender: str, seconds: float, seed: int, cache: Path, say: Callable[[str], None]
) -> Result:
    key = (
        planner_version(kind) if contender == "Qala" else "other",
        contender,
        path.stem,
        seed,
        f"{seconds:g}s",
    )
    result = kept(cache, key)
    if result is None:
        instance = read_instance(path, kind)
        begun = time.monotonic()
        before = load_average()
        plan = CONTENDERS[kind][contender](instance, path, seconds, seed)
        arcs = kind == "carp"
        broken = check_arcs(instance.problem, plan) if arcs else check(instance.problem, plan)  # type: ignore[arg-type]
        result = Result(
            contender,
            path.stem,
            seed,
            plan.cost.total,
            instance.best_known,
            len(broken),
            len(plan.undone if arcs else plan.unserved),
            round(time.monotonic() - begun, 2),
            max(before, load_average()),
            planner_version(kind),
        )
        keep(cache, key, result)
    gap = "" if np.isnan(result.gap_percent) else f"{result.gap_percent:6.2f} %"
    say(
        f"{result.instance:14} {result.contender:18} seed {result.seed}  {result.cost:>10.0f}  {gap}  "
        f"{result.violations} violations  {result.seconds:5.1f} s  load {result.load}"
    )
    return result


def _goals(kind: str, results: list[Result]) -> list[dict[str, Any]]:
    goals = []
    for contender in dict.fromkeys(each.contender for each in results):
        if kind == "carp":
            goals += _arc_gaps(contender, [each for each in results if each.contender == contender])
            continue
        if kind not in GOALS_PERCENT:
            goals += _lengths([each for each in results if each.contender == contender])
            continue
        gaps = [each.gap_percent for each in results if each.contender == contender]
        ours = contender == "Qala"
        mean, low, high = _mean(gaps)
        goals.append(
            {
                "name": f"{contender}: mean gap to best known, %",
                "value": mean,
                "low": low,
                "high": high,
                "goal": GOALS_PERCENT[kind] if ours else None,
                "direction": "at_most",
                "met": mean is not None and mean <= GOALS_PERCENT[kind] if ours else None,
            }
        )
    ours_violate = [each.violations for each in results if each.contender == "Qala"]
    if not ours_violate:
        return goals
    violations = sum(ours_violate)
    goals.append(
        {
            "name": "Qala: violations",
            "value": violations,
            "low": None,
            "high": None,
            "goal": 0,
            "direction": "at_most",
            "met": violations == 0,
        }
    )
    return goals


def _arc_gaps(contender: str, results: list[Result]) -> list[dict[str, Any]]:
    """Mean gaps of each family of instances, those that were tuned on apart."""
    goals = []
    families: dict[str, list[Result]] = {}
    for each in results:
        found = re.match(r"[A-Za-z]+(-[a-z])?", each.instance)
        families.setdefault(found[0] if found else each.instance, []).append(each)
    for family, members in families.items():
        for tuned_on in (False, True):
            gaps = [each.gap_percent for each in members if (each.instance in TUNED_ON["carp"]) == tuned_on]
            if not gaps:
                continue
            mean, low, high = _mean(gaps)
            goal = ARC_GOALS_PERCENT.get(family) if contender == "Qala" and not tuned_on else None
            goals.append(
                {
                    "name": f"{contender}, {len(gaps)} {family}{', tuned on' if tuned_on else ''}: mean gap to upper bound, %",
                    "value": mean,
                    "low": low,
                    "high": high,
                    "goal": goal,
                    "direction": "at_most",
                    "met": None if goal is None else mean is not None and mean <= goal,
                }
            )
    return goals


def _lengths(results: list[Result]) -> list[dict[str, Any]]:
    """Kilometres of the plans of a day that has no best known one; only metres cost there."""
    kilometres = [each.cost / 1000 for each in results if not each.violations and not each.unserved]
    whole = len(kilometres) == len(results)
    return [
        {
            "name": f"{results[0].contender}: all sites, no violations, km",
            "value": round(sum(kilometres) / len(kilometres), 1) if whole else None,
            "low": round(min(kilometres), 1) if whole else None,
            "high": round(max(kilometres), 1) if whole else None,
            "goal": None,
            "direction": "at_most",
            "met": None,
        }
    ]


def _mean(gaps: list[float]) -> tuple[float | None, float | None, float | None]:
    """The mean with its 95 % interval by bootstrap over runs; None where a plan was no plan."""
    values = np.array(gaps)
    if not np.isfinite(values).all():
        return None, None, None
    draws = np.random.default_rng(1).choice(values, (DRAWS, len(values))).mean(axis=1)
    low, high = np.percentile(draws, [2.5, 97.5])
    return round(float(values.mean()), 3), round(float(low), 3), round(float(high), 3)


def _loads(results: list[Result]) -> str:
    loads = [each.load for each in results]
    return f"{min(loads):g} to {max(loads):g}"
