"""A route as GPX 1.1 (topografix.com/GPX/1/1) and as KML 2.2 (OGC 07-147r2): stops, the planned way, what was driven. Pure.

Elements stand in the order of the schemas, which are sequences; texts lose the characters that XML 1.0 cannot hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

GPX_NAMESPACE = "http://www.topografix.com/GPX/1/1"
KML_NAMESPACE = "http://www.opengis.net/kml/2.2"
CREATOR = "Qala"
NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
DIGITS = 7  # of degrees: a centimetre

Position = tuple[float, float]  # lon, lat


@dataclass(frozen=True, kw_only=True)
class Waypoint:
    """One stop."""

    name: str
    description: str
    kind: str  # what is done there
    position: Position


@dataclass(frozen=True, kw_only=True)
class DrivenPart:
    """Positions without silence between them."""

    times: Sequence[datetime]
    positions: Sequence[Position]


@dataclass(frozen=True, kw_only=True)
class Driven:
    """What one receiver drove."""

    name: str
    parts: Sequence[DrivenPart]


@dataclass(frozen=True, kw_only=True)
class RouteFile:
    """What goes into a file; every name is in the reader's language already."""

    name: str
    description: str
    made_at: datetime
    stops_name: str
    stops: Sequence[Waypoint]
    planned_name: str
    planned: Sequence[Sequence[Position]]  # from stop to stop, and along segments
    driven: Sequence[Driven]


def gpx(route: RouteFile) -> bytes:
    """GPX: waypoints and a route of the stops, a track that is planned, and one for each receiver that drove."""
    root = ET.Element("gpx", {"version": "1.1", "creator": CREATOR, "xmlns": GPX_NAMESPACE})
    metadata = ET.SubElement(root, "metadata")
    _text(metadata, "name", route.name)
    _text(metadata, "desc", route.description)
    _text(metadata, "time", _time(route.made_at))
    _bounds(metadata, route)
    for stop in route.stops:
        _waypoint(root, "wpt", stop)
    way = ET.SubElement(root, "rte")
    _text(way, "name", f"{route.stops_name}: {route.name}")
    for stop in route.stops:
        _waypoint(way, "rtept", stop)
    if route.planned:
        planned = ET.SubElement(root, "trk")
        _text(planned, "name", route.planned_name)
        for line in route.planned:
            segment = ET.SubElement(planned, "trkseg")
            for position in line:
                ET.SubElement(segment, "trkpt", _degrees(position))
    for driven in route.driven:
        track = ET.SubElement(root, "trk")
        _text(track, "name", driven.name)
        for part in driven.parts:
            segment = ET.SubElement(track, "trkseg")
            for at, position in zip(part.times, part.positions, strict=True):
                point = ET.SubElement(segment, "trkpt", _degrees(position))
                _text(point, "time", _time(at))
    return _bytes(root)


def kml(route: RouteFile) -> bytes:
    """KML: a folder of stops, one of the planned way, one for each receiver that drove."""
    root = ET.Element("kml", {"xmlns": KML_NAMESPACE})
    document = ET.SubElement(root, "Document")
    _text(document, "name", route.name)
    _text(document, "description", route.description)
    for name, colour, width in (("planned", "ffd07020", "4"), ("driven", "ff2040d0", "3")):
        style = ET.SubElement(ET.SubElement(document, "Style", {"id": name}), "LineStyle")
        _text(style, "color", colour)  # alpha, blue, green, red
        _text(style, "width", width)
    stops = _folder(document, route.stops_name)
    for stop in route.stops:
        mark = ET.SubElement(stops, "Placemark")
        _text(mark, "name", stop.name)
        _text(mark, "description", _joined((stop.kind, stop.description)))
        _text(ET.SubElement(mark, "Point"), "coordinates", _coordinates([stop.position]))
    if route.planned:
        planned = _folder(document, route.planned_name)
        for line in route.planned:
            _line(ET.SubElement(planned, "Placemark"), "planned", line)
    for driven in route.driven:
        folder = _folder(document, driven.name)
        for part in driven.parts:
            mark = ET.SubElement(folder, "Placemark")
            span = ET.SubElement(mark, "TimeSpan")
            _text(span, "begin", _time(part.times[0]))
            _text(span, "end", _time(part.times[-1]))
            _line(mark, "driven", part.positions)
    return _bytes(root)


def _waypoint(parent: ET.Element, tag: str, stop: Waypoint) -> None:
    point = ET.SubElement(parent, tag, _degrees(stop.position))
    _text(point, "name", stop.name)
    _text(point, "desc", stop.description)
    _text(point, "type", stop.kind)


def _bounds(metadata: ET.Element, route: RouteFile) -> None:
    everything = [
        *(stop.position for stop in route.stops),
        *(position for line in route.planned for position in line),
        *(position for driven in route.driven for part in driven.parts for position in part.positions),
    ]
    lons, lats = [lon for lon, _lat in everything], [lat for _lon, lat in everything]
    ET.SubElement(
        metadata,
        "bounds",
        {
            "minlat": _number(min(lats)),
            "minlon": _number(min(lons)),
            "maxlat": _number(max(lats)),
            "maxlon": _number(max(lons)),
        },
    )


def _folder(document: ET.Element, name: str) -> ET.Element:
    folder = ET.SubElement(document, "Folder")
    _text(folder, "name", name)
    return folder


def _line(mark: ET.Element, style: str, positions: Iterable[Position]) -> None:
    _text(mark, "styleUrl", f"#{style}")
    line = ET.SubElement(mark, "LineString")
    _text(line, "tessellate", "1")
    _text(line, "coordinates", _coordinates(positions))


def _text(parent: ET.Element, tag: str, text: str) -> None:
    if text:
        ET.SubElement(parent, tag).text = NOT_XML.sub("", text)


def _joined(texts: Iterable[str]) -> str:
    return ". ".join(text for text in texts if text)


def _degrees(position: Position) -> dict[str, str]:
    return {"lat": _number(position[1]), "lon": _number(position[0])}


def _coordinates(positions: Iterable[Position]) -> str:
    return " ".join(f"{_number(lon)},{_number(lat)}" for lon, lat in positions)


def _number(degrees: float) -> str:
    return f"{degrees:.{DIGITS}f}"


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bytes(root: ET.Element) -> bytes:
    ET.indent(root)
    content: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return content
