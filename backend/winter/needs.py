"""What the streets need in a night, from the snow since each was last worked on; and how much lies to be hauled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa

from backend.accounts.policy import districts_for
from backend.accounts.service import require_district
from backend.adapters import settings
from backend.clock import now
from backend.database import db
from backend.errors import Conflict
from backend.web.principal import Principal
from backend.winter.facts import StreetFacts, places_of, street_facts
from backend.winter.models import SnowfallRow, StreetState
from backend.winter.rules import snow
from backend.winter.rules.care import Correction, PriorityCare
from backend.winter.rules.needing import Recent, StreetNeed, lacking, passes_that_serve
from backend.winter.rules.passes import (
    PASSES_MOST,
    WAYS,
    Passes,
    clearing_passes,
    gritting_passes,
    pavement_passes,
)
from backend.winter.works import FORWARD
from shared.i18n import Message
from shared.vocabulary import GritMaterial, WinterWork

_ = Message
Places = npt.NDArray[np.int64]
URGENT_MOST = 3.0  # times the weight, for snow of so many thresholds


@dataclass(frozen=True, kw_only=True)
class Weather:
    """What fell in one district, and where its streets stand in the arrays."""

    at: Places
    fallen: list[snow.Stretch]
    correction: Correction


def needs(
    by: Principal,
    *,
    night: date,
    works: frozenset[WinterWork],
    district_id: UUID | None,
    segment_ids: frozenset[int] | None = None,
) -> list[StreetNeed]:
    """Every pass that a piece of street lacks in the night that begins on a date: most urgent first.

    Of the streets that the principal sees (its districts', and what lies in none), of one district, or those named. Conflict
    where the district has no boundary yet, or there are no streets.
    """
    facts = street_facts()
    at = within(facts, by, "winter.read", district_id, segment_ids)
    return needs_at(facts, at, night, works, {work: recent_passes(facts, work) for work in WinterWork})


def needs_at(
    facts: StreetFacts,
    at: Places,
    night: date,
    works: frozenset[WinterWork],
    recent: dict[WinterWork, Recent],
    *,
    until: datetime | None = None,
) -> list[StreetNeed]:
    """The same of streets by their places in the arrays, whoever asks; of snow that began before ``until`` (the night's end)."""
    found: list[StreetNeed] = []
    for weather in weathers(facts, at, night, until=until):
        for work in sorted(works):
            found += _needs_of(facts, weather, work, recent, night)
    return sorted(found, key=lambda each: (each.priority, -each.urgency, each.segment_id, str(each.forward)))


def within(
    facts: StreetFacts,
    by: Principal,
    action: str,
    district_id: UUID | None,
    segment_ids: frozenset[int] | None = None,
) -> Places:
    """Places in the arrays of the streets that are asked for and that the principal may see."""
    chosen = np.ones(facts.network.segments, dtype=np.bool_)
    if district_id is not None:
        require_district(district_id, by, action)
        if district_id not in facts.district_ids:
            message = _(
                "District {value} has no boundary yet, so nobody knows its streets: an administrator draws it "
                "with PUT /districts/{value}/boundary."
            )
            raise Conflict(message.format(value=str(district_id)), slug="no-district-boundary")
        chosen = facts.district == facts.district_ids.index(district_id)
    else:
        allowed = districts_for(by, action)
        if allowed is not None:
            mine = [at for at, each in enumerate(facts.district_ids) if each in allowed]
            chosen = np.isin(facts.district, [-1, *mine])
    if segment_ids is not None:
        named = np.zeros_like(chosen)
        named[places_of(facts.network, segment_ids)] = True
        chosen = chosen & named
    return np.flatnonzero(chosen)


def weathers(
    facts: StreetFacts, at: Places, night: date, *, days: float | None = None, until: datetime | None = None
) -> list[Weather]:
    """What fell until a night ends, district by district."""
    falls = snowfalls_in_force()
    until = until or night_end(night)
    since = until - timedelta(days=settings().snow_lies_days if days is None else days)
    found = []
    for number in sorted(set(facts.district[at].tolist())):
        district_id = None if number < 0 else facts.district_ids[number]
        correction = facts.table.corrections.get(district_id, Correction()) if district_id else Correction()
        fallen = snow.stretches(
            falls, district_id, now=now(), since=since, until=until, factor=correction.depth
        )
        found.append(Weather(at=at[facts.district[at] == number], fallen=fallen, correction=correction))
    return found


def snowfalls_in_force() -> list[snow.Snowfall]:
    """Every snowfall that nobody has withdrawn."""
    query = sa.select(SnowfallRow).where(SnowfallRow.withdrawn_at.is_(None))
    return [
        snow.Snowfall(
            begun_at=row.begun_at,
            ended_at=row.ended_at,
            depth_cm=row.depth_cm,
            temperature_c=row.temperature_c,
            district_id=row.district_id,
            icing=row.icing,
        )
        for row in db.session().scalars(query.order_by(SnowfallRow.begun_at, SnowfallRow.id))
    ]


def recent_passes(facts: StreetFacts, work: WinterWork, only: Places | None = None) -> Recent:
    """By way the latest passes of every segment of the network, or of some places in the arrays only."""
    size = facts.network.segments
    recent = {way: np.full((size, PASSES_MOST), snow.NEVER) for way in WAYS}
    query = sa.select(StreetState.segment_id, StreetState.way, StreetState.recent_s)
    if only is not None:
        query = query.where(StreetState.segment_id.in_(facts.network.segment_id[only].tolist()))
    rows = db.session().execute(query.where(StreetState.work == work)).all()
    if not rows:
        return recent
    ids = facts.network.segment_id
    order = np.argsort(ids)
    where = np.searchsorted(ids, [row.segment_id for row in rows], sorter=order)
    for row, found in zip(rows, where.tolist(), strict=True):
        if found < size and ids[order[found]] == row.segment_id:
            times = row.recent_s[:PASSES_MOST]
            recent[row.way][order[found], : len(times)] = times
    return recent


def night_end(night: date) -> datetime:
    """Noon after the night that begins on a date: whatever fell by then is that night's."""
    return datetime.combine(night + timedelta(days=1), time(12), ZoneInfo(settings().time_zone))


def _needs_of(
    facts: StreetFacts,
    weather: Weather,
    work: WinterWork,
    recent: dict[WinterWork, Recent],
    night: date,
) -> list[StreetNeed]:
    """What the streets of one district need of one kind of work."""
    wanted, passes, threshold_cm, snow_cm = _question(facts, weather, work)
    at = weather.at[wanted[weather.at]]
    if not len(at) or not weather.fallen:
        return []
    temperature_c = snow.last_temperature_c(weather.fallen) or 0.0
    if work is WinterWork.GRIT and temperature_c > snow.GRIT_WARMEST_C:
        return []
    zone = ZoneInfo(settings().time_zone)
    mine = {way: recent[work][way][at] for way in WAYS}
    if work is WinterWork.GRIT:  # what lay on snow that was cleared since is gone
        cleared = {way: recent[WinterWork.CLEAR][way][at] for way in WAYS}
    is_sand = temperature_c < snow.SALT_COLDEST_C
    found = []
    for way in WAYS:
        served = passes_that_serve(mine, way)
        if work is WinterWork.GRIT:
            last = passes_that_serve(cleared, way)[:, :1]
            served = np.where(served < last, snow.NEVER, served)
        missing = lacking(passes.count[way][at], served, snow_cm, threshold_cm[at])
        depth = snow_cm(served[:, 0])
        for each in np.flatnonzero(missing):
            found.append(
                _need(
                    facts,
                    int(at[each]),
                    way,
                    work,
                    int(missing[each]),
                    float(depth[each]),
                    night,
                    zone,
                    passes=passes,
                    threshold_cm=float(threshold_cm[at[each]]),
                    is_sand=is_sand,
                )
            )
    return found


def passes_of(facts: StreetFacts, work: WinterWork) -> Passes:
    """How many passes of each way a kind of work takes on every segment."""
    if work is WinterWork.GRIT:
        return gritting_passes(facts.network, facts.table.machines)
    if work is WinterWork.PAVEMENT:
        return pavement_passes(facts.pavements)
    return clearing_passes(facts.network, facts.table.machines)


def _question(
    facts: StreetFacts, weather: Weather, work: WinterWork
) -> tuple[npt.NDArray[np.bool_], Passes, npt.NDArray[np.float64], Callable[[snow.Floats], snow.Floats]]:
    """Which streets get a kind of work, in how many passes, from how much of which snow."""
    passes = passes_of(facts, work)
    if work is WinterWork.GRIT:
        return (
            facts.is_gritted,
            passes,
            np.full(facts.network.segments, snow.GRIT_FROM_CM),
            lambda since_s: snow.slippery_since_cm(weather.fallen, since_s),
        )
    wanted = facts.pavements > 0 if work is WinterWork.PAVEMENT else facts.is_cleared
    return wanted, passes, facts.clear_from_cm, lambda since_s: snow.depth_since_cm(weather.fallen, since_s)


def _need(
    facts: StreetFacts,
    at: int,
    way: int,
    work: WinterWork,
    missing: int,
    depth_cm: float,
    night: date,
    zone: ZoneInfo,
    *,
    passes: Passes,
    threshold_cm: float,
    is_sand: bool,
) -> StreetNeed:
    priority = int(facts.priority[at])
    care = facts.table.priorities[priority]
    length_m = float(facts.network.length_m[at])
    grit_kg = 0.0
    if work is WinterWork.GRIT:
        area_m2 = length_m * float(passes.width_m[way][at]) * missing / int(passes.count[way][at])
        grit_kg = area_m2 * (care.sand_g_m2 if is_sand else care.salt_g_m2) / 1000
    return StreetNeed(
        segment_id=int(facts.network.segment_id[at]),
        forward=FORWARD[way],
        work=work,
        passes=missing,
        due_at=care.due(hour_of(care, work), night, zone),
        urgency=round(care.weight * min(max(depth_cm / threshold_cm, 1.0), URGENT_MOST), 3),
        priority=priority,
        grit_kg=round(grit_kg, 1),
        grit_material=(GritMaterial.SAND if is_sand else GritMaterial.SALT) if grit_kg else None,
        district_id=facts.district_of(at),
        metres=round(length_m, 1),
    )


def hour_of(care: PriorityCare, work: WinterWork) -> time | None:
    """Until when a kind of work is to be done."""
    return {
        WinterWork.CLEAR: care.clear_by,
        WinterWork.GRIT: care.grit_by,
        WinterWork.PAVEMENT: care.pavement_by,
    }[work]
