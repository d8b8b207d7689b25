"""The track of a drive: GPX of a camera or a phone, NMEA of a receiver, or a table of positions; known by what stands in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from pathlib import Path

import gpxpy
import pynmea2
from gpxpy.gpx import GPX, GPXException

from backend.roads.frames.bad_frames import BadFrames
from backend.roads.frames.rules import EARLIEST, Position
from backend.roads.frames.tables import ACCURACY_M, position, read_positions

BYTES_MOST = 64_000_000  # four days at one position a second
METRES_A_DILUTION = 5.0  # error of one range: an accuracy is the dilution of precision times that
ACCURACY_LEAST_M = 3.0
SENTENCE = re.compile(r"\$[A-Z]{2}(?:RMC|GGA),[^$\r\n]*")  # some cameras write the time in brackets before it
NO_OTHER = "give GPX, NMEA with RMC sentences, or a table with taken_at, lat, lon"


def read_track(path: Path) -> list[Position]:
    """Positions of a drive in the order of their times. Raises BadFrames.

    Points without a time, or with one from before the receiver knew it, are left out: a silence invents nothing.
    """
    text = _text(path)
    start = text.lstrip()[:200]
    if "taken_at" in start.split("\n", 1)[0]:
        found = read_positions(path)
        if not found:
            raise BadFrames(f"{path.name} has no position: {NO_OTHER}")
        return found
    found = _gpx(text, path.name) if start.startswith("<") else _nmea(text, path.name)
    dated = [each for each in found if each.at >= EARLIEST]
    if found and not dated:
        raise BadFrames(
            f"{path.name}: all its times are before {EARLIEST.date()}, the first is {found[0].at.isoformat()}: "
            "the receiver's clock was not set; export the track again, or give another receiver's"
        )
    return sorted(dated, key=lambda each: each.at)


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > BYTES_MOST:
            raise BadFrames(
                f"{path.name} must have at most {BYTES_MOST // 1_000_000} MB, was {size // 1_000_000}: cut out the drive"
            )
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFrames(f"{path.name} is no text in UTF-8: {NO_OTHER}") from error
    except OSError as error:
        raise BadFrames(f"{path.name} cannot be read: {error.strerror}") from error


def _gpx(text: str, name: str) -> list[Position]:
    if "<!DOCTYPE" in text or "<!ENTITY" in text:
        raise BadFrames(f"{name} has a DOCTYPE, which no GPX needs: export the track again")
    try:
        track = gpxpy.parse(text)
    except (GPXException, ValueError, TypeError, AttributeError, KeyError) as error:
        raise BadFrames(f"{name} is no whole GPX ({error}): export the track again") from error
    points = sum(len(segment.points) for each in track.tracks for segment in each.segments)
    if not points:
        raise BadFrames(f"{name} has no points of a track (trkpt): {NO_OTHER}")
    found = list(_points(track, name))
    if not found:
        raise BadFrames(
            f"{name}: none of its {points} points has a time, so nobody knows where a picture was: "
            "export the recorded track, with times, not a planned route"
        )
    return found


def _points(track: GPX, name: str) -> Iterator[Position]:
    number = 0
    for each in track.tracks:
        for segment in each.segments:
            for point in segment.points:
                number += 1
                if point.time is None:
                    continue
                dilution = point.horizontal_dilution
                yield position(
                    point.latitude,
                    point.longitude,
                    _accuracy_m(dilution),
                    _utc(point.time),
                    f"{name}, point {number}",
                )


def _nmea(text: str, name: str) -> list[Position]:
    """RMC says place and date, the GGA of the same second how sure it is; sentences with a wrong checksum are left out."""
    found: list[Position] = []
    dilutions: dict[time, float | None] = {}
    fixed: list[tuple[datetime, float, float]] = []
    for match in SENTENCE.finditer(text):
        try:
            sentence = pynmea2.parse(match.group().strip(), check=True)
            if sentence.sentence_type == "GGA":
                dilutions[sentence.timestamp] = float(sentence.horizontal_dil)
            elif sentence.status == "A":
                fixed.append((_utc(sentence.datetime), sentence.latitude, sentence.longitude))
        except (ValueError, TypeError, AttributeError):
            continue
    if not fixed:
        raise BadFrames(f"{name} has no position that a receiver was sure of: {NO_OTHER}")
    for at, lat, lon in fixed:
        found.append(position(lat, lon, _accuracy_m(dilutions.get(at.timetz())), at, name))
    return found


def _accuracy_m(dilution: float | None) -> float:
    return ACCURACY_M if dilution is None else max(ACCURACY_LEAST_M, dilution * METRES_A_DILUTION)


def _utc(at: datetime) -> datetime:
    """A time of a track, which is UTC where it names no offset (GPX 1.1, NMEA 0183)."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
