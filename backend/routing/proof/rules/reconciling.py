"""Planned, driven and reported held against each other, stop by stop and for the whole route. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np

from backend.routing.proof.rules.coverage import Worked, worked
from backend.routing.proof.rules.driving import Driven, JudgedBy, track_along
from backend.routing.proof.rules.findings import Finding, ProofCode
from backend.routing.proof.rules.stops import Known, PlannedStop, StopProof, proof_of
from backend.routing.proof.rules.tracks import (
    Fix,
    Limits,
    Plane,
    Track,
    driven_m,
    moment,
    silences,
    track_of,
)
from backend.routing.proof.rules.worked import with_pieces

Source = Any  # what tells one receiver from another


@dataclass(frozen=True, kw_only=True)
class Drive:
    """A route as it was to be driven, and between which moments it could be."""

    stops: Sequence[PlannedStop]
    length_m: float | None  # None: not known
    starts_at: datetime
    ends_at: datetime
    driving_since: datetime | None  # None: nobody has set out
    closed_at: datetime | None  # None: it still goes on
    positions_deleted: bool


@dataclass(frozen=True, kw_only=True)
class RouteProof:
    """What is known of a route; metres in silence are straight lines, the least that they can be."""

    planned_from: datetime
    planned_until: datetime
    planned_m: float | None
    driven_from: datetime | None
    driven_until: datetime | None
    driven_m: float | None
    silent_m: float | None
    streets_m: float | None  # along the streets, where they are known
    streets_share: float | None  # of the same receiver's positions that lie on a street found
    judged_by: JudgedBy
    positions: int
    findings: tuple[Finding, ...]
    stops: tuple[StopProof, ...]
    worked: Worked | None = None  # along pieces of street, where streets are known


def reconcile(
    drive: Drive,
    fixes: Mapping[Source, Sequence[Fix]],
    limits: Limits,
    driven: Mapping[Source, Driven] | None = None,
) -> RouteProof:
    """The reconciliation of a route with the positions of each receiver that was on it, and the streets driven where they are known."""
    driven = {source: each for source, each in (driven or {}).items() if len(each.seconds)}
    plane = Plane(drive.stops[0].lat, drive.stops[0].lon)
    merged = [fix for each in fixes.values() for fix in each]
    tracks = [track for each in fixes.values() if len(track := track_of(each, plane, limits))]
    everything = _together(tracks, limits)
    reported = [stop.reported_at for stop in drive.stops if stop.reported_at is not None]
    begin, end = _span(drive, reported, everything)
    known = Known(
        tracks=tracks,
        streets=[track_along(each, plane, limits) for each in driven.values()],
        all=everything,
        gaps=silences(everything, begin, end, limits),
        plane=plane,
        limits=limits,
        closed=drive.closed_at is not None,
    )
    longest = max(tracks, key=lambda track: (track.heard_s, len(track)), default=None)
    heard_m, silent_m = driven_m(longest) if longest is not None else (None, None)
    proofs = with_pieces(drive.stops, [proof_of(stop, known) for stop in drive.stops], driven.values(), known)
    farthest = max(driven.values(), key=lambda each: each.metres, default=None)
    return RouteProof(
        planned_from=drive.starts_at,
        planned_until=drive.ends_at,
        planned_m=drive.length_m,
        driven_from=moment(float(everything.seconds[0])) if len(everything) else None,
        driven_until=moment(float(everything.seconds[-1])) if len(everything) else None,
        driven_m=heard_m,
        silent_m=silent_m,
        streets_m=farthest.metres if farthest is not None else None,
        streets_share=farthest.share if farthest is not None else None,
        judged_by=JudgedBy.STREETS if driven else JudgedBy.NEARNESS,
        positions=len(everything),
        findings=tuple(_of_route(drive, known, merged)),
        stops=proofs,
        worked=worked(piece for stop in proofs for piece in stop.pieces),
    )


def _together(tracks: Sequence[Track], limits: Limits) -> Track:
    if not tracks:
        return Track(np.empty(0), np.empty((0, 2)), np.empty(0), np.empty(0, dtype=np.bool_))
    seconds = np.concatenate([track.seconds for track in tracks])
    order = np.argsort(seconds, kind="stable")
    seconds = seconds[order]
    return Track(
        seconds,
        np.concatenate([track.xy for track in tracks])[order],
        np.concatenate([track.accuracy_m for track in tracks])[order],
        np.diff(seconds) <= limits.silence.total_seconds(),
    )


def _span(drive: Drive, reported: Sequence[datetime], track: Track) -> tuple[datetime, datetime]:
    """Between which moments the vehicle may have been at a stop: from setting out to what was heard or reported last."""
    heard = [moment(float(track.seconds[0])), moment(float(track.seconds[-1]))] if len(track) else []
    begin = min([drive.driving_since or drive.starts_at, *reported, *heard])
    return begin, max([begin, *reported, *heard])


def _of_route(drive: Drive, known: Known, fixes: Sequence[Fix]) -> list[Finding]:
    found = []
    if drive.positions_deleted:
        found.append(Finding(code=ProofCode.POSITIONS_DELETED))
    elif not len(known.all) and (drive.driving_since is not None or drive.closed_at is not None):
        found.append(Finding(code=ProofCode.NO_POSITIONS))
    made_up = sum(fix.mock for fix in fixes)
    if made_up:
        found.append(Finding(code=ProofCode.MADE_UP, values={"count": made_up}))
    if len(known.all):
        found += [
            Finding(
                code=ProofCode.SILENCE,
                values={"minutes": round(gap.minutes)},
                times={"since": gap.since, "until": gap.until},
            )
            for gap in known.gaps
        ]
    return found
