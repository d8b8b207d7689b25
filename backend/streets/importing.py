"""An OpenStreetMap file in force as the city's streets: read, held against the city, built, and put in the old network's place."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from backend.adapters import settings
from backend.database import transaction
from backend.streets import service
from backend.streets.building import Built, build
from backend.streets.models import StreetImport
from backend.streets.osm.reading import BadStreetFile, read_osm
from backend.streets.source import Source
from shared.geometry import EARTH_RADIUS_M
from shared.i18n import Message

_ = Message
ATTRIBUTION = "© OpenStreetMap contributors"
KM_PER_DEGREE = math.radians(EARTH_RADIUS_M) / 1000
CHUNK_BYTES = 1 << 20
LEAST_SHARE = 0.5  # of the pieces in force: a city does not lose half its streets


@dataclass(frozen=True, slots=True)
class Box:
    """A box in degrees."""

    west: float
    south: float
    east: float
    north: float

    def __str__(self) -> str:
        return f"{self.west:.2f},{self.south:.2f},{self.east:.2f},{self.north:.2f}"


def import_file(path: Path, *, by: str, anywhere: bool = False, smaller: bool = False) -> StreetImport:
    """Replace the network by a file's. BadStreetFile says what is wrong with it, and the network in force stays.

    ``anywhere`` takes a file of another region; ``smaller`` one with far fewer streets than are in force.
    """
    most_mb = settings().streets_file_mb
    size_mb = _size_bytes(path) / 1_000_000
    if size_mb > most_mb:
        raise BadStreetFile(
            _(
                "{file} has {size} MB, more than {most} MB (QALA_STREETS_FILE_MB): cut the city out of it, "
                "for example with «osmium extract --bbox W,S,E,N»"
            ).format(file=path.name, size=round(size_mb), most=most_mb)
        )
    built = network_of(read_osm(path), path.name, None if anywhere else city_box())
    provenance = service.Provenance(
        kind="osm", source=path.name[-255:], sha256=sha256_of(path), attribution=ATTRIBUTION
    )
    with transaction():
        if not (anywhere or smaller):
            _refuse_shrinking(built, path.name)
        return service.replace(built, provenance, by=by)


def _refuse_shrinking(built: Built, name: str) -> None:
    """A file that ends early between two of its blocks looks whole, but has lost its end."""
    newest = service.newest_import()
    if newest is None or newest.kind != "osm":
        return
    before, now = int(newest.counts["segments"]), built.network.segments
    if now < before * LEAST_SHARE:
        raise BadStreetFile(
            _(
                "{file} has {now} pieces of street where {before} are in force: it may be cut off. Fetch it again, "
                "or add --smaller where it is meant so"
            ).format(file=name, now=now, before=before)
        )


def network_of(source: Source, name: str, city: Box | None) -> Built:
    """The network of a file's streets; BadStreetFile where there are none, or none in the city's box."""
    if not source.ways or not source.places:
        raise BadStreetFile(
            _("{file} holds no streets: give an extract that has roads (ways tagged highway=…)").format(
                file=name
            )
        )
    points = np.array(list(source.places.values()))
    if city is not None:
        lon, lat = points[:, 0], points[:, 1]
        inside = (lon >= city.west) & (lon <= city.east) & (lat >= city.south) & (lat <= city.north)
        if not inside.any():
            box = Box(float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))
            raise BadStreetFile(
                _(
                    "{file} is of another region: its streets lie in {box} (W,S,E,N), the city in {city}. Set "
                    "QALA_CITY_LAT and QALA_CITY_LON to the city that you mean, or add --anywhere"
                ).format(file=name, box=str(box), city=str(city))
            )
    built = build(source)
    if not built.network.access.any():
        raise BadStreetFile(
            _("{file} holds no streets that a vehicle may drive: give an extract of a whole town").format(
                file=name
            )
        )
    return built


def city_box() -> Box:
    """The box around the city: QALA_CITY_LAT, QALA_CITY_LON and QALA_CITY_RADIUS_KM."""
    chosen = settings()
    high = chosen.city_radius_km / KM_PER_DEGREE
    wide = high / max(math.cos(math.radians(chosen.city_lat)), 0.01)
    return Box(chosen.city_lon - wide, chosen.city_lat - high, chosen.city_lon + wide, chosen.city_lat + high)


def _size_bytes(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        raise BadStreetFile(
            _("{file} cannot be opened ({reason}): check the path").format(
                file=str(path), reason=error.strerror or str(error)
            )
        ) from error


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            digest.update(chunk)
    return digest.hexdigest()
