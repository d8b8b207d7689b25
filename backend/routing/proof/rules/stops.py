"""What is known of one stop: whether the vehicle was there, for how long, how much of a line it drove, and what is to be said. Pure.

No position is no absence: a stop counts as «not seen» only where positions cover all the time in which the vehicle could have
been there, straight ahead at the highest speed; otherwise it is «unknown».
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from backend.routing.proof.rules import lines, places
from backend.routing.proof.rules.coverage import Piece, PieceProof
from backend.routing.proof.rules.driving import JudgedBy
from backend.routing.proof.rules.findings import Finding, ProofCode
from backend.routing.proof.rules.places import Near, Presence, Stay
from backend.routing.proof.rules.tracks import Floats, Limits, Plane, Silence, Track
from shared.vocabulary import SkipReason, StopState

MARK_EVERY_M, MARKS_MOST = 20.0, 50  # points of a line from which the nearest position is sought


@dataclass(frozen=True, kw_only=True)
class PlannedStop:
    """A stop of the newest plan with the report that counts."""

    id: UUID
    number: int
    lat: float
    lon: float
    line: Mapping[str, Any] | None
    on_street: bool  # whether the whole line lies on streets, so that what was driven along them tells
    arrive_at: datetime | None
    state: StopState
    skip_reason: SkipReason | None
    reported_at: datetime | None
    time_sure: bool
    photo_count: int
    photo_missing: bool
    pieces: tuple[Piece, ...] = ()  # of street that it works along, where streets are known


@dataclass(frozen=True, kw_only=True)
class StopProof:
    """What is known of one stop."""

    stop_id: UUID
    number: int
    state: StopState
    skip_reason: SkipReason | None
    reported_at: datetime | None
    photo_count: int
    judged_by: JudgedBy
    presence: Presence
    nearest_m: float | None
    nearest_at: datetime | None
    arrived_at: datetime | None
    left_at: datetime | None
    stayed_s: float | None
    planned_at: datetime | None
    line_m: float | None  # of a segment; None for a place, as are the two that follow
    driven_with_m: float | None
    driven_against_m: float | None
    findings: tuple[Finding, ...]
    pieces: tuple[PieceProof, ...] = ()


@dataclass(frozen=True, eq=False)
class Known:
    """What was received of a route's drive."""

    tracks: Sequence[Track]  # one for each receiver
    streets: Sequence[Track]  # the streets driven by each, where they are known
    all: Track
    gaps: Sequence[Silence]
    plane: Plane
    limits: Limits
    closed: bool


def proof_of(stop: PlannedStop, known: Known) -> StopProof:
    """Hold a stop and its report against the tracks."""
    limits, line = known.limits, _line(stop, known.plane)
    mark = known.plane.xy(stop.lat, stop.lon)
    along_streets = line is not None and stop.on_street and bool(known.streets)
    driven = None if line is None else _driven(line, known, along_streets=along_streets)
    near, near_street = (
        _nearest(mark[None, :] if line is None else line, tracks) for tracks in (known.tracks, known.streets)
    )
    # The street leads past a stop where a straight line from position to position cuts the corner
    by_street = (
        near_street is not None
        and near is not None
        and near_street.distance_m < near.distance_m > limits.near_m
    )
    near = near_street if by_street else near
    stay = _stay(stop, mark, known) if driven is None else _stay_on(driven)
    seen = stay is not None or (near is not None and near.distance_m <= limits.near_m)
    gap = None if seen else places.reachable(mark, _before_report(stop, known.gaps), limits)
    presence = _presence(seen, near, gap, known)
    return StopProof(
        stop_id=stop.id,
        number=stop.number,
        state=stop.state,
        skip_reason=stop.skip_reason,
        reported_at=stop.reported_at,
        photo_count=stop.photo_count,
        judged_by=JudgedBy.STREETS if along_streets or (line is None and by_street) else JudgedBy.NEARNESS,
        presence=presence,
        nearest_m=None if near is None else round(near.distance_m, 1),
        nearest_at=None if near is None else near.at,
        arrived_at=None if stay is None else stay.since,
        left_at=None if stay is None else stay.until,
        stayed_s=None if stay is None else round(stay.seconds),
        planned_at=stop.arrive_at,
        line_m=None if driven is None else round(driven.length_m),
        driven_with_m=None if driven is None or not known.tracks else round(driven.with_m),
        driven_against_m=None if driven is None or not known.tracks else round(driven.against_m),
        findings=tuple(_findings(stop, known, mark, presence, near, gap, stay, driven)),
    )


def _driven(line: Floats, known: Known, *, along_streets: bool) -> lines.Along:
    """What was driven of a line: on the very street where streets are known, else by positions near it."""
    tracks = known.streets if along_streets else known.tracks
    reach_m = known.limits.street_m if along_streets else known.limits.line_m
    found = [lines.along(track, line, reach_m) for track in tracks]
    length_m = float(np.hypot(*np.diff(line, axis=0).T).sum())
    nothing = lines.Along(length_m=length_m, with_m=0.0, against_m=0.0, since=None, until=None)
    return max(found, key=lambda each: (each.with_m, each.against_m), default=nothing)


def _stay_on(driven: lines.Along) -> Stay | None:
    if driven.since is None or driven.until is None:
        return None
    seconds = (driven.until - driven.since).total_seconds()
    return Stay(since=driven.since, until=driven.until, seconds=seconds)


def _nearest(line: Floats, tracks: Iterable[Track]) -> Near | None:
    """The nearest that any track comes to a place of one point, or to a line."""
    marks = _marks(line)
    found = [places.nearest(track, marks) for track in tracks]
    return min((each for each in found if each is not None), key=lambda each: each.distance_m, default=None)


def _marks(line: Floats) -> Floats:
    """Points along a line, its ends among them, close to each other but not too many."""
    if len(line) == 1:
        return line
    along = np.concatenate(([0.0], np.hypot(*np.diff(line, axis=0).T).cumsum()))
    count = int(np.clip(along[-1] / MARK_EVERY_M, 1, MARKS_MOST)) + 1
    where = np.linspace(0.0, along[-1], count)
    return np.column_stack((np.interp(where, along, line[:, 0]), np.interp(where, along, line[:, 1])))


def may_be_unseen(stop: PlannedStop, known: Known, since: datetime | None) -> bool:
    """Whether positions are missing, after a moment, in which the vehicle may have been there."""
    mark = known.plane.xy(stop.lat, stop.lon)
    gaps = [gap for gap in _before_report(stop, known.gaps) if since is None or gap.until > since]
    return places.reachable(mark, gaps, known.limits) is not None


def _before_report(stop: PlannedStop, gaps: Iterable[Silence]) -> list[Silence]:
    """The gaps in which what was reported can have happened: before the report, where its time is sure."""
    if stop.reported_at is None or not stop.time_sure:
        return list(gaps)
    return [gap for gap in gaps if gap.since <= stop.reported_at]


def _presence(seen: bool, near: Near | None, gap: Silence | None, known: Known) -> Presence:
    if seen:
        return Presence.THERE
    if near is None or gap is not None or near.distance_m - near.accuracy_m <= known.limits.near_m:
        return Presence.UNKNOWN
    return Presence.NOT_SEEN


def _stay(stop: PlannedStop, mark: Floats, known: Known) -> Stay | None:
    """The stay that belongs to the report; without one, the longest."""
    found = [stay for track in known.tracks for stay in places.stays(track, mark, known.limits.near_m)]
    reported_at = stop.reported_at
    if reported_at is None:
        return max(found, key=lambda stay: stay.seconds, default=None)
    return min(found, key=lambda stay: max(stay.since - reported_at, reported_at - stay.until), default=None)


def _findings(
    stop: PlannedStop,
    known: Known,
    mark: Floats,
    presence: Presence,
    near: Near | None,
    gap: Silence | None,
    stay: Stay | None,
    driven: lines.Along | None,
) -> list[Finding]:
    """What is to be said of a stop; the tracks are silent about it when nothing was received at all."""
    limits = known.limits
    found: list[Finding] = []
    if presence is Presence.NOT_SEEN and near is not None and stop.reported_at is not None:
        code = ProofCode.DONE_NOT_SEEN if stop.state is StopState.DONE else ProofCode.SKIPPED_NOT_SEEN
        found.append(
            Finding(
                code=code,
                values={"distance_m": round(near.distance_m), "near_m": round(limits.near_m)},
                times={"reported_at": stop.reported_at, "nearest_at": near.at},
            )
        )
    elif presence is Presence.UNKNOWN and stop.state is StopState.DONE and gap is not None and known.tracks:
        found.append(Finding(code=ProofCode.DONE_UNKNOWN, times={"since": gap.since, "until": gap.until}))
    if driven is not None and known.tracks:
        found += _of_line(stop, driven, presence, limits)
    if stop.state is StopState.PLANNED:
        found += _unreported(known, stay, driven)
    elif stop.reported_at is not None and presence is Presence.THERE and stay is not None:
        found += _elsewhere(stop.reported_at, known, mark, stay, driven)
    if stop.photo_missing:
        found.append(Finding(code=ProofCode.PHOTO_MISSING))
    if stop.reported_at is not None and not stop.time_sure:
        found.append(Finding(code=ProofCode.TIME_UNSURE))
    return found


def _of_line(stop: PlannedStop, driven: lines.Along, presence: Presence, limits: Limits) -> list[Finding]:
    found = []
    if driven.against_m >= limits.against_m:
        values = {"against_m": round(driven.against_m), "line_m": round(driven.length_m)}
        found.append(Finding(code=ProofCode.AGAINST_DIRECTION, values=values))
    partly = driven.with_m < limits.line_share * driven.length_m
    if stop.state is StopState.DONE and partly and presence is Presence.THERE:
        values = {"with_m": round(driven.with_m), "line_m": round(driven.length_m)}
        found.append(Finding(code=ProofCode.DONE_PARTLY, values=values))
    return found


def _unreported(known: Known, stay: Stay | None, driven: lines.Along | None) -> list[Finding]:
    if driven is None:
        visited = stay is not None and stay.seconds >= known.limits.stay_s
    else:
        visited = driven.with_m >= known.limits.line_share * driven.length_m
    if visited and stay is not None:
        return [
            Finding(
                code=ProofCode.VISITED_UNREPORTED,
                values={"seconds": round(stay.seconds)},
                times={"since": stay.since},
            )
        ]
    return [Finding(code=ProofCode.NOT_REPORTED)] if known.closed else []


def _elsewhere(
    reported_at: datetime, known: Known, mark: Floats, stay: Stay, driven: lines.Along | None
) -> list[Finding]:
    """A report that was made while the vehicle was somewhere else; common and allowed, and said."""
    if stay.since <= reported_at <= stay.until:
        return []
    here = [place for track in known.tracks if (place := places.place_at(track, reported_at)) is not None]
    if not here:
        return []
    distance_m = min(float(np.hypot(*(place - mark))) for place in here)
    if distance_m <= known.limits.near_m + (driven.length_m if driven is not None else 0.0):
        return []
    return [
        Finding(
            code=ProofCode.REPORTED_ELSEWHERE,
            values={"distance_m": round(distance_m)},
            times={"reported_at": reported_at, "since": stay.since},
        )
    ]


def _line(stop: PlannedStop, plane: Plane) -> Floats | None:
    if stop.line is None:
        return None
    positions = np.asarray(stop.line["coordinates"], dtype=np.float64)
    return plane.xy(positions[:, 1], positions[:, 0])
