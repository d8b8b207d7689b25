"""Which pieces of street a vehicle worked along: driven in the right direction, at a speed at which that work can be done. Pure.

A track does not show whether the blade is down. A piece counts as worked when the vehicle drove along it, in its direction, no faster
than the work allows; of several drives along a piece each serves one planned pass, and a stop takes the one nearest to its report.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from backend.routing.proof.rules.tracks import moment
from shared.vocabulary import WinterWork

SAME_DRIVE_S = 120.0  # parts of one piece that follow each other so soon are one drive
CONTINUED_S, CONTINUED_SHARE = 1200.0, 0.05  # as is one that goes on where it stopped, after a longer wait
PACE_S = 20.0  # noise makes short pieces look fast: the pace is that of so long a time
AFTER_REPORT_S = 300.0  # a phone may report a run before its very end
Key = tuple[int, bool]  # a segment, and whether it is driven along its line


class Seen(StrEnum):
    """What the streets driven say of a piece."""

    COVERED = "covered"
    PARTLY = "partly"
    AGAINST = "against"  # mostly driven against its direction
    TOO_FAST = "too_fast"  # driven, faster than the work can be done
    NOT_SEEN = "not_seen"
    UNKNOWN = "unknown"  # positions are missing in which it may have been driven


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A whole segment that a stop is to work along once."""

    segment_id: int
    forward: bool  # along its line
    either: bool  # the other way would do as well
    work: WinterWork
    number: int  # which of its passes
    length_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetPass:
    """A vehicle on one direction of a segment; fractions are of its line, ``begins`` below ``ends``."""

    segment_id: int
    forward: bool
    begins: float
    ends: float
    entered_s: float  # since 1970
    left_s: float
    pace_mps: float  # of the drive there, see ``paced``

    @property
    def key(self) -> Key:
        """The segment and the direction."""
        return self.segment_id, self.forward


@dataclass(frozen=True, slots=True, kw_only=True)
class PieceProof:
    """What is known of one piece; metres of its length, however often they were driven."""

    segment_id: int
    forward: bool
    either: bool
    work: WinterWork
    number: int
    length_m: float
    with_m: float  # worked: in the right direction, slowly enough
    against_m: float  # where it was not driven in its direction
    fast_m: float  # in the right direction, too fast for the work
    seen: Seen
    since: datetime | None
    until: datetime | None

    @property
    def share(self) -> float:
        """Of its length, worked."""
        return min(self.with_m / self.length_m, 1.0) if self.length_m > 0 else 0.0


@dataclass(frozen=True, kw_only=True)
class Worked:
    """A route's pieces together, in metres of all planned passes."""

    planned_m: float
    with_m: float
    against_m: float
    fast_m: float
    unknown_m: float


@dataclass(frozen=True, kw_only=True)
class Run:
    """The pieces of one stop, and about when it ended; None: nobody said."""

    pieces: Sequence[Piece]
    around: datetime | None
    may_be_unseen: bool  # positions are missing in which it may have been driven


@dataclass(frozen=True, slots=True)
class _Drive:
    """One drive along one direction of a segment."""

    passes: tuple[StreetPass, ...]

    @property
    def left_s(self) -> float:
        return self.passes[-1].left_s


def cover(
    runs: Sequence[Run], passes: Iterable[StreetPass], *, share_least: float, speed_max_mps: float
) -> list[tuple[PieceProof, ...]]:
    """Run by run what the streets driven by one receiver say of its pieces."""
    drives = _drives(passes)
    used: set[int] = set()
    return [
        tuple(_proof(piece, run, drives, used, share_least, speed_max_mps) for piece in run.pieces)
        for run in runs
    ]


def paced(passes: Sequence[StreetPass], metres: Sequence[float]) -> tuple[StreetPass, ...]:
    """Passes in order of time, each with its pace, over itself and as many before and after it as it takes to tell."""
    found = []
    for at, each in enumerate(passes):
        first = last = at
        while passes[last].left_s - passes[first].entered_s < PACE_S:
            before = first > 0 and passes[first].entered_s - passes[first - 1].left_s <= PACE_S
            after = last + 1 < len(passes) and passes[last + 1].entered_s - passes[last].left_s <= PACE_S
            if not before and not after:
                break
            first, last = first - before, last + after
        seconds = sum(one.left_s - one.entered_s for one in passes[first : last + 1])
        pace_mps = sum(metres[first : last + 1]) / seconds if seconds > 0 else 0.0
        found.append(replace(each, pace_mps=pace_mps))
    return tuple(found)


def better(one: Sequence[PieceProof], other: Sequence[PieceProof]) -> tuple[PieceProof, ...]:
    """Of what two receivers on one vehicle saw of the same pieces, the more, piece by piece."""
    return tuple(
        max(pair, key=lambda each: (each.with_m, each.fast_m, each.against_m))
        for pair in zip(one, other, strict=True)
    )


def worked(pieces: Iterable[PieceProof]) -> Worked | None:
    """All together; None where there is no piece."""
    every = list(pieces)
    if not every:
        return None
    return Worked(
        planned_m=round(sum(each.length_m for each in every)),
        with_m=round(sum(each.with_m for each in every)),
        against_m=round(sum(each.against_m for each in every)),
        fast_m=round(sum(each.fast_m for each in every)),
        unknown_m=round(sum(each.length_m - each.with_m for each in every if each.seen is Seen.UNKNOWN)),
    )


def _drives(passes: Iterable[StreetPass]) -> Mapping[Key, list[_Drive]]:
    """Drives along each direction of each segment, in order of time."""
    found: dict[Key, list[_Drive]] = {}
    for each in sorted(passes, key=lambda each: each.entered_s):
        known = found.setdefault(each.key, [])
        if known and _goes_on(known[-1].passes[-1], each):
            known[-1] = _Drive((*known[-1].passes, each))
        else:
            known.append(_Drive((each,)))
    return found


def _goes_on(before: StreetPass, after: StreetPass) -> bool:
    wait_s = after.entered_s - before.left_s
    gap = after.begins - before.ends if after.forward else before.begins - after.ends
    return wait_s <= SAME_DRIVE_S or (wait_s <= CONTINUED_S and abs(gap) <= CONTINUED_SHARE)


def _proof(
    piece: Piece,
    run: Run,
    drives: Mapping[Key, list[_Drive]],
    used: set[int],
    share_least: float,
    speed_max_mps: float,
) -> PieceProof:
    right = [(piece.segment_id, piece.forward)]
    if piece.either:
        right.append((piece.segment_id, not piece.forward))
    candidates = [each for key in right for each in drives.get(key, ()) if id(each) not in used]
    wrong = [] if piece.either else drives.get((piece.segment_id, not piece.forward), [])
    drive = _chosen(candidates, piece, run, speed_max_mps)
    with_m = 0.0 if drive is None else _metres(drive, piece, speed_max_mps, slow=True)
    fast_m = 0.0 if drive is None else _metres(drive, piece, speed_max_mps, slow=False)
    against = _chosen(wrong, piece, run, speed_max_mps)
    # Who has worked along it may well come back on the other side
    is_worked = with_m + fast_m >= share_least * piece.length_m
    against_m = 0.0 if against is None or is_worked else _union(against.passes, piece.length_m)
    if drive is not None and with_m > 0:
        used.add(id(drive))
    seen = _seen(piece, with_m, fast_m, against_m, share_least)
    if seen is not Seen.COVERED and run.may_be_unseen:
        seen = Seen.UNKNOWN
    return PieceProof(
        segment_id=piece.segment_id,
        forward=piece.forward,
        either=piece.either,
        work=piece.work,
        number=piece.number,
        length_m=round(piece.length_m, 1),
        with_m=round(with_m, 1),
        against_m=round(against_m, 1),
        fast_m=round(fast_m, 1),
        seen=seen,
        since=None if drive is None else moment(drive.passes[0].entered_s),
        until=None if drive is None else moment(drive.left_s),
    )


def _seen(piece: Piece, with_m: float, fast_m: float, against_m: float, share_least: float) -> Seen:
    enough_m = share_least * piece.length_m
    if with_m >= enough_m:
        return Seen.COVERED
    if with_m + fast_m >= enough_m:
        return Seen.TOO_FAST
    if against_m >= enough_m:
        return Seen.AGAINST
    return Seen.PARTLY if with_m + fast_m > 0 else Seen.NOT_SEEN


def _chosen(drives: Sequence[_Drive], piece: Piece, run: Run, speed_max_mps: float) -> _Drive | None:
    """Of the drives along a piece the one that the report means: before it and nearest to it; without a report the most of it."""
    if run.around is None:
        return max(drives, key=lambda each: _metres(each, piece, speed_max_mps, slow=True), default=None)
    around_s = run.around.timestamp()
    before = [each for each in drives if each.passes[0].entered_s <= around_s + AFTER_REPORT_S]
    whole = [each for each in before if _union(each.passes, piece.length_m) >= piece.length_m / 2]
    return min(whole or before, key=lambda each: abs(each.left_s - around_s), default=None)


def _metres(drive: _Drive, piece: Piece, speed_max_mps: float, *, slow: bool) -> float:
    """How much of the piece was driven slowly enough for the work, or too fast for it and not slowly too."""
    slowly = [each for each in drive.passes if each.pace_mps <= speed_max_mps]
    slow_m = _union(slowly, piece.length_m)
    return slow_m if slow else _union(drive.passes, piece.length_m) - slow_m


def _union(passes: Iterable[StreetPass], length_m: float) -> float:
    """Metres of the line that are driven at least once."""
    total, reached = 0.0, 0.0
    for each in sorted(passes, key=lambda each: each.begins):
        total += max(each.ends - max(each.begins, reached), 0.0)
        reached = max(reached, each.ends)
    return total * length_m
