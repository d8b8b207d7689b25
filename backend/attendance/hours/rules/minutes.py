"""Whole minutes of presence: each counts once, however many proofs cover it, and names them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta, tzinfo
from itertools import pairwise
from uuid import UUID

from backend.attendance.hours.rules.facts import Facts, Gap, Piece, Proof, Why
from backend.attendance.hours.rules.gaps import gaps_by_spot_check, holes_of, verdict
from backend.attendance.hours.rules.presence import runs_of
from backend.attendance.hours.rules.whole_minutes import ceil, floor, moment_of, outward


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
    runs = runs_of(facts, zone)
    found = gaps_by_spot_check(facts, runs)
    spans = [span for run in runs for span in _spans_of(run, facts, found)]
    spans += [
        _Span(ceil(sheet.came_at), floor(sheet.left_at), None, sheet_ids=frozenset({sheet.sheet_id}))
        for sheet in facts.sheets
    ]
    return [piece for span in _once(spans) for piece in _by_day(span, zone)]


def _spans_of(run: Sequence[Proof], facts: Facts, found: Mapping[UUID, Gap]) -> Iterator[_Span]:
    """The minutes of a run, cut where its holes and decisions begin and end; each names the proofs that hold it, and those within."""
    first, last = ceil(run[0].at), floor(run[-1].at)
    if first >= last:
        return
    holes = [
        (found[hole.checks[0].spot_check_id], *outward(hole.starts_at, hole.ends_at))
        for hole in holes_of(run, facts)
    ]
    edges = {edge for _gap, *both in holes for edge in both}
    if holes:
        edges |= {edge for each in facts.decisions for edge in outward(each.starts_at, each.ends_at)}
    cuts = {first, last} | {edge for edge in edges if first < edge < last}
    for here, there in pairwise(sorted(cuts)):
        inside = [gap for gap, begin, finish in holes if begin <= here and there <= finish]
        since = max(proof.at for proof in run if proof.at <= moment_of(here))
        until = min(proof.at for proof in run if proof.at >= moment_of(there))
        yield _Span(
            here,
            there,
            _worst(verdict(gap, here, there, facts.decisions) for gap in inside),
            check_in_ids=frozenset(proof.check_in_id for proof in run if since <= proof.at <= until),
            gap_ids=frozenset(gap.id for gap in inside),
        )


def _worst(verdicts: Iterable[Why | None]) -> Why | None:
    """What is said of minutes in several gaps: what a person can do something about comes first."""
    said = set(verdicts)
    return next((why for why in (Why.UNPROVEN, Why.WAITING, Why.NOT_CREDITED) if why in said), None)


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
    why = None if proven else _worst(span.why for span in active)
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
        tomorrow = moment_of(start).astimezone(zone).date() + timedelta(days=1)
        midnight = floor(datetime.combine(tomorrow, time(), zone))
        end = min(span.end, max(midnight, start + 1))
        yield Piece(
            starts_at=moment_of(start),
            ends_at=moment_of(end),
            minutes=end - start,
            why=span.why,
            check_in_ids=tuple(sorted(span.check_in_ids)),
            sheet_ids=tuple(sorted(span.sheet_ids)),
            gap_ids=tuple(sorted(span.gap_ids)),
        )
        start = end
