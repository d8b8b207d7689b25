"""What several photos of one report say together, and how a finding is kept. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from backend.roads.seeing.finding import Finding, Outline
from shared.vocabulary import CannotAssess, DefectKind, Severity

KEPT_DIGITS = 4
KEPT_APART = frozenset({"look", "pixels"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """What a report's photos say: a kind, or why they say nothing; neither where a road is seen and no fault."""

    kind: DefectKind | None = None
    severity: Severity | None = None
    cannot: CannotAssess | None = None


def gist_of(findings: Sequence[Finding], guess: DefectKind | None) -> Gist:
    """The worst fault in any photo names the report. One photo that shows the road outweighs those that do not.

    The model knows no heaps of snow: a reporter who says that it is one is believed until a person looks.
    """
    if guess is DefectKind.SNOW_PILE:
        return Gist(kind=DefectKind.SNOW_PILE)
    seen = [outline for finding in findings for outline in finding.outlines]
    if seen:
        worst = worst_of(seen)
        return Gist(kind=worst.kind, severity=worst.severity)
    reasons = [finding.cannot for finding in findings if finding.cannot is not None]
    if len(reasons) < len(findings):
        return Gist()
    return Gist(cannot=Counter(reasons).most_common(1)[0][0] if reasons else CannotAssess.UNREADABLE)


def worst_of(outlines: Iterable[Outline]) -> Outline:
    """The outline that names a report: a pothole before a network before a crack, then the larger."""
    order = {DefectKind.POTHOLE: 0, DefectKind.CRACK_NETWORK: 1}
    return min(outlines, key=lambda each: (order.get(each.kind, 2), -each.area_share))


def worst_kept(outlines: Iterable[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The same of kept outlines; one that is worse goes before a larger one."""
    kinds = {DefectKind.POTHOLE.value: 0, DefectKind.CRACK_NETWORK.value: 1}
    severities = list(Severity)

    def rank(each: Mapping[str, Any]) -> tuple[int, int, float]:
        return kinds.get(each["kind"], 2), -severities.index(Severity(each["severity"])), -each["area_share"]

    return min(outlines, key=rank)


def look_of(findings: Sequence[Finding]) -> bytes | None:
    """What the place looks like in the photo that names the report; else in the first that has a look."""
    looks = [finding for finding in findings if finding.look]
    named = [finding for finding in looks if finding.worst is not None]
    if named:
        worst = worst_of(finding.worst for finding in named if finding.worst is not None)
        return next(finding.look for finding in named if finding.worst is worst)
    return looks[0].look if looks else None


def model_of(findings: Iterable[Finding]) -> str | None:
    """The model that looked: one looks at all photos of a report; None where none could."""
    return next((finding.model for finding in findings if finding.model), None)


def finding_words(finding: Finding) -> dict[str, Any]:
    """A finding as it is kept and served: everything but its look and its map."""
    kept = {key: value for key, value in asdict(finding).items() if key not in KEPT_APART}
    rounded: dict[str, Any] = _rounded(kept)
    return rounded


def outlines_of(kept: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """The outlines of a kept finding."""
    return list(kept.get("outlines", ())) if kept else []


def in_words(outline: Mapping[str, Any]) -> dict[str, Any]:
    """A kept outline with kind and severity of the vocabulary."""
    return {**outline, "kind": DefectKind(outline["kind"]), "severity": Severity(outline["severity"])}


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, KEPT_DIGITS)
    if isinstance(value, Mapping):
        return {key: _rounded(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(each) for each in value]
    return value
