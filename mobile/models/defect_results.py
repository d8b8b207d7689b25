"""What came of a reported defect, for lists and its screen: what it looks like, that it is a suggestion, or why it cannot be told."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from mobile.models.signs import Sign
from shared.i18n import Message as _
from shared.vocabulary import CannotAssess, DefectKind, DefectState, Severity

KINDS: dict[DefectKind, Sign] = {
    DefectKind.POTHOLE: Sign("◉", _("Pothole"), "text"),
    DefectKind.CRACK_LONGITUDINAL: Sign("↕", _("Crack along"), "text"),
    DefectKind.CRACK_TRANSVERSE: Sign("↔", _("Crack across"), "text"),
    DefectKind.CRACK_NETWORK: Sign("▦", _("Net of cracks"), "text"),
    DefectKind.SNOW_PILE: Sign("▲", _("Snow pile"), "text"),
    DefectKind.OTHER: Sign("?", _("Other"), "text"),
}
SUGGESTED = Sign("?", _("a suggestion"), "wait")
RETAKE = frozenset(
    {CannotAssess.TOO_DARK, CannotAssess.BLURRED, CannotAssess.NO_ROAD, CannotAssess.UNREADABLE}
)
CANNOT: dict[CannotAssess, Sign] = {
    CannotAssess.NO_ROAD: Sign("↻", _("no road seen: photograph again"), "warn"),
    CannotAssess.TOO_DARK: Sign("↻", _("too dark: photograph again with light"), "warn"),
    CannotAssess.BLURRED: Sign("↻", _("blurred: photograph again"), "warn"),
    CannotAssess.UNREADABLE: Sign("↻", _("photo cannot be opened: photograph again"), "warn"),
    CannotAssess.SNOW_COVERED: Sign("…", _("snow on the road: a person will look"), "wait"),
    CannotAssess.UNSURE: Sign("…", _("not certain: a person will look"), "wait"),
    CannotAssess.NO_MODEL: Sign("…", _("a person will look"), "wait"),
}
SEVERITIES: dict[Severity, Sign] = {
    Severity.LOW: Sign("○", _("slight"), "good"),
    Severity.MEDIUM: Sign("◉", _("moderate"), "warn"),
    Severity.HIGH: Sign("●", _("severe"), "bad"),
}
NO_FAULT = Sign("○", _("no fault of the road"), "wait")


def result_of(answer: Mapping[str, Any] | None) -> list[Sign]:
    """Signs for a defect's answer, the telling one first; none while nothing is known. Words that this app does not know are left out."""
    answer = answer or {}
    if answer.get("state") == DefectState.REJECTED:
        return [NO_FAULT]
    kind = _known(DefectKind, answer.get("kind"))
    if kind is None:
        cannot = _known(CannotAssess, answer.get("cannot"))
        return [CANNOT[cannot]] if cannot is not None else []
    severity = _known(Severity, answer.get("severity"))
    signs = [KINDS[kind]]
    signs += [SEVERITIES[severity]] if severity is not None else []
    return [*signs, SUGGESTED] if answer.get("suggested") else signs


def asks_again(answer: Mapping[str, Any] | None) -> bool:
    """Whether the reporter can do something: photograph it once more."""
    answer = answer or {}
    open_still = answer.get("state") == DefectState.RECEIVED and answer.get("kind") is None
    return open_still and _known(CannotAssess, answer.get("cannot")) in RETAKE


def _known(words: type[StrEnum], value: Any) -> Any:
    """The word of the vocabulary; None for one that a newer server speaks."""
    return words(value) if value in {each.value for each in words} else None
