"""Whole minutes of presence: each counts once, however many proofs cover it, and names them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta, tzinfo
from itertools import pairwise
from uuid import UUID

from backend.attendance.hours.rules.facts import Decision, Facts, Gap, Piece, Proof, Why
from backend.attendance.hours.rules.presence import gaps_of, runs_of

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class _Span:
    """Minutes since 1970, half open, with what they rest on."""

    start: int
    end: int
    why: Why | None
    check_in_ids: frozenset[UUID] = frozenset()
    sheet_ids: frozenset[UUID] = frozenset()
    gap_ids: frozenset[UUID] = frozenset()


def pieces(facts: Facts, zone: tzinfo) -> list[Piece]:
    """Every minute between proofs once, by time, cut at midnight; ``why`` tells what no person has credited yet."""
    spans = [span for run in runs_of(facts, zone) for span in _spans_of(run, facts)]
    spans += [
        _Span(_ceil(sheet.came_at), _floor(sheet.left_at), None, sheet_ids=frozenset({sheet.sheet_id}))
        for sheet in facts.sheets
    ]
    return [piece for span in _once(spans) for piece in _by_day(span, zone)]


def _spans_of(run: Sequence[Proof], facts: Facts) -> Iterator[_Span]:
    """The minutes of a run, cut where its gaps begin and end; each part names the proofs that hold it, and those within."""
    first, last = _ceil(run[0].at), _floor(run[-1].at)
    if first >= last:
        return
    holes = [(gap, *_outward(gap.starts_at, gap.ends_at)) for gap in gaps_of(run, facts)]
    edges = {edge for _gap, *both in holes for edge in both}
    for gap, *_edges in holes:
        decision = facts.decisions.get(gap.id)
        edges |= set(_outward(decision.starts_at, decision.ends_at)) if decision else set()
    cuts = {first, last} | {edge for edge in edges if first < edge < last}
    for here, there in pairwise(sorted(cuts)):
        inside = [gap for gap, begin, finish in holes if begin <= here and there <= finish]
        since = max(proof.at for proof in run if proof.at <= _at(here))
        until = min(proof.at for proof in run if proof.at >= _at(there))
        yield _Span(
            here,
            there,
            _verdict(inside, here, there, facts.decisions),
            check_in_ids=frozenset(proof.check_in_id for proof in run if since <= proof.at <= until),
            gap_ids=frozenset(gap.id for gap in inside),
        )


def _verdict(inside: Iterable[Gap], here: int, there: int, decisions: Mapping[UUID, Decision]) -> Why | None:
    """Whether minutes count: every gap that holds them must have been credited, for these very minutes."""
    worst: Why | None = None
    for gap in inside:
        decision = decisions.get(gap.id)
        if decision is None:
            return Why.UNPROVEN
        begin, finish = _outward(decision.starts_at, decision.ends_at)
        if not (begin <= here and there <= finish):
            return Why.UNPROVEN
        if not decision.credited:
            worst = Why.NOT_CREDITED
    return worst


def _once(spans: Iterable[_Span]) -> Iterator[_Span]:
    """Spans that do not overlap: what one of them proves is proven, and rests on all that prove it."""
    events: dict[int, list[_Span]] = {}
    for span in spans:
        if span.start < span.end:
            events.setdefault(span.start, []).append(span)
            events.setdefault(span.end, [])
    active: list[_Span] = []
    last: _Span | None = None
    for here, there in pairwise(sorted(events)):
        active = [span for span in active if span.end > here] + events[here]
        if not active:
            continue
        merged = _merge(active, here, there)
        if (
            last is not None
            and last.end == here
            and replace(merged, start=last.start) == replace(last, end=there)
        ):
            last = replace(last, end=there)
            continue
        if last is not None:
            yield last
        last = merged
    if last is not None:
        yield last


def _merge(active: Sequence[_Span], here: int, there: int) -> _Span:
    proven = [span for span in active if span.why is None]
    if proven:
        why = None
    else:
        undecided = any(span.why is Why.UNPROVEN for span in active)
        why = Why.UNPROVEN if undecided else Why.NOT_CREDITED
    bearing = proven or active
    return _Span(
        here,
        there,
        why,
        frozenset().union(*(span.check_in_ids for span in bearing)),
        frozenset().union(*(span.sheet_ids for span in bearing)),
        frozenset().union(*(span.gap_ids for span in bearing)),
    )


def _by_day(span: _Span, zone: tzinfo) -> Iterator[Piece]:
    start = span.start
    while start < span.end:
        tomorrow = _at(start).astimezone(zone).date() + timedelta(days=1)
        midnight = _floor(datetime.combine(tomorrow, time(), zone))
        end = min(span.end, max(midnight, start + 1))
        yield Piece(
            starts_at=_at(start),
            ends_at=_at(end),
            minutes=end - start,
            why=span.why,
            check_in_ids=tuple(sorted(span.check_in_ids)),
            sheet_ids=tuple(sorted(span.sheet_ids)),
            gap_ids=tuple(sorted(span.gap_ids)),
        )
        start = end


def _at(minute: int) -> datetime:
    return EPOCH + minute * MINUTE


def _floor(at: datetime) -> int:
    return (at - EPOCH) // MINUTE


def _ceil(at: datetime) -> int:
    return -((EPOCH - at) // MINUTE)


def _outward(starts_at: datetime, ends_at: datetime) -> tuple[int, int]:
    """The minutes that a gap touches: what is only partly proven is not."""
    return _floor(starts_at), _ceil(ends_at)
