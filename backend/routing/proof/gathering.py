"""From rows to the reconciliation's input: stops with the reports that count, positions by receiver, the city's thresholds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import sqlalchemy as sa

from backend.adapters import settings
from backend.clock import now
from backend.database import db
from backend.fleet import service as fleet
from backend.routing import rows
from backend.routing.models import Route, RouteMove, RouteStop, StopReport
from backend.routing.proof.rules.coverage import Piece, StreetPass, paced
from backend.routing.proof.rules.driving import Driven
from backend.routing.proof.rules.reconciling import Drive, RouteProof, reconcile
from backend.routing.proof.rules.stops import PlannedStop
from backend.routing.proof.rules.tracks import Fix, Limits
from backend.uploads.moments import moment_of_fix
from shared import contracts
from shared.geometry import ACCURACY_MAX_M, Point, distance_m
from shared.vocabulary import RouteState, WinterWork

if TYPE_CHECKING:
    from backend.streets.network import Network
    from backend.streets.search.matching import Pass
    from backend.streets.searching import StreetSearch

UNSAID_ACCURACY_M = 10.0  # of a tracker that says none: a vehicle's receiver under the open sky


def proof_now(route: Route, search: StreetSearch | None = None) -> RouteProof:
    """The reconciliation of a route with everything that has come so far; with streets to search, by those that were driven."""
    stops = rows.stops_of([route.id])[route.id]
    reports = _reports(route.id)
    fixes = _fixes(route.id, reports.values())
    drive = _drive(route, stops, reports, heard=bool(fixes))
    if search is None or not fixes:
        return reconcile(drive, fixes, limits())
    known = [
        replace(stop, on_street=on_street(search, stop), pieces=pieces_of(search, row.segments))
        for stop, row in zip(drive.stops, stops, strict=True)
    ]
    driven = {source: driven_streets(search, each) for source, each in fixes.items()}
    return reconcile(replace(drive, stops=known), fixes, limits(), driven)


def driven_streets(search: StreetSearch, fixes: Iterable[Fix]) -> Driven:
    """The streets under the positions of one receiver; made-up and coarse ones tell nothing, nor does the same moment twice."""
    from backend.streets.search.drives import drawn
    from backend.streets.search.profile import CAR
    from backend.streets.search.tracks import Track

    usable = {
        fix.at.timestamp(): fix
        for fix in sorted(fixes, key=lambda fix: (fix.at, -fix.accuracy_m))
        if not fix.mock and fix.accuracy_m <= ACCURACY_MAX_M
    }
    positions = np.array([(fix.lon, fix.lat) for fix in usable.values()], dtype=np.float64).reshape(-1, 2)
    accuracy_m = np.array([fix.accuracy_m for fix in usable.values()], dtype=np.float64)
    track = Track(
        lon=positions[:, 0],
        lat=positions[:, 1],
        time_s=np.array(list(usable), dtype=np.float64),
        accuracy_m=accuracy_m,
    )
    matched = search.match(track, CAR)
    found = drawn(search.graph(CAR), matched)
    return Driven(
        seconds=found.time_s,
        lat=found.lat,
        lon=found.lon,
        piece=found.piece,
        metres=round(found.metres, 1),
        share=round(found.share, 3),
        noise_m=found.noise_m,
        passes=passes_of(search.network, matched.passes()),
    )


def pieces_of(search: StreetSearch, segments: Sequence[Mapping[str, Any]] | None) -> tuple[Piece, ...]:
    """The pieces of street that a stop works along; those that no street of the network is any more are left out."""
    found = []
    for each in segments or ():
        index = search.index_of(each["id"])
        if index is not None:
            found.append(
                Piece(
                    segment_id=each["id"],
                    forward=each["forward"],
                    either=each["either"],
                    work=WinterWork(each["work"]),
                    number=each["pass"],
                    length_m=float(search.network.length_m[index]),
                )
            )
    return tuple(found)


def passes_of(network: Network, passes: Sequence[Pass]) -> tuple[StreetPass, ...]:
    """Passes along arcs as passes along segments, with the pace of each."""
    found = [_pass(network, each) for each in passes]
    metres = [float(network.length_m[each.arc // 2]) * (each.leaves - each.enters) for each in passes]
    return paced(found, metres)


def _pass(network: Network, each: Pass) -> StreetPass:
    forward = each.arc % 2 == 0
    begins, ends = (each.enters, each.leaves) if forward else (1 - each.leaves, 1 - each.enters)
    return StreetPass(
        segment_id=int(network.segment_id[each.arc // 2]),
        forward=forward,
        begins=begins,
        ends=ends,
        entered_s=each.entered_at_s,
        left_s=each.left_at_s - each.stood_s,
        pace_mps=0.0,
    )


def on_street(search: StreetSearch, stop: PlannedStop) -> bool:
    """Whether every point of a stop's line lies on a street that is known."""
    if stop.line is None:
        return False
    positions = np.array([each[:2] for each in stop.line["coordinates"]], dtype=np.float64)
    return bool(search.on_streets(positions, settings().proof_street_m).all())


def limits() -> Limits:
    """The thresholds of this city."""
    found = settings()
    return Limits(
        near_m=found.proof_near_m,
        stay_s=found.proof_stay_s,
        silence=timedelta(minutes=found.proof_silence_min),
        line_m=found.proof_line_m,
        street_m=found.proof_street_m,
        line_share=found.proof_line_share,
        against_m=found.proof_against_m,
        speed_max_mps=found.proof_speed_max_kmh / 3.6,
        covered_share=found.street_covered_share,
        work_speed_mps=found.proof_work_speed_kmh / 3.6,
    )


def _drive(
    route: Route, stops: Sequence[RouteStop], reports: Mapping[UUID, StopReport], *, heard: bool
) -> Drive:
    moves = sa.select(RouteMove.moved_at).where(
        RouteMove.route_id == route.id, RouteMove.target == RouteState.DRIVING
    )
    kept = timedelta(days=settings().location_keep_days)
    return Drive(
        stops=[_planned(stop, reports.get(stop.report_id) if stop.report_id else None) for stop in stops],
        length_m=route.length_m if route.length_m is not None else _length_m(stops),
        starts_at=route.starts_at,
        ends_at=route.ends_at,
        driving_since=db.session().scalar(moves.order_by(RouteMove.number).limit(1)),
        closed_at=route.closed_at,
        positions_deleted=not heard and route.ends_at < now() - kept,
    )


def _planned(stop: RouteStop, report: StopReport | None) -> PlannedStop:
    assert stop.number is not None
    return PlannedStop(
        id=stop.id,
        number=stop.number,
        lat=stop.lat,
        lon=stop.lon,
        line=stop.line,
        on_street=False,
        arrive_at=stop.arrive_at,
        state=stop.state,
        skip_reason=stop.skip_reason,
        reported_at=stop.reported_at,
        time_sure=report is None or report.time_sure,
        photo_count=0 if report is None else len(report.photo_hashes),
        photo_missing=stop.proof_missing,
    )


def _reports(route_id: UUID) -> dict[UUID, StopReport]:
    query = sa.select(StopReport).where(StopReport.route_id == route_id)
    return {report.id: report for report in db.session().scalars(query)}


def _fixes(route_id: UUID, reports: Iterable[StopReport]) -> dict[UUID, list[Fix]]:
    """Positions by device or tracker: those that came during the route, and those that were signed with its reports."""
    found: dict[UUID, list[Fix]] = {}
    for row in fleet.track_of_route(route_id):
        accuracy_m = UNSAID_ACCURACY_M if row.accuracy_m is None else row.accuracy_m
        fix = Fix(at=row.at, lat=row.lat, lon=row.lon, accuracy_m=accuracy_m, mock=row.mock)
        found.setdefault(row.source_id, []).append(fix)
    for report in reports:
        manifest = contracts.decode(contracts.StopReport, contracts.parse_json(report.manifest))
        for each in manifest.fixes:
            at = moment_of_fix(each, manifest.clock, received_at=report.received_at)
            fix = Fix(at=at, lat=each.lat, lon=each.lon, accuracy_m=each.accuracy_m, mock=each.mock)
            found.setdefault(report.device_id, []).append(fix)
    return found


def _length_m(stops: Sequence[RouteStop]) -> float | None:
    """The length of ways and segments where all are known."""
    if not stops or any(stop.path is None for stop in stops[1:]):
        return None
    return sum(_line_m(line) for stop in stops for line in (stop.path, stop.line) if line is not None)


def _line_m(line: Mapping[str, Any]) -> float:
    points = [Point(lat=position[1], lon=position[0]) for position in line["coordinates"]]
    return sum(distance_m(a, b) for a, b in pairwise(points))
