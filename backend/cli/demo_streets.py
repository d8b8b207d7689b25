"""The streets of the demo city: invented ones, or those of the file that QALA_STREETS_FILE names."""

from __future__ import annotations

import hashlib

from backend.database import transaction
from backend.streets import service as streets
from backend.streets.invented import ATTRIBUTION, invented_city
from backend.streets.packed import packed

SOURCE = "invented city"


def fill(by: str) -> None:
    """Put the invented network in force, unless streets of a file are, or it is there already."""
    city = invented_city()
    digest = hashlib.sha256(packed(city.network)).hexdigest()
    with transaction(read_only=True):
        newest = streets.newest_import()
    if newest is not None and (newest.kind != "invented" or newest.sha256 == digest):
        return
    with transaction():
        streets.replace(
            city,
            streets.Provenance(kind="invented", source=SOURCE, sha256=digest, attribution=ATTRIBUTION),
            by=by,
        )
