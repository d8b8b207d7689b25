"""Routes as GPX and KML: read back by parsers, held against the order of the schemas, in the reader's language, seen by those concerned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from flask import Flask

from backend.database import db, transaction
from backend.ledger.models import AccessEntry
from backend.routing.exports import rules
from backend.routing.exports.rules import Driven, DrivenPart, RouteFile, Waypoint
from mobile.devices.gpx import read_track
from shared.vocabulary import Role
from tests.backend.routing.conftest import Shift
from tests.backend.routing.proof.test_proof_service import drive
from tests.backend.routing.test_planned_routes import WAY, given_ways
from tests.phone import Phone

Staff = Callable[..., Phone]
GPX, KML = f"{{{rules.GPX_NAMESPACE}}}", f"{{{rules.KML_NAMESPACE}}}"
FEATURE = ("name", "visibility", "open", "description", "TimeSpan", "styleUrl", "Style", "ExtendedData")
POINT = ("ele", "time", "name", "cmt", "desc", "src", "link", "sym", "type")
GPX_ORDER = {  # of the sequences in GPX 1.1's schema, as far as a route needs them
    "gpx": ("metadata", "wpt", "rte", "trk"),
    "metadata": ("name", "desc", "author", "copyright", "link", "time", "keywords", "bounds"),
    "wpt": POINT,
    "rtept": POINT,
    "trkpt": POINT,
    "rte": ("name", "cmt", "desc", "src", "link", "number", "type", "rtept"),
    "trk": ("name", "cmt", "desc", "src", "link", "number", "type", "trkseg"),
    "trkseg": ("trkpt",),
}
KML_ORDER = {
    "kml": ("Document",),
    "Document": (*FEATURE, "Folder"),
    "Folder": (*FEATURE, "Placemark"),
    "Placemark": (*FEATURE, "Point", "LineString"),
    "Style": ("LineStyle",),
    "LineStyle": ("color", "width"),
    "TimeSpan": ("begin", "end"),
    "Point": ("coordinates",),
    "LineString": ("tessellate", "coordinates"),
}
EXAMPLE = RouteFile(
    name="Центр & «север» <1>",
    description="Ә Ғ Қ \x0b Ұ",
    made_at=datetime(2026, 11, 23, 4, tzinfo=UTC),
    stops_name="Точки",
    stops=[Waypoint(name="1. Двор", description="2 × 1,1 м³", kind="забрать", position=(69.15, 54.87))],
    planned_name="Путь",
    planned=[[(69.15, 54.87), (69.16, 54.87)]],
    driven=[
        Driven(
            name="Проехано",
            parts=[
                DrivenPart(
                    times=[datetime(2026, 11, 23, 4, minute, tzinfo=UTC) for minute in (1, 2)],
                    positions=[(69.15, 54.87), (69.155, 54.871)],
                )
            ],
        )
    ],
)


def in_order(element: ET.Element, order: dict[str, tuple[str, ...]], namespace: str) -> None:
    """Every element in the schema's namespace, known to it, and in its sequence."""
    assert element.tag.startswith(namespace)
    known = order.get(element.tag.removeprefix(namespace), ())
    places = [known.index(child.tag.removeprefix(namespace)) for child in element]
    assert places == sorted(places), element.tag
    for child in element:
        in_order(child, order, namespace)


def test_gpx_stands_in_the_schemas_order_and_holds_any_text() -> None:
    """Markup is escaped, what XML cannot hold is left out, the rest is as it was."""
    root = ET.fromstring(rules.gpx(EXAMPLE))
    in_order(root, GPX_ORDER, GPX)
    assert ("1.1", "Qala") == (root.get("version"), root.get("creator"))
    assert "Центр & «север» <1>" == root.findtext(f"{GPX}metadata/{GPX}name")
    assert "Ә Ғ Қ  Ұ" == root.findtext(f"{GPX}metadata/{GPX}desc")
    bounds = root.find(f"{GPX}metadata/{GPX}bounds")
    assert bounds is not None
    assert {
        "minlat": "54.8700000",
        "minlon": "69.1500000",
        "maxlat": "54.8710000",
        "maxlon": "69.1600000",
    } == bounds.attrib


def test_kml_stands_in_the_schemas_order_and_holds_any_text() -> None:
    """Lon before lat, times of what was driven."""
    root = ET.fromstring(rules.kml(EXAMPLE))
    in_order(root, KML_ORDER, KML)
    lines = [each.text for each in root.iter(f"{KML}coordinates")]
    assert ["69.1500000,54.8700000", "69.1500000,54.8700000 69.1600000,54.8700000"] == lines[:2]
    assert "2026-11-23T04:02:00Z" == root.findtext(f".//{KML}end")


def test_the_phones_own_reader_drives_along_an_exported_track(tmp_path: Path) -> None:
    """Another program, the same points."""
    path = tmp_path / "route.gpx"
    path.write_bytes(rules.gpx(replace(EXAMPLE, driven=())))
    assert {(54.87, 69.15), (54.87, 69.16)} == {(each.lat, each.lon) for each in read_track(path)}


@pytest.mark.parametrize(
    ("name", "kind"),
    [("gpx", "application/gpx+xml"), ("kml", "application/vnd.google-earth.kml+xml")],
)
def test_a_route_is_exported_with_its_way_and_what_was_driven(
    app: Flask, shift: Shift, in_app: None, name: str, kind: str
) -> None:
    """In the reader's language, with the right type, to be saved."""
    given_ways(app, shift, vehicle_id=None, shift_id=None)  # positions refer to real ones
    shift.clock.advance(minutes=5)
    drive(shift, until_lon=shift.route["stops"][1]["lon"])
    assert 200 == shift.report(state="skipped", skip_reason="parked_cars").send(shift.crew).status_code
    shift.dispatcher.headers["Accept-Language"] = "ru"
    answer = shift.dispatcher.get(f"{shift.path}/{name}")
    assert (200, kind) == (answer.status_code, answer.content_type)
    assert f'attachment; filename="route-{shift.route["id"]}.{name}"' == answer.headers["Content-Disposition"]
    text = answer.get_data(as_text=True)
    for words in ("Точки", "Путь по плану", "Проехано, приёмник 1", "1. Площадка 1", "пропущено, 09:05"):
        assert words in text
    root = ET.fromstring(text)
    namespace = GPX if name == "gpx" else KML
    in_order(root, GPX_ORDER if name == "gpx" else KML_ORDER, namespace)
    if name == "gpx":
        planned, driven = root.findall(f"{GPX}trk")
        assert 3 == len(planned.findall(f"{GPX}trkseg"))
        first = [(float(p.get("lon", "")), float(p.get("lat", ""))) for p in planned[1]]
        assert [tuple(position) for position in WAY["coordinates"]] == first
        assert all(point.find(f"{GPX}time") is not None for point in driven.iter(f"{GPX}trkpt"))


def test_an_export_is_for_those_who_may_read_the_route(shift: Shift, staff: Staff, in_app: None) -> None:
    """A planner's read of positions is written down; the crew's own is not."""
    assert 200 == shift.crew.get(f"{shift.path}/gpx").status_code
    assert 404 == staff(Role.CREW).get(f"{shift.path}/gpx").status_code
    assert 403 == staff(Role.SUPERVISOR).get(f"{shift.path}/kml").status_code
    query = sa.select(sa.func.count()).where(AccessEntry.action == "location_fixes.read")
    with transaction(read_only=True):
        before = db.session().scalar(query)
    shift.dispatcher.get(f"{shift.path}/kml")
    with transaction(read_only=True):
        assert (0, 1) == (before, db.session().scalar(query))
