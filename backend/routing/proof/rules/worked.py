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
SAID = frozenset({ProofCode.DONE_NOT_SEEN, ProofCode.DONE_PARTLY})  # the same, of the whole line
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
    return tuple(_with(proof, pieces) for proof, pieces in zip(proofs, best, strict=True))


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


def _with(proof: StopProof, pieces: tuple[PieceProof, ...]) -> StopProof:
    if not pieces:
        return proof
    fast_m = sum(each.fast_m for each in pieces)
    found = list(proof.findings)
    if proof.state is StopState.DONE and fast_m >= SAID_FROM_M:
        values = {"fast_m": round(fast_m), "line_m": round(sum(each.length_m for each in pieces))}
        found.append(Finding(code=ProofCode.TOO_FAST_TO_WORK, values=values))
    missing = [each for each in pieces if each.seen not in (Seen.COVERED, Seen.UNKNOWN)]
    if proof.state is StopState.DONE and missing and not any(each.code in SAID for each in found):
        found.append(
            Finding(code=ProofCode.PIECES_MISSING, values={"missing": len(missing), "pieces": len(pieces)})
        )
    return replace(proof, pieces=pieces, findings=tuple(found))
