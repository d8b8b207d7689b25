"""Where an address in words lies, as far as streets tell: at a crossing of two streets, or somewhere on one. Pure.

House numbers are in no map of ours. Of two streets that a word fits none is guessed: the citizen is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from backend.streets.network import Network, StreetName
from shared.geometry import Point, distance_m
from shared.i18n import Message
from shared.vocabulary import Language

_ = Message
PARTED = re.compile(r"\s*(?:/|&|;|\bугол\b|\bпересечение\b|\s(?:и|and|мен|бен|пен)\s)\s*")
WORD = re.compile(r"[^\W_]+")
WORD_LEAST = 3  # letters; «5-я», «8 марта» are told by their longer words
KINDS = frozenset(
    {
        "улица",
        "улицы",
        "улице",
        "көшесі",
        "көше",
        "street",
        "проспект",
        "проспекте",
        "даңғылы",
        "даңғыл",
        "avenue",
        "проезд",
        "переулок",
        "тұйығы",
        "город",
        "қаласы",
        "бульвар",
        "шоссе",
        "тракт",
        "тас",
        "жолы",
    }
)
CHOICES_MOST = 5
LEAST_PREFIX, ENDING_MOST = 4, 3
"""Letters: «Интернациональной» is «Интернациональная», «Пушкинская» is not «Пушкина»."""
ONE_CROSSING_M = 100.0


@dataclass(frozen=True, slots=True)
class Addressed:
    """A crossing, or a street: the middles of its pieces, when nothing more is known."""

    point: Point | None
    along: tuple[Point, ...]


def find_address(text: str, network: Network) -> Addressed | Message:
    """Where an address lies, or why that cannot be told."""
    parts = [words for words in map(_words, PARTED.split(text.casefold())) if words]
    found = [streets for streets in (_streets_of(words, network.names) for words in parts) if streets]
    if not found:
        return _(
            "names no street that is known here: send lat and long, or the name of a street or two that cross"
        )
    for streets in found:
        if len(streets) > 1:
            names = ", ".join(network.names[each].ru for each in streets[:CHOICES_MOST])
            return _("fits several streets ({names}): write the whole name, or send lat and long").format(
                names=names
            )
    streets_named = list(dict.fromkeys(streets[0] for streets in found))
    if len(streets_named) == 1:
        return Addressed(None, tuple(_middles(streets_named[0], network)))
    nodes = _shared_nodes(streets_named[0], streets_named[1], network)
    if not nodes:
        return _("names two streets that do not meet: send lat and long, or one street")
    is_one = all(distance_m(nodes[0], each) <= ONE_CROSSING_M for each in nodes)
    return Addressed(_middle(nodes) if is_one else None, tuple(nodes))


def _words(text: str) -> frozenset[str]:
    found = (each for each in WORD.findall(text.replace("ё", "е")) if len(each) >= WORD_LEAST)
    return frozenset(each for each in found if not each.isdecimal()) - KINDS


def _streets_of(words: frozenset[str], names: Sequence[StreetName]) -> list[int]:
    """The streets that most words of an address fit, and of those that have the fewest words besides; by index of their name."""
    best, found = (0, 0), list[int]()
    for index, name in enumerate(names):
        told = [_words(getattr(name, language.value).casefold()) for language in Language]
        fit = max(_fit(each, words) for each in told)
        if fit[0] == 0 or fit < best:
            continue
        found = [*found, index] if fit == best else [index]
        best = fit
    return found


def _fit(name: frozenset[str], words: frozenset[str]) -> tuple[int, int]:
    """How many words of a name an address has, and, less than nought, how many it lacks."""
    fitting = sum(any(_is_same(each, word) for word in words) for each in name)
    return fitting, fitting - len(name)


def _is_same(one: str, other: str) -> bool:
    stem = max(LEAST_PREFIX, max(len(one), len(other)) - ENDING_MOST)
    return one == other or (min(len(one), len(other)) >= stem and one[:stem] == other[:stem])


def _middles(street: int, network: Network) -> Iterator[Point]:
    for segment in np.flatnonzero(network.name_index == street):
        line = network.line(int(segment))
        lon, lat = line[len(line) // 2]
        yield Point(lat=float(lat), lon=float(lon))


def _shared_nodes(one: int, other: int, network: Network) -> list[Point]:
    """The junctions of two streets: of carriageways that are drawn apart there are several."""
    first, second = (
        np.union1d(network.from_node[network.name_index == each], network.to_node[network.name_index == each])
        for each in (one, other)
    )
    shared = np.intersect1d(first, second)
    places = zip(network.node_lat[shared], network.node_lon[shared], strict=True)
    return [Point(lat=float(lat), lon=float(lon)) for lat, lon in places]


def _middle(points: Sequence[Point]) -> Point:
    return Point(
        lat=sum(each.lat for each in points) / len(points), lon=sum(each.lon for each in points) / len(points)
    )
