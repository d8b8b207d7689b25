"""An OpenStreetMap file (.osm.pbf, .osm, .osm.gz, .osm.bz2) as the source of a network; every fault in words with a remedy."""

from __future__ import annotations

import bz2
import gzip
from pathlib import Path

import osmium

from backend.errors import DomainError
from backend.streets.osm.relations import turn_signs_of
from backend.streets.osm.tags import blocks_vehicles, traits_of
from backend.streets.source import Source, TurnSign, Way
from shared.i18n import Message

_ = Message
HEAD_BYTES = 64
WAYS_MOST = 400_000
KEYS = ("highway", "barrier", "crossing")
FORMATS = {"pbf": "pbf", "xml": "osm", "gzip": "osm.gz", "bzip2": "osm.bz2"}


class BadStreetFile(DomainError):
    """A file that no street network can be made of; the text says why and what to do."""

    slug = "bad-street-file"


def read_osm(path: Path, *, ways_most: int = WAYS_MOST) -> Source:
    """The streets of a file. BadStreetFile where it is missing, empty, cut off, no OpenStreetMap file, or too large."""
    file = osmium.io.File(str(path), _format_of(path))
    try:
        return _read(file, ways_most)
    except (
        RuntimeError,
        ValueError,
        osmium.InvalidLocationError,
    ) as error:  # osmium's own words; ValueError: a text that is no UTF-8
        raise BadStreetFile(
            _("{file} cannot be read to its end ({reason}): it is cut off or damaged; fetch it again").format(
                file=path.name, reason=str(error)
            )
        ) from error


def _format_of(path: Path) -> str:
    """The format by the file's first bytes, whatever its name says."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except OSError as error:
        raise BadStreetFile(
            _("{file} cannot be opened ({reason}): check the path").format(
                file=str(path), reason=error.strerror or str(error)
            )
        ) from error
    if not head:
        raise BadStreetFile(_("{file} is empty: fetch it again").format(file=path.name))
    if head[4:].startswith(b"\n\tOSMHeader") or b"OSMHeader" in head[:32]:
        return FORMATS["pbf"]
    if head.startswith(b"\x1f\x8b"):
        return _zipped(path, "gzip")
    if head.startswith(b"BZh"):
        return _zipped(path, "bzip2")
    if _is_xml(head):
        return FORMATS["xml"]
    raise _no_osm_file(path)


def _zipped(path: Path, kind: str) -> str:
    try:
        with gzip.open(path) if kind == "gzip" else bz2.open(path) as file:
            head = file.read(HEAD_BYTES)
    except (OSError, EOFError) as error:
        raise BadStreetFile(
            _("{file} cannot be read to its end ({reason}): it is cut off or damaged; fetch it again").format(
                file=path.name, reason=str(error)
            )
        ) from error
    if not _is_xml(head):
        raise _no_osm_file(path)
    return FORMATS[kind]


def _is_xml(head: bytes) -> bool:
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<?xml", b"<osm"))


def _no_osm_file(path: Path) -> BadStreetFile:
    return BadStreetFile(
        _("{file} is no OpenStreetMap file: give an extract as .osm.pbf, .osm, .osm.gz or .osm.bz2").format(
            file=path.name
        )
    )


def _read(file: osmium.io.File, ways_most: int) -> Source:
    """One pass for nodes and ways, one for relations; osmium keeps the nodes' places outside Python."""
    ways: list[Way] = []
    places: dict[int, tuple[float, float]] = {}
    signals, barriers = set(), set()
    absent: set[int] = set()
    for thing in osmium.FileProcessor(file).with_locations().with_filter(osmium.filter.KeyFilter(*KEYS)):
        if isinstance(thing, osmium.osm.Node):
            tags = dict(thing.tags)
            if "traffic_signals" in (tags.get("highway"), tags.get("crossing")):
                signals.add(thing.id)
            if blocks_vehicles(tags):
                barriers.add(thing.id)
        elif isinstance(thing, osmium.osm.Way) and (traits := traits_of(dict(thing.tags))) is not None:
            if len(ways) == ways_most:
                raise _too_many(ways_most)
            ways.append(Way(thing.id, tuple(node.ref for node in thing.nodes), traits))
            for node in thing.nodes:
                if node.location.valid():
                    places[node.ref] = (node.location.lon, node.location.lat)
                else:
                    absent.add(node.ref)
    signs, skipped = turn_signs_of(file)
    skipped["nodes outside the file"] = len(absent)
    known = {way.id for way in ways}
    return Source(
        namespace="osm",
        ways=ways,
        places=places,
        signals=frozenset(signals),
        barriers=frozenset(barriers),
        turn_signs=[sign for sign in signs if _is_of(sign, known)],
        skipped=+skipped,
    )


def _too_many(ways_most: int) -> BadStreetFile:
    return BadStreetFile(
        _(
            "the file has more than {most} streets: cut the city out of it, "
            "for example with «osmium extract --bbox W,S,E,N»"
        ).format(most=ways_most)
    )


def _is_of(sign: TurnSign, known: set[int]) -> bool:
    return sign.from_way in known and sign.to_way in known
