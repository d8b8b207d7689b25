"""Streets over HTTP: as GeoJSON for maps, and as one file for phones."""

from __future__ import annotations

import io
from typing import Any

from flask import Response, request, send_file

from backend.streets import reading, service
from backend.streets.schemas import SegmentPage, SegmentQuery, SegmentSchema, StreetsSchema
from backend.web.blueprint import Blueprint
from backend.web.versions import etag

blp = Blueprint("streets", __name__, description="The city's street network")
PACK: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The pack",
            "content": {"application/gzip": {"schema": {"type": "string", "format": "binary"}}},
        },
        206: {"description": "The part that Range asks for"},
        304: {"description": "The pack that If-None-Match names"},
        416: {"description": "Range lies behind the end"},
    }
}


@blp.route("/streets", action="streets.read", problems=(409,))
@blp.response(200, StreetsSchema)
def read_streets() -> Any:
    """The network in force, and where it comes from."""
    row = reading.streets()
    return row, 200, etag(row.version)


@blp.route("/street-segments", action="streets.read", problems=(409,))
@blp.arguments(SegmentQuery, location="query")
@blp.response(200, SegmentPage)
def list_segments(query: dict[str, Any]) -> Any:
    """Pieces of street in a box, as GeoJSON."""
    return reading.segments_in(**query)


@blp.route("/street-segments/<int:segment_id>", action="streets.read", problems=(409,))
@blp.response(200, SegmentSchema)
def read_segment(segment_id: int) -> Any:
    """One piece of street, as GeoJSON."""
    feature, version = reading.segment(segment_id)
    return feature, 200, etag(version)


@blp.route("/streets/pack", action="streets.read", problems=(409,))
@blp.doc(**PACK)
def read_pack() -> Response:
    """All streets as one file for phones (gzipped JSON of StreetPack); Range and If-None-Match are heeded."""
    row, content = service.pack()
    response = send_file(
        io.BytesIO(content), mimetype="application/gzip", download_name=f"streets-{row.version}.json.gz"
    )
    response.set_etag(row.pack_sha256)
    response.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return response
