"""The streets of the demo city: invented ones, or those of the file that QALA_STREETS_FILE names."""

from __future__ import annotations

import hashlib

from backend.adapters import settings
from backend.database import transaction
from backend.streets import service as streets
from backend.streets.importing import import_file, sha256_of
from backend.streets.invented import ATTRIBUTION, invented_city
from backend.streets.packed import packed

SOURCE = "invented city"


def fill(by: str) -> None:
    """Put the demo's network in force, unless it is there already; one imported by hand stays."""
    with transaction(read_only=True):
        newest = streets.newest_import()
    path = settings().streets_file
    if path is not None:
        if not path.exists() or newest is None or newest.sha256 != sha256_of(path):
            import_file(path, by=by, smaller=True)
        return
    city = invented_city()
    digest = hashlib.sha256(packed(city.network)).hexdigest()
    if newest is not None and (newest.kind != "invented" or newest.sha256 == digest):
        return
    provenance = streets.Provenance(kind="invented", source=SOURCE, sha256=digest, attribution=ATTRIBUTION)
    with transaction():
        streets.replace(city, provenance, by=by)
