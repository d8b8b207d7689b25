"""Importing a folder of frames with positions: tables are read, frames thinned, and each kept one received as a report of its own."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import NAMESPACE_URL, UUID, uuid5

import numpy as np
import sqlalchemy as sa

from backend.accounts import service as accounts
from backend.adapters import settings
from backend.blobs import sha256_hex
from backend.database import db, transaction
from backend.geofences import service as geofences
from backend.roads import receiving
from backend.roads.frames.rules import EVERY_M, Frame, PlacedFrame, Position, placed, thinned
from backend.roads.models import Defect
from backend.roads.rules import FoundPlace
from backend.uploads import evidence
from shared.geometry import Point, distance_m
from shared.vocabulary import DefectSource

FRAMES, POSITIONS = "frames.csv", "positions.csv"
ACCURACY_M = 10.0  # where a table does not say
ACTOR = "system:frames"


class BadFrames(ValueError):
    """A folder that cannot be read as frames; the text names file, line and remedy."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of the frames of a folder."""

    frames: int
    unplaced: int  # no position near in time, or none in the city
    same_road: int  # nearer than every_m to a frame before
    known: int  # the very frame is a report already
    reports: int


def import_frames(
    folder: Path, *, district: str, every_m: float = EVERY_M, say: Callable[[str], None] = lambda _line: None
) -> Imported:
    """Make reports of the frames of a folder; the same folder again makes none. Opens transactions of its own.

    ``frames.csv`` has frame, taken_at (with offset) and perhaps lat, lon, accuracy_m; where it has no places, ``positions.csv`` has
    taken_at, lat, lon, accuracy_m of the drive. ``district`` is the code of the one that answers where no boundary holds the place.
    """
    frames, own = _read_frames(folder)
    positions = own or _read_positions(folder)
    found = [placed(each, positions) for each in frames]
    inside = [each for each in found if each is not None and _in_city(each.place)]
    kept = thinned(inside, every_m)
    district_id = _district_named(district)
    known = 0
    for number, frame in enumerate(kept, start=1):
        if not _receive(folder / frame.name, frame, district_id):
            known += 1
        if number % 50 == 0:
            say(f"{number} of {len(kept)} frames")
    return Imported(
        frames=len(frames),
        unplaced=len(frames) - len(inside),
        same_road=len(inside) - len(kept),
        known=known,
        reports=len(kept) - known,
    )


def _receive(path: Path, frame: PlacedFrame, fallback_id: UUID) -> bool:
    """Receive one frame; False where it was received before."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BadFrames(f"{path.name} is named in {FRAMES} and cannot be read: {error.strerror}") from error
    digest = sha256_hex(content)
    report_id = uuid5(NAMESPACE_URL, f"qala-frame:{digest}")
    with transaction(read_only=True):
        if db.session().scalar(sa.select(Defect.id).where(Defect.id == report_id)) is not None:
            return False
    sealed = evidence.seal_photos(receiving.owner(report_id), [content])
    evidence.keep(sealed)
    try:
        with transaction():
            evidence.remember(sealed)
            receiving.enter(
                report_id,
                DefectSource.VEHICLE,
                photo_hashes=[digest],
                place=FoundPlace(point=frame.place, accuracy_m=frame.accuracy_m),
                district_id=_district_of(frame.place) or fallback_id,
                captured_at=frame.at,
                actor=ACTOR,
                heading_deg=frame.heading_deg,
            )
    except BaseException:
        evidence.drop(sealed)
        raise
    return True


def _read_frames(folder: Path) -> tuple[list[Frame], list[Position]]:
    """The frames, and their own positions where the table has them."""
    frames: list[Frame] = []
    own: list[Position] = []
    for line, row in _rows(folder / FRAMES, ("frame", "taken_at")):
        name = row["frame"]
        if Path(name).name != name or not name:
            raise BadFrames(f"{FRAMES}, line {line}: frame must be a file's name in the folder, was {name!r}")
        frames.append(Frame(name=name, at=_time(row["taken_at"], FRAMES, line)))
        if row.get("lat") and row.get("lon"):
            own.append(_position(row, FRAMES, line))
    return frames, sorted(own, key=lambda each: each.at)


def _read_positions(folder: Path) -> list[Position]:
    rows = _rows(folder / POSITIONS, ("taken_at", "lat", "lon"))
    return sorted((_position(row, POSITIONS, line) for line, row in rows), key=lambda each: each.at)


def _rows(path: Path, needed: Iterable[str]) -> list[tuple[int, dict[str, str]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file)
            missing = [name for name in needed if name not in (reader.fieldnames or ())]
            if missing:
                raise BadFrames(
                    f"{path.name} lacks the column {', '.join(missing)}: write it in the first line"
                )
            return [
                (line, {key: (value or "").strip() for key, value in row.items() if key})
                for line, row in enumerate(reader, start=2)
            ]
    except (OSError, UnicodeDecodeError) as error:
        raise BadFrames(f"{path.name} cannot be read: put it into the folder, in UTF-8") from error


def _position(row: dict[str, str], file: str, line: int) -> Position:
    try:
        lat, lon, accuracy_m = (
            float(row["lat"]),
            float(row["lon"]),
            float(row.get("accuracy_m") or ACCURACY_M),
        )
    except ValueError as error:
        raise BadFrames(f"{file}, line {line}: lat, lon and accuracy_m must be numbers") from error
    if not (abs(lat) <= 90 and abs(lon) <= 180 and 0 < accuracy_m < 10_000):
        raise BadFrames(f"{file}, line {line}: no place on the Earth is {lat}, {lon} with {accuracy_m} m")
    return Position(
        at=_time(row["taken_at"], file, line), place=Point(lat=lat, lon=lon), accuracy_m=accuracy_m
    )


def _time(text: str, file: str, line: int) -> datetime:
    moment: datetime | None = None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        pass
    if moment is None or moment.tzinfo is None:
        raise BadFrames(
            f"{file}, line {line}: taken_at must be a time with offset such as 2026-11-22T14:05:00+05:00, was {text!r}"
        )
    return moment.astimezone(UTC)


def _in_city(place: Point) -> bool:
    city = settings()
    return distance_m(Point(lat=city.city_lat, lon=city.city_lon), place) <= city.city_radius_km * 1000


def _district_named(code: str) -> UUID:
    with transaction(read_only=True):
        found = accounts.district_of_code(code)
    if found is None:
        raise BadFrames(f"there is no district {code!r}: name one by its code, see GET /districts")
    return found


def _district_of(place: Point) -> UUID | None:
    areas = geofences.district_areas()
    if not areas.district_ids:
        return None
    found = int(areas.find(np.array([place.lon]), np.array([place.lat]))[0])
    return None if found < 0 else areas.district_ids[found]
