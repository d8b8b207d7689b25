"""The street pack as a file: gzipped JSON of the contract StreetPack, with columns of packed numbers."""

from __future__ import annotations

import base64
import binascii
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from gzip import BadGzipFile, GzipFile, compress
from io import BytesIO

from shared.contracts.streets import (
    SEGMENTS_MOST,
    STEPS_PER_DEGREE,
    StreetKind,
    StreetNames,
    StreetPack,
)
from shared.decoding import DecodeError, decode
from shared.encoding import canonical_json, encode
from shared.i18n import Message
from shared.lines import BadLines, differences, read_numbers, sums, write_numbers
from shared.strict_json import parse_json

_ = Message
UNPACKED_MOST_BYTES = 64_000_000  # a small file may be a large text
POINTS_MOST = 10_000_000
LON_MOST, LAT_MOST = 180 * STEPS_PER_DEGREE, 90 * STEPS_PER_DEGREE


@dataclass(frozen=True, slots=True)
class PackedStreet:
    """One street of a pack; the line is lon, lat in whole steps of 10⁻⁶ degrees."""

    id: int
    kind: StreetKind
    name: StreetNames | None
    line: Sequence[tuple[int, int]]


def write_pack(version: int, attribution: str, streets: Iterable[PackedStreet]) -> bytes:
    """The file for some streets; the same bytes for the same streets."""
    ordered = sorted(streets, key=lambda street: street.id)
    names = sorted(
        {street.name for street in ordered if street.name}, key=lambda name: (name.ru, name.kk, name.en)
    )
    place = {name: number for number, name in enumerate(names, start=1)}
    flat = [0] * (2 * sum(len(street.line) for street in ordered))
    flat[0::2] = differences([lon for street in ordered for lon, _lat in street.line])
    flat[1::2] = differences([lat for street in ordered for _lon, lat in street.line])
    pack = StreetPack(
        version=version,
        attribution=attribution,
        names=tuple(names),
        count=len(ordered),
        ids=_column(differences([street.id for street in ordered])),
        kinds=_column(street.kind for street in ordered),
        name_of=_column(place[street.name] if street.name else 0 for street in ordered),
        points=_column(len(street.line) for street in ordered),
        lines=_column(flat),
    )
    return compress(canonical_json(encode(pack)), compresslevel=9, mtime=0)


def read_pack(content: bytes) -> tuple[StreetPack, list[PackedStreet]]:
    """The contract and the streets of a file; DecodeError where anything is not as it must be."""
    pack = decode(StreetPack, parse_json(_unzipped(content)))
    ids = list(sums(_numbers(pack.ids, "ids", pack.count)))
    if any(one >= other for one, other in zip([0, *ids], ids, strict=False)):
        raise _wrong("ids", _("must grow from each street to the next"))
    kinds = _numbers(pack.kinds, "kinds", pack.count, least=0, most=max(StreetKind))
    name_of = _numbers(pack.name_of, "name_of", pack.count, least=0, most=len(pack.names))
    points = _numbers(pack.points, "points", pack.count, least=2, most=POINTS_MOST)
    flat = _numbers(pack.lines, "lines", 2 * sum(points))
    lons, lats = list(sums(flat[0::2])), list(sums(flat[1::2]))
    if lons and not (max(map(abs, lons)) <= LON_MOST and max(map(abs, lats)) <= LAT_MOST):
        raise _wrong("lines", _("must stay on the Earth"))
    spots = list(zip(lons, lats, strict=True))
    streets, start = [], 0
    for number, count in enumerate(points):
        name = pack.names[name_of[number] - 1] if name_of[number] else None
        kind = StreetKind(kinds[number])
        streets.append(PackedStreet(ids[number], kind, name, spots[start : start + count]))
        start += count
    return pack, streets


def _column(numbers: Iterable[int]) -> str:
    return base64.b64encode(write_numbers(numbers)).decode()


def _unzipped(content: bytes) -> bytes:
    try:
        with GzipFile(fileobj=BytesIO(content)) as file:
            text = file.read(UNPACKED_MOST_BYTES + 1)
    except (BadGzipFile, EOFError, zlib.error) as error:
        raise _wrong("body", _("must be a whole gzip file: fetch it again")) from error
    if len(text) > UNPACKED_MOST_BYTES:
        raise _wrong("body", _("is too large"))
    return text


def _numbers(
    text: str, field: str, count: int, *, least: int | None = None, most: int | None = None
) -> list[int]:
    try:
        numbers = read_numbers(base64.b64decode(text, validate=True))
    except (binascii.Error, BadLines, ValueError) as error:
        raise _wrong(field, _("must be base64 of packed numbers")) from error
    if len(numbers) != count:
        raise _wrong(
            field, _("must have {count} numbers, has {found}").format(count=count, found=len(numbers))
        )
    if numbers and (
        (least is not None and min(numbers) < least) or (most is not None and max(numbers) > most)
    ):
        message = _("must be between {least} and {most}")
        raise _wrong(field, message.format(least=least, most=most))
    return numbers


def _wrong(field: str, message: Message) -> DecodeError:
    return DecodeError([((field,) if field != "body" else (), message)])


__all__ = ["SEGMENTS_MOST", "PackedStreet", "read_pack", "write_pack"]
