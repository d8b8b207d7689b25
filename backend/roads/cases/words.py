"""Why a report stands in a case, in words: each factor with what was measured and how much it weighs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shared.i18n import Message, translate
from shared.vocabulary import Language

_ = Message
PLAIN, STRONG = 0.35, 2.0  # of a weight from which it says something, and says it loudly

FOR_STRONG, FOR = _("speaks strongly for one fault"), _("speaks for one fault")
NEITHER = _("says little")
AGAINST, AGAINST_STRONG = _("speaks against it"), _("speaks strongly against it")

DISTANCE = _("{value} m apart along the street: {says} ({weight})")
STREET = _("the place fits this street by {value} %: {says} ({weight})")
SIDE = _("side of the street by heading and place: {says} ({weight})")
KIND = _("kind of damage: {says} ({weight})")
TIME = _("{value} days between the views: {says} ({weight})")
LOOK = _("likeness of the photos {value}: {says} ({weight})")
PHOTO = _("the very same photo was in an earlier report: one fault, and no second witness")
COPY = _(
    "an earlier report has the same photo, this one was saved anew: one fault, and no second witness; take it out if it shows another place"
)
OPENED = _("the report that opened the case")
BY_PERSON = _("put together by a person: {reason}")


def explained(merge: Mapping[str, Any], language: Language) -> list[str]:
    """Every reason of a merge as a sentence, the weightiest first; ``merge`` has opened, evidence, made_by and reason."""
    if merge["opened"]:
        return [translate(OPENED, language)]
    if merge["made_by"] is not None:
        return [translate(BY_PERSON.format(reason=merge["reason"]), language)]
    ordered = sorted(merge["evidence"], key=lambda each: -abs(each["weight"]))
    return [translate(_sentence(each), language) for each in ordered]


def _sentence(each: Mapping[str, Any]) -> Message:
    weight, value = float(each["weight"]), each["value"]
    said = {"says": _says(weight), "weight": f"{round(weight, 1) + 0.0:+.1f}"}
    number = 0.0 if value is None else float(value)
    match each["factor"]:
        case "distance":
            return DISTANCE.format(value=f"{number:.0f}", **said)
        case "street":
            return STREET.format(value=f"{100 * number:.0f}", **said)
        case "heading":
            return SIDE.format(**said)
        case "time":
            return TIME.format(value=f"{number:.0f}", **said)
        case "look":
            return LOOK.format(value=f"{number:.2f}", **said)
        case "photo":
            return PHOTO
        case "copy":
            return COPY
    return KIND.format(**said)


def _says(weight: float) -> Message:
    if abs(weight) < PLAIN:
        return NEITHER
    if weight > 0:
        return FOR_STRONG if weight >= STRONG else FOR
    return AGAINST_STRONG if weight <= -STRONG else AGAINST
