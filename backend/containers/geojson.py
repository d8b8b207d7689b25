"""Container sites as GeoJSON: points with properties become rows of a table; sites go out under FIWARE's names. Pure.

The names are those of the Smart Data Model ``WasteContainer``: ``fillingLevel`` 0 to 1, ``cargoWeight`` in kilograms,
``dateLastEmptying``. Beside them stand the columns of the form, so that what went out can come in again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from backend.containers.import_words import Column, write_containers
from backend.containers.rules import SiteNeed
from backend.tables.files import BadTable, Cell, Row
from backend.tables.weekly_text import write_hours
from shared.contracts import DecodeError, parse_json
from shared.i18n import Message
from shared.vocabulary import ContainerType

_ = Message
CATEGORY = {ContainerType.UNDERGROUND: "underground", ContainerType.WHEELED: "wheeled"}


def rows_of_features(data: bytes, rows_max: int) -> list[Row] | None:
    """The points of a GeoJSON file as rows under a heading of their properties; None for what is no JSON. Raises BadTable.

    A row has the number of its feature, counted from 1.
    """
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return None
    try:
        whole = parse_json(data.removeprefix(b"\xef\xbb\xbf"))
    except DecodeError as error:
        raise BadTable(_("is no JSON that can be read: send GeoJSON, CSV or XLSX")) from error
    features = whole.get("features") if isinstance(whole, Mapping) else None
    if not isinstance(features, list):
        raise BadTable(_("is no GeoJSON FeatureCollection: send one, or CSV or XLSX"))
    if len(features) > rows_max:
        raise BadTable(_("has more than {most} rows: split it into several files").format(most=rows_max))
    said = [_properties(each) for each in features]
    names = list(dict.fromkeys(name for each in said for name in each))
    for column in (Column.LAT, Column.LON):
        if column.value not in names:
            names.append(column.value)
    rows = [Row(number, tuple(each.get(name) for name in names)) for number, each in enumerate(said, start=1)]
    return [Row(0, tuple(names)), *rows]


def feature_of(need: SiteNeed, district: str) -> dict[str, Any]:
    """A site as a GeoJSON Feature."""
    site = need.site
    kinds = {CATEGORY.get(each.type, "fixed") for each in site.containers}
    return {
        "type": "Feature",
        "id": f"urn:ngsi-ld:WasteContainer:{site.id}",
        "geometry": {"type": "Point", "coordinates": [site.place.lon, site.place.lat]},
        "properties": {
            "type": "WasteContainer",
            "name": site.code,
            "areaServed": district,
            "category": sorted(kinds),
            "fillingLevel": round(min(need.level, 1.0), 3),
            "cargoWeight": round(need.fill.weight_kg, 1),
            "dateLastEmptying": _written(site.emptied_at),
            **columns_of(need, district),
        },
    }


def columns_of(need: SiteNeed, district: str) -> dict[str, Any]:
    """A site under the names of the form's columns, but for its place."""
    site = need.site
    return {
        Column.CODE.value: site.code,
        Column.ADDRESS.value: site.address,
        Column.DISTRICT.value: district,
        Column.CONTAINERS.value: write_containers(site.containers),
        Column.DEMAND_M3.value: _weekly(site.demand_m3),
        Column.DEMAND_KG.value: _weekly(site.demand_kg),
        Column.SERVICE_MIN.value: site.service_min,
        Column.HOURS.value: write_hours(None if site.hours is None else [list(each) for each in site.hours]),
        Column.ACCESS_NOTE.value: site.access_note,
        Column.MAX_GROSS_T.value: site.max_gross_t,
        Column.MAX_HEIGHT_M.value: site.max_height_m,
        Column.MAX_WIDTH_M.value: site.max_width_m,
        Column.PRIORITY.value: site.priority,
    }


def collection(features: list[dict[str, Any]]) -> bytes:
    """A GeoJSON file of features."""
    whole = {"type": "FeatureCollection", "features": features}
    return json.dumps(whole, ensure_ascii=False).encode()


def _properties(feature: object) -> dict[str, Cell]:
    """What a feature says, flat; a feature without a point has no lat and lon, which the row then lacks."""
    if not isinstance(feature, Mapping):
        return {}
    properties, geometry = feature.get("properties"), feature.get("geometry")
    flat = {
        str(name): _cell(value)
        for name, value in (properties.items() if isinstance(properties, Mapping) else ())
        if str(name).casefold() not in {Column.LAT.value, Column.LON.value}
    }
    position = geometry.get("coordinates") if isinstance(geometry, Mapping) else None
    if isinstance(geometry, Mapping) and geometry.get("type") == "Point" and isinstance(position, list):
        lon, lat = (*position[:2], None, None)[:2]
        flat |= {Column.LAT.value: _cell(lat), Column.LON.value: _cell(lon)}
    return flat


def _cell(value: object) -> Cell:
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list):
        return " ".join(str(each) for each in value)
    return json.dumps(value, ensure_ascii=False)


def _weekly(demand: tuple[float, ...]) -> str:
    return " ".join(f"{each:g}" for each in demand)


def _written(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
