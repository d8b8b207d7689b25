"""One reason of a verdict: what was looked at, what it says, and the numbers behind it."""

from __future__ import annotations

from dataclasses import dataclass

from shared.vocabulary import FindingCode, FindingResult

OK, DOUBT, FAIL = FindingResult.OK, FindingResult.DOUBT, FindingResult.FAIL


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One reason; the margin says how far on the good side, below 0 on the bad one."""

    code: FindingCode
    result: FindingResult
    value: float | None = None
    threshold: float | None = None
    margin: float | None = None
    unit: str = ""


def at_most(
    code: FindingCode,
    value: float,
    threshold: float,
    unit: str,
    *,
    digits: int = 1,
    beyond: FindingResult = DOUBT,
) -> Finding:
    """OK up to the threshold; beyond it a doubt, or what is given."""
    value = round(value, digits)
    return Finding(
        code=code,
        result=OK if value <= threshold else beyond,
        value=value,
        threshold=threshold,
        margin=round(threshold - value, digits),
        unit=unit,
    )


def at_least(
    code: FindingCode,
    value: float,
    threshold: float,
    unit: str,
    *,
    digits: int = 1,
    below: FindingResult = DOUBT,
) -> Finding:
    """OK from the threshold on; below it a doubt, or what is given."""
    value = round(value, digits)
    return Finding(
        code=code,
        result=OK if value >= threshold else below,
        value=value,
        threshold=threshold,
        margin=round(value - threshold, digits),
        unit=unit,
    )
