"""Films of one drive: each once, in the order of their times, with the moment at which it began; they and the track are of one drive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from backend.roads.frames.bad_frames import BadFrames
from backend.roads.frames.films import Film, VideoLimits, survey
from backend.roads.frames.rules import Position, Span, apart, begun_at


@dataclass(frozen=True, kw_only=True)
class FilmLimits(VideoLimits):
    """What a film may be at most, and by which clock cameras of the city may err."""

    time_zone: str


def in_time(
    paths: Sequence[Path],
    positions: Sequence[Position],
    *,
    begins: datetime | None,
    limits: FilmLimits,
    now: datetime,
    say: Callable[[str], None],
) -> list[tuple[Film, datetime]]:
    """The films and when each began; at least one has a moment in common with the track. Raises BadFrames.

    ``begins`` is when the first picture of the only film was; otherwise each film says it itself.
    """
    if begins is not None and len(paths) > 1:
        raise BadFrames("--begins tells the time of one film: give the films one by one")
    track = Span(begin=positions[0].at, end=positions[-1].at)
    found: dict[str, tuple[Film, datetime]] = {}
    for path in paths:
        film = survey(path, limits)
        begin = begun_at(film.name, told=begins, written=film.written_at, now=now)
        found[film.sha256] = (film, begin)
        say(f"{film.name}: {len(film.shown)} pictures from {film.span(begin)}")
    away = [
        apart(film.name, film.span(begin), track, _offset_of(begin, limits.time_zone))
        for film, begin in found.values()
        if not film.span(begin).meets(track)
    ]
    if len(away) == len(found):
        raise BadFrames(away[0])
    for words in away:
        say(words)
    return sorted(found.values(), key=lambda each: each[1])


def _offset_of(at: datetime, time_zone: str) -> timedelta:
    return at.astimezone(ZoneInfo(time_zone)).utcoffset() or timedelta()
