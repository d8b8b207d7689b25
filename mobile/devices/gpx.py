"""Reads a GPX track: positions with their times, strictly and within bounds (GPX 1.0 and 1.1, topografix.com/GPX/1/1)."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from xml.etree.ElementTree import Element, ParseError, iterparse

BYTES_MOST = 20_000_000
POINTS_MOST = 100_000
WITHOUT_TIME_S = 1.0  # between points that carry no time


class BadTrack(ValueError):
    """The file holds no track that can be driven along."""


@dataclass(frozen=True, slots=True)
class TrackPoint:
    """One point; ``at_s`` counts from the first."""

    lat: float
    lon: float
    at_s: float


def read_track(path: Path) -> tuple[TrackPoint, ...]:
    """The points of all tracks and routes in a file, in order; BadTrack says what is wrong with it.

    Times may stand still but never run back; without any times the points are a second apart.
    """
    if path.stat().st_size > BYTES_MOST:
        raise BadTrack(f"{path} must hold at most {BYTES_MOST} bytes, has {path.stat().st_size}")
    data = path.read_bytes()
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:  # entities grow without bound
        raise BadTrack(f"{path} must not declare a document type or entities")
    found: list[tuple[float, float, datetime | None]] = []
    try:
        for _event, element in iterparse(io.BytesIO(data)):
            if _name(element) in {"trkpt", "rtept"}:
                found.append(_point(element, path, len(found)))
                if len(found) > POINTS_MOST:
                    raise BadTrack(f"{path} must hold at most {POINTS_MOST} points")
    except ParseError as error:
        raise BadTrack(f"{path} is no XML: {error}") from error
    if not found:
        raise BadTrack(f"{path} must hold trkpt or rtept elements, has none")
    return tuple(_timed(found, path))


def _point(element: Element, path: Path, index: int) -> tuple[float, float, datetime | None]:
    try:
        lat, lon = float(element.attrib["lat"]), float(element.attrib["lon"])
    except (KeyError, ValueError):
        raise BadTrack(f"{path}: point {index} must have numbers lat and lon") from None
    if not (math.isfinite(lat) and math.isfinite(lon) and abs(lat) <= 90 and abs(lon) <= 180):
        raise BadTrack(f"{path}: point {index} must lie on the Earth, was {lat}, {lon}")
    time = next((child.text for child in element if _name(child) == "time"), None)
    try:
        taken_at = datetime.fromisoformat(time.strip()) if time else None
    except ValueError:
        raise BadTrack(f"{path}: point {index} must have an RFC 3339 time, was {time!r}") from None
    if taken_at is not None and taken_at.tzinfo is None:
        raise BadTrack(f"{path}: point {index} must have a time with its offset, was {time!r}")
    return lat, lon, taken_at


def _timed(found: list[tuple[float, float, datetime | None]], path: Path) -> list[TrackPoint]:
    timed = [taken_at for _lat, _lon, taken_at in found if taken_at is not None]
    if not timed:
        return [TrackPoint(lat, lon, index * WITHOUT_TIME_S) for index, (lat, lon, _none) in enumerate(found)]
    if len(timed) != len(found):
        raise BadTrack(f"{path}: all points must have a time, or none")
    points, last_s = [], 0.0
    for index, ((lat, lon, _), taken_at) in enumerate(zip(found, timed, strict=True)):
        at_s = (taken_at - timed[0]).total_seconds()
        if at_s < last_s:
            raise BadTrack(f"{path}: the time of point {index} must not be before the one before it")
        points.append(TrackPoint(lat, lon, at_s))
        last_s = at_s
    return points


def _name(element: Element) -> str:
    """Without the namespace, which differs between versions."""
    return element.tag.rpartition("}")[2]
