"""A folder of frames: its tables of pictures and positions, read line by line with reasons for what cannot be read."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from backend.roads.frames.bad_frames import BadFrames
from backend.roads.frames.rules import Frame, Position
from shared.geometry import Point

FRAMES, POSITIONS = "frames.csv", "positions.csv"
ACCURACY_M = 10.0  # where nothing says how sure a position is


def read_frames(folder: Path) -> tuple[list[Frame], list[Position]]:
    """The frames, and their positions: their own where the table has them, else those of the drive. Raises BadFrames."""
    frames: list[Frame] = []
    own: list[Position] = []
    for line, row in _rows(folder / FRAMES, ("frame", "taken_at")):
        name = row["frame"]
        if Path(name).name != name or not name:
            raise BadFrames(f"{FRAMES}, line {line}: frame must be a file's name in the folder, was {name!r}")
        frames.append(Frame(name=name, at=_time(row["taken_at"], FRAMES, line)))
        if row.get("lat") and row.get("lon"):
            own.append(_position(row, FRAMES, line))
    return frames, sorted(own, key=lambda each: each.at) or read_positions(folder / POSITIONS)


def read_positions(path: Path) -> list[Position]:
    """A table of positions in the order of their times: taken_at, lat, lon, perhaps accuracy_m. Raises BadFrames."""
    rows = _rows(path, ("taken_at", "lat", "lon"))
    return sorted((_position(row, path.name, line) for line, row in rows), key=lambda each: each.at)


def moment(text: str) -> datetime | None:
    """A time with its offset, as UTC; None for any other text."""
    try:
        found = datetime.fromisoformat(text)
        return None if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def position(lat: float, lon: float, accuracy_m: float, at: datetime, where: str) -> Position:
    """A position that lies on the Earth. Raises BadFrames naming where it stands."""
    if not (abs(lat) <= 90 and abs(lon) <= 180 and 0 < accuracy_m < 10_000):
        raise BadFrames(f"{where}: no place on the Earth is {lat}, {lon} with {accuracy_m} m")
    return Position(at=at, place=Point(lat=lat, lon=lon), accuracy_m=accuracy_m)


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
    except (OSError, UnicodeDecodeError, csv.Error) as error:
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
    return position(lat, lon, accuracy_m, _time(row["taken_at"], file, line), f"{file}, line {line}")


def _time(text: str, file: str, line: int) -> datetime:
    found = moment(text)
    if found is None:
        raise BadFrames(
            f"{file}, line {line}: taken_at must be a time with offset such as 2026-11-22T14:05:00+05:00, was {text!r}"
        )
    return found
