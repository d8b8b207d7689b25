"""The stops of a route that work along streets, held against the streets driven piece by piece. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from backend.routing.proof.rules.coverage import PieceProof, Run, Seen, better, cover
from backend.routing.proof.rules.driving import Driven
from backend.routing.proof.rules.findings import Finding, ProofCode
from backend.routing.proof.rules.stops import Known, PlannedStop, StopProof, may_be_unseen
from shared.vocabulary import StopState

EARLY = timedelta(minutes=30)  # before its time a stop may well have been driven
OF_THE_LINE = frozenset({ProofCode.AGAINST_DIRECTION, ProofCode.DONE_PARTLY})  # pieces tell it better
SAID_FROM_M = 30.0  # less on a whole run is the noise of its ends


def with_pieces(
    stops: Sequence[PlannedStop], proofs: Iterable[StopProof], driven: Iterable[Driven], known: Known
) -> tuple[StopProof, ...]:
    """The same proofs, with what is known of each stop's pieces of street; without streets driven nothing is."""
    runs = [
        Run(
            pieces=stop.pieces,
            around=stop.reported_at if stop.time_sure else None,
            may_be_unseen=bool(stop.pieces) and may_be_unseen(stop, known, since),
        )
        for stop, since in zip(stops, _earliest(stops), strict=True)
    ]
    best: list[tuple[PieceProof, ...]] | None = None
    for each in driven:
        found = cover(
            runs,
            each.passes,
            share_least=known.limits.covered_share,
            speed_max_mps=known.limits.work_speed_mps,
        )
        best = found if best is None else [better(one, other) for one, other in zip(best, found, strict=True)]
    if best is None:
        return tuple(proofs)
    least_m = known.limits.against_m
    return tuple(_with(proof, pieces, least_m) for proof, pieces in zip(proofs, best, strict=True))


def _earliest(stops: Sequence[PlannedStop]) -> list[datetime | None]:
    """From when on each stop can have been worked on: some time before its plan and the report before it; None: not known."""
    found: list[datetime | None] = []
    before: datetime | None = None
    for stop in stops:
        known = [each for each in (before, stop.arrive_at) if each is not None]
        found.append(min(known) - EARLY if before is not None and stop.time_sure else None)
        if stop.reported_at is not None and stop.time_sure:
            before = stop.reported_at
    return found


def _with(proof: StopProof, pieces: tuple[PieceProof, ...], against_least_m: float) -> StopProof:
    """The same proof, with what its pieces say in the place of what its line says."""
    if not pieces:
        return proof
    found = [each for each in proof.findings if each.code not in OF_THE_LINE]
    length_m = round(sum(each.length_m for each in pieces))
    against_m = sum(each.against_m for each in pieces)
    if against_m >= against_least_m:
        values = {"against_m": round(against_m), "line_m": length_m}
        found.append(Finding(code=ProofCode.AGAINST_DIRECTION, values=values))
    fast_m = sum(each.fast_m for each in pieces)
    if proof.state is StopState.DONE and fast_m >= SAID_FROM_M:
        values = {"fast_m": round(fast_m), "line_m": length_m}
        found.append(Finding(code=ProofCode.TOO_FAST_TO_WORK, values=values))
    missing = sum(each.seen not in (Seen.COVERED, Seen.UNKNOWN) for each in pieces)
    is_said = any(each.code is ProofCode.DONE_NOT_SEEN for each in found)
    if proof.state is StopState.DONE and missing and not is_said:
        values = {"missing": missing, "pieces": len(pieces)}
        found.append(Finding(code=ProofCode.PIECES_MISSING, values=values))
    return replace(proof, pieces=pieces, findings=tuple(found))
