"""What anybody is told of a street: when it was last worked on, and how it stands tonight. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from backend.streets.network import StreetName
from backend.winter.rules.needing import StreetNeed
from shared.vocabulary import StreetServed, WinterWork

LAST_HOUR = time(3)  # snow that begins later in a night is not held against that night's hours


@dataclass(frozen=True, kw_only=True)
class LastWork:
    """When a piece of street was last worked on over its whole width, and whether a track shows it."""

    at: datetime
    by_track: bool  # False: somebody reported it


@dataclass(frozen=True, kw_only=True)
class ToldPiece:
    """One piece of street, for anybody."""

    segment_id: int
    name: StreetName
    lat: float
    lon: float
    length_m: float
    priority: int
    cleared: LastWork | None
    gritted: LastWork | None
    hauled: LastWork | None
    lacks: frozenset[WinterWork]
    due_at: datetime | None
    state: StreetServed


@dataclass(frozen=True, kw_only=True)
class ToldStreet:
    """All pieces of one street together."""

    name: StreetName
    length_m: float
    done_m: float  # of what the city clears
    cleared: LastWork | None  # the latest of its pieces
    gritted: LastWork | None
    hauled: LastWork | None
    lacks: frozenset[WinterWork]  # in any of the pieces that stand as the street does
    due_at: datetime | None  # the last hour that is still ahead, or was missed
    state: StreetServed


def last_night(now: datetime, zone: tzinfo) -> tuple[date, datetime]:
    """The date on which the night before this day's evening began, and until when snow had to begin to be that night's."""
    local = now.astimezone(zone)
    return local.date() - timedelta(days=1), min(now, datetime.combine(local.date(), LAST_HOUR, zone))


def state_of(lacking: Sequence[StreetNeed], *, is_served: bool, now: datetime) -> StreetServed:
    """How a piece stands, from the passes that it lacks."""
    if not is_served:
        return StreetServed.NOT_SERVED
    if not lacking:
        return StreetServed.DONE
    late = any(need.due_at is not None and need.due_at < now for need in lacking)
    return StreetServed.LATE if late else StreetServed.WAITING


def streets_of(pieces: Iterable[ToldPiece]) -> list[ToldStreet]:
    """Street by street, in the order of their first pieces; pieces without a name stand alone."""
    found: dict[object, list[ToldPiece]] = {}
    for piece in pieces:
        name = piece.name.ru or piece.name.kk or piece.name.en
        key: object = name.casefold() if name else piece.segment_id
        found.setdefault(key, []).append(piece)
    return [_street(each) for each in found.values()]


def _street(pieces: Sequence[ToldPiece]) -> ToldStreet:
    served = [each for each in pieces if each.state is not StreetServed.NOT_SERVED]
    states = {each.state for each in served}
    state = next(
        (each for each in (StreetServed.LATE, StreetServed.WAITING, StreetServed.DONE) if each in states),
        StreetServed.NOT_SERVED,
    )
    alike = [each for each in served if each.state is state]
    hours = [each.due_at for each in alike if each.due_at is not None]
    return ToldStreet(
        name=pieces[0].name,
        length_m=sum(each.length_m for each in served or pieces),
        done_m=sum(each.length_m for each in served if each.state is StreetServed.DONE),
        cleared=_latest(each.cleared for each in pieces),
        gritted=_latest(each.gritted for each in pieces),
        hauled=_latest(each.hauled for each in pieces),
        lacks=frozenset().union(*(each.lacks for each in alike)),
        due_at=max(hours, default=None),
        state=state,
    )


def _latest(works: Iterable[LastWork | None]) -> LastWork | None:
    return max((each for each in works if each is not None), key=lambda each: each.at, default=None)
