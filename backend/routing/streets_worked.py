"""Streets are told what was done on them: at once by a crew's report, later by the streets driven, piece by piece."""

from __future__ import annotations

from datetime import datetime

from backend.routing import rows
from backend.routing.models import Route, RouteStop, StopReport
from backend.routing.proof.rules.coverage import PieceProof, Seen
from backend.routing.proof.rules.reconciling import RouteProof
from backend.winter import service as winter
from shared.vocabulary import StopState, WinterWork

SYSTEM = "system"


def tell_streets(route: Route, stop: RouteStop, report: StopReport, actor: str) -> None:
    """Record by report what a stop did along its streets, or withdraw it, in the transaction that takes the report.

    What is recorded already stands until the streets driven say more: a corrected report is no better proof.
    """
    if not stop.segments:
        return
    if report.state is not StopState.DONE:
        winter.withdraw_work(stop.id, actor=actor)
        return
    if winter.is_recorded(stop.id):
        return
    works = [
        winter.DoneWork(
            segment_id=each["id"],
            forward=None if each["either"] else each["forward"],
            work=WinterWork(each["work"]),
            done_at=report.captured_at,
            metres=None,
            share=1.0,
            by_track=False,
        )
        for each in stop.segments
    ]
    winter.record_works(works, route_id=route.id, stop_id=stop.id, vehicle_id=route.vehicle_id, actor=actor)


def tell_by_track(route: Route, proof: RouteProof) -> None:
    """Record by track what the streets driven show of each stop reported done; where positions are missing, or a piece is in no network any more, the report stands."""
    stops = {stop.id: stop for stop in rows.stops_of([route.id])[route.id]}
    for found in proof.stops:
        stop = stops.get(found.stop_id)
        if stop is None or not found.pieces or stop.state is not StopState.DONE or stop.reported_at is None:
            continue
        winter.record_works(
            [_done(piece, stop.reported_at) for piece in found.pieces],
            route_id=route.id,
            stop_id=stop.id,
            vehicle_id=route.vehicle_id,
            actor=SYSTEM,
        )


def _done(piece: PieceProof, reported_at: datetime) -> winter.DoneWork:
    unknown = piece.seen is Seen.UNKNOWN
    return winter.DoneWork(
        segment_id=piece.segment_id,
        forward=None if piece.either else piece.forward,
        work=piece.work,
        done_at=reported_at if unknown or piece.until is None else piece.until,
        metres=None if unknown else piece.with_m,
        share=1.0 if unknown else piece.share,
        by_track=not unknown,
    )
