"""The turns on the way to a stop as they are kept: no words yet, street names in three languages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.encoding import encode
from shared.vocabulary import Language, Turn


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnStep:
    """One turn: where it is made and onto which street; a name is empty where it is not known."""

    turn: Turn
    lat: float
    lon: float
    distance_m: float  # from here to the next turn; 0 at the last
    street_ru: str = ""
    street_kk: str = ""
    street_en: str = ""
    exit_number: int | None = None  # of a roundabout, 1 is the first

    def street(self, language: Language) -> str:
        """The street's name in a language, else in another; empty where it has none."""
        names = {Language.RU: self.street_ru, Language.KK: self.street_kk, Language.EN: self.street_en}
        return names[language] or self.street_ru or self.street_kk or self.street_en


def written(steps: Iterable[TurnStep] | None) -> list[dict[str, Any]] | None:
    """The steps as a row keeps them."""
    return None if steps is None else [encode(step) for step in steps]


def read(kept: Iterable[Mapping[str, Any]] | None) -> tuple[TurnStep, ...] | None:
    """The steps that a row keeps."""
    if kept is None:
        return None
    return tuple(TurnStep(**{**step, "turn": Turn(step["turn"])}) for step in kept)
