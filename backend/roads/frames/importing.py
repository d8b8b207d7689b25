"""Importing a drive, from a folder of frames or from films with a track: frames are thinned, each kept one received as a report of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from backend.accounts import service as accounts
from backend.adapters import settings
from backend.blobs import sha256_hex
from backend.clock import now
from backend.database import transaction
from backend.geofences import service as geofences
from backend.roads.frames import streamed
from backend.roads.frames.bad_frames import BadFrames
from backend.roads.frames.entering import enter, report_id_of, seal, there
from backend.roads.frames.rules import (
    EVERY_M,
    TOLD_WITHIN,
    Frame,
    NewRoad,
    PlacedFrame,
    Position,
    Shows,
    Told,
    in_order,
    placed,
)
from backend.roads.frames.tables import FRAMES, read_frames
from backend.uploads import evidence
from shared.geometry import Point, distance_m

if TYPE_CHECKING:
    from backend.roads.frames.film_drive import FilmLimits
    from backend.roads.frames.films import Film

ACTOR = "system:frames"
SAY_EVERY = 50
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of the frames of a drive."""

    frames: int
    unplaced: int  # no position near in time, or none in the city
    same_road: int  # nearer than every_m to a frame before
    known: int  # the very frame is a report already, or one that the vehicle sent at that moment
    reports: int
    unreadable: int = 0  # the film is damaged there, or the picture is not in the folder


@dataclass(frozen=True, kw_only=True)
class _Chosen:
    """A picture of a film that shows new road."""

    shown: int  # when, in the film's own ticks
    frame: PlacedFrame
    report_id: UUID


def import_frames(
    folder: Path, *, district: str, every_m: float = EVERY_M, say: Say = lambda _line: None
) -> Imported:
    """Make reports of the frames of a folder; the same folder again makes none. Opens transactions of its own. Raises BadFrames.

    ``frames.csv`` has frame, taken_at (with offset) and perhaps lat, lon, accuracy_m; where it has no places, ``positions.csv`` has
    taken_at, lat, lon, accuracy_m of the drive. ``district`` is the code of the one that answers where no boundary holds the place.
    """
    frames, positions = read_frames(folder)
    found = [placed(each, positions) for each in frames]
    inside = [each for each in found if each is not None and _in_city(each.place)]
    district_id = _district_named(district)
    ordered = in_order(inside)
    road = NewRoad(every_m, told_between(ordered[0].at, ordered[-1].at) if ordered else ())
    shown = [(frame, road.shows(frame)) for frame in ordered]
    kept = [frame for frame, shows in shown if shows is Shows.NEW]
    sent = sum(shows is Shows.TOLD for _frame, shows in shown)
    known = unreadable = 0
    for number, frame in enumerate(kept, start=1):
        content = _content(folder / frame.name, say)
        if content is None:
            unreadable += 1
        elif _known([report_id := report_id_of(sha256_hex(content))]):
            known += 1
        else:
            _receive(report_id, content, frame, district_id)
        if number % SAY_EVERY == 0:
            say(f"{number} of {len(kept)} frames")
    return Imported(
        frames=len(frames),
        unplaced=len(frames) - len(inside),
        same_road=len(inside) - len(kept) - sent,
        known=known + sent,
        reports=len(kept) - known - unreadable,
        unreadable=unreadable,
    )


def import_films(
    films: Sequence[Path],
    track: Path,
    *,
    district: str,
    begins: datetime | None = None,
    every_m: float = EVERY_M,
    say: Say = lambda _line: None,
) -> Imported:
    """Make reports of films of one drive and its track; the same films again make none. Opens transactions of its own. Raises BadFrames.

    ``begins`` is when the first picture of the only film was; otherwise each film says it itself. A picture is known by its film's
    SHA-256 and its time in it, so what was received is not decoded again, and an import that was broken off goes on.
    """
    # Only who imports a film loads its readers
    from backend.roads.frames.film_drive import in_time
    from backend.roads.frames.tracks import read_track

    district_id = _district_named(district)
    positions = read_track(track)
    road, done = NewRoad(every_m, told_between(positions[0].at, positions[-1].at)), []
    for film, begin in in_time(films, positions, begins=begins, limits=_film_limits(), now=now(), say=say):
        done.append(_import_film(film, begin, positions, road, district_id, say))
    return Imported(
        frames=sum(each.frames for each in done),
        unplaced=sum(each.unplaced for each in done),
        same_road=sum(each.same_road for each in done),
        known=sum(each.known for each in done),
        reports=sum(each.reports for each in done),
        unreadable=sum(each.unreadable for each in done),
    )


def _import_film(
    film: Film,
    begin: datetime,
    positions: Sequence[Position],
    road: NewRoad,
    district_id: UUID,
    say: Say,
) -> Imported:
    """Choose pictures of a film by the road driven, and receive those that are no report yet."""
    from backend.roads.frames.film_pictures import pictures

    unplaced, sent, chosen = 0, 0, []
    for shown in film.shown:
        at = begin + film.after(shown)
        frame = placed(Frame(name=film.name, at=at), positions)
        if frame is None or not _in_city(frame.place):
            unplaced += 1
            continue
        shows = road.shows(frame)
        sent += shows is Shows.TOLD
        if shows is Shows.NEW:
            report_id = report_id_of(f"{film.sha256}:{shown}")
            chosen.append(_Chosen(shown=shown, frame=frame, report_id=report_id))
    known = _known([each.report_id for each in chosen])
    fresh = {each.shown: each for each in chosen if each.report_id not in known}
    reports = unreadable = 0
    for number, (shown, content) in enumerate(pictures(film, sorted(fresh)), start=1):
        if content is None:
            unreadable += 1
        else:
            _receive(fresh[shown].report_id, content, fresh[shown].frame, district_id)
            reports += 1
        if number % SAY_EVERY == 0:
            say(f"{film.name}: {number} of {len(fresh)} pictures")
    return Imported(
        frames=len(film.shown),
        unplaced=unplaced,
        same_road=len(film.shown) - unplaced - sent - len(chosen),
        known=len(known) + sent,
        reports=reports,
        unreadable=unreadable,
    )


def _content(path: Path, say: Say) -> bytes | None:
    """A picture; None, and said, where it is not there: the same folder with it, imported again, adds it."""
    try:
        return path.read_bytes()
    except OSError as error:
        say(f"{path.name} is named in {FRAMES} and cannot be read: {error.strerror}")
        return None


def _known(report_ids: Sequence[UUID]) -> set[UUID]:
    """Those that are reports already."""
    found: set[UUID] = set()
    with transaction(read_only=True):
        for batch in _batches(report_ids):
            found |= there(batch)
    return found


def _batches(report_ids: Sequence[UUID], size: int = 500) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(report_ids), size):
        yield report_ids[start : start + size]


def _receive(report_id: UUID, content: bytes, frame: PlacedFrame, fallback_id: UUID) -> None:
    """Seal a frame and write its report."""
    sealed = seal(report_id, content)
    with transaction(), evidence.dropped_if_unwritten(sealed.photos):
        district_id = geofences.district_at(frame.place.lat, frame.place.lon) or fallback_id
        enter(sealed, frame, district_id=district_id, actor=ACTOR)


def told_between(first_at: datetime, last_at: datetime) -> list[Told]:
    """What vehicles sent of the time while they drove. Opens a transaction of its own."""
    with transaction(read_only=True):
        return streamed.between(first_at - TOLD_WITHIN, last_at + TOLD_WITHIN)


def _in_city(place: Point) -> bool:
    city = settings()
    return distance_m(Point(lat=city.city_lat, lon=city.city_lon), place) <= city.city_radius_km * 1000


def _film_limits() -> FilmLimits:
    from backend.roads.frames.film_drive import FilmLimits

    limits = settings()
    return FilmLimits(
        size_bytes=int(limits.video_max_gb * 1_000_000_000),
        hours=limits.video_max_hours,
        pixels=limits.photo_max_megapixels * 1_000_000,
        time_zone=limits.time_zone,
    )


def _district_named(code: str) -> UUID:
    with transaction(read_only=True):
        found = accounts.district_of_code(code)
    if found is None:
        raise BadFrames(f"there is no district {code!r}: name one by its code, see GET /districts")
    return found
