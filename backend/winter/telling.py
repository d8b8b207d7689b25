"""When was this street last cleared, gritted, hauled: for anybody, without a name, a vehicle or a route."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import sqlalchemy as sa

from backend.adapters import settings
from backend.clock import now
from backend.database import db
from backend.streets import service as streets
from backend.streets.network import Network
from backend.winter.facts import StreetFacts, street_facts
from backend.winter.models import SnowHauling, StreetState
from backend.winter.needs import Places, needs_at, passes_of, recent_passes
from backend.winter.rules.names import plain_name
from backend.winter.rules.nearest import distances_m
from backend.winter.rules.needing import Recent, StreetNeed, passes_that_serve
from backend.winter.rules.passes import WAYS, Passes
from backend.winter.rules.telling import LastWork, ToldPiece, last_night, state_of
from shared.geometry import Point
from shared.vocabulary import WinterWork

NEAR_M = 60.0
STREETS_MOST = 20
TOLD = (WinterWork.CLEAR, WinterWork.GRIT)


def pieces_near(place: Point, *, limit: int) -> list[ToldPiece]:
    """Pieces of street near a place, the nearest first."""
    facts = street_facts()
    distance_m = distances_m(facts.network, place)
    at = np.argsort(distance_m, kind="stable")[:limit]
    return told(facts, at[distance_m[at] <= NEAR_M])


def pieces_in(west: float, south: float, east: float, north: float, *, limit: int) -> list[ToldPiece]:
    """Pieces of street whose middle lies in a box, the most important first."""
    facts = street_facts()
    lon, lat = facts.places
    inside = np.flatnonzero((lon >= west) & (lon <= east) & (lat >= south) & (lat <= north))
    return told(facts, inside[np.argsort(facts.priority[inside], kind="stable")][:limit])


def pieces_of(name: str, *, limit: int) -> list[ToldPiece]:
    """Pieces of the streets that are called so in any language; where none is, of those whose name holds what was typed."""
    facts = street_facts()
    names = _names(facts.network, plain_name(name))
    order = {found: place for place, found in enumerate(names)}
    at = np.flatnonzero(np.isin(facts.network.name_index, names))
    ranked = sorted(at.tolist(), key=lambda each: (order[int(facts.network.name_index[each])], each))
    return told(facts, np.array(ranked[:limit], dtype=np.int64))


def told(facts: StreetFacts, at: Places) -> list[ToldPiece]:
    """What is told of pieces of street by their places in the arrays, in their order."""
    if not len(at):
        return []
    moment, zone = now(), ZoneInfo(settings().time_zone)
    recent = {work: recent_passes(facts, work, at) for work in WinterWork}
    lacking = _lacking(facts, at, recent, moment, zone)
    works = {work: (passes_of(facts, work), recent[work], _reported(facts, work, at)) for work in TOLD}
    hauled = _hauled(facts, at)
    lon, lat = facts.places
    found = []
    for each in at.tolist():
        segment_id = int(facts.network.segment_id[each])
        open_ = lacking.get(segment_id, [])
        hours = [need.due_at for need in open_ if need.due_at is not None]
        last = {work: _last(each, *works[work], segment_id) for work in TOLD}
        found.append(
            ToldPiece(
                segment_id=segment_id,
                name=facts.network.name(each),
                lat=float(lat[each]),
                lon=float(lon[each]),
                length_m=round(float(facts.network.length_m[each]), 1),
                priority=int(facts.priority[each]),
                cleared=last[WinterWork.CLEAR],
                gritted=last[WinterWork.GRIT],
                hauled=hauled.get(segment_id),
                lacks=frozenset(need.work for need in open_),
                due_at=min(hours, default=None),
                state=state_of(open_, is_served=bool(facts.is_cleared[each]), now=moment),
            )
        )
    return found


def _lacking(
    facts: StreetFacts, at: Places, recent: dict[WinterWork, Recent], now: datetime, zone: ZoneInfo
) -> dict[int, list[StreetNeed]]:
    """By piece what it lacks: for snow of the night before this day's evening by that night's hours, for later snow by the next."""
    found: dict[int, list[StreetNeed]] = {}
    # The night before the last too: after midnight, what it left is still late
    nights = [last_night(now - timedelta(days=1), zone), last_night(now, zone)]
    for night, last in (*nights, (nights[-1][0] + timedelta(days=1), now)):
        earlier = set(found)
        for need in needs_at(facts, at, night, frozenset(TOLD), recent, until=last):
            if need.segment_id not in earlier:
                found.setdefault(need.segment_id, []).append(need)
    return found


def attribution() -> str:
    """Whose data the streets are; Conflict where there are none yet."""
    row = streets.newest_import()
    if row is None:
        raise streets.no_streets()
    return row.attribution


def _names(network: Network, wished: str) -> list[int]:
    """Places in the names of those that were meant, the shortest first."""
    if not wished:
        return []
    plain = [{plain_name(each) for each in (name.ru, name.kk, name.en) if each} for name in network.names]
    exact = [at for at, names in enumerate(plain) if wished in names]
    if exact:
        return exact
    parts = [at for at, names in enumerate(plain) if any(wished in each for each in names)]
    return sorted(parts, key=lambda at: (len(network.names[at].ru), at))[:STREETS_MOST]


def _last(at: int, passes: Passes, recent: Recent, reported: set[int], segment_id: int) -> LastWork | None:
    """When the whole width was last worked on: the oldest of its ways' passes that are needed together."""
    times = []
    for way in WAYS:
        count = int(passes.count[way][at])
        if count:
            one = {each: recent[each][at : at + 1] for each in WAYS}
            times.append(float(passes_that_serve(one, way)[0, count - 1]))
    if not times or not np.isfinite(min(times)):
        return None
    return LastWork(at=datetime.fromtimestamp(min(times), UTC), by_track=segment_id not in reported)


def _reported(facts: StreetFacts, work: WinterWork, at: Places) -> set[int]:
    """Pieces of whose last work, on one way at least, only a report tells."""
    query = sa.select(StreetState.segment_id).where(
        StreetState.work == work,
        sa.not_(StreetState.by_track),
        StreetState.segment_id.in_(facts.network.segment_id[at].tolist()),
    )
    return set(db.session().scalars(query))


def _hauled(facts: StreetFacts, at: Places) -> dict[int, LastWork]:
    query = sa.select(SnowHauling.segment_id, SnowHauling.done_at, SnowHauling.by_track).where(
        SnowHauling.withdrawn_at.is_(None),
        SnowHauling.segment_id.in_(facts.network.segment_id[at].tolist()),
    )
    rows = db.session().execute(query.order_by(SnowHauling.done_at))
    return {key or 0: LastWork(at=done_at, by_track=by_track) for key, done_at, by_track in rows}
