"""Streets on the wire: the network's picture that a phone carries offline, and the word that there is a new one."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

from shared.contracts.device import SHA256
from shared.shapes import limits

SEGMENTS_MOST = 500_000
TEXT_MOST = 16_000_000
STEPS_PER_DEGREE = 1_000_000  # of the lines: 11 cm to the north, 6 cm to the east in Petropavl


class StreetKind(IntEnum):
    """How much a street matters on a map; the smaller ones vanish first when it is seen from afar."""

    MAIN = 0
    MIDDLE = 1
    MINOR = 2
    PATH = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetPackNotice:
    """That there is a street pack, so that a phone with another version fetches it."""

    version: int = field(metadata=limits("Grows with every import", minimum=1))
    sha256: str = field(metadata=SHA256)  # of the file at /streets/pack
    bytes: int = field(metadata=limits("How long that file is", minimum=1))


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetNames:
    """A street's name; empty where nobody knows it."""

    ru: str = field(metadata=limits("Russian, or the one that the source has", max_length=255))
    kk: str = field(default="", metadata=limits("Kazakh", max_length=255))
    en: str = field(default="", metadata=limits("English", max_length=255))


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetPack:
    """All streets of the city as a phone draws them; ``shared.street_pack`` reads and writes the packed columns.

    Columns are base64 of zigzag varints (``shared.lines``), one entry a street, streets in the order of their ids.
    """

    version: int = field(metadata=limits("Grows with every import", minimum=1))
    attribution: str = field(metadata=limits("Whose data it is, to be shown with it", max_length=255))
    names: tuple[StreetNames, ...] = field(metadata=limits("Each name once", max_length=SEGMENTS_MOST))
    count: int = field(metadata=limits("How many streets", minimum=0, maximum=SEGMENTS_MOST))
    ids: str = field(metadata=limits("Each id as its difference from the one before", max_length=TEXT_MOST))
    kinds: str = field(metadata=limits("StreetKind of each", max_length=TEXT_MOST))
    name_of: str = field(metadata=limits("Place in names of each, from 1; 0: no name", max_length=TEXT_MOST))
    points: str = field(metadata=limits("How many points each line has, 2 and more", max_length=TEXT_MOST))
    lines: str = field(
        metadata=limits(
            "lon and lat by turns in millionths of a degree, each point as its difference from the one before, "
            "also from line to line",
            max_length=TEXT_MOST,
        )
    )
