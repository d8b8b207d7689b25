"""Snow to be hauled: by the model beside each piece of street, or as a pile was measured."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import numpy as np
import sqlalchemy as sa

from backend.adapters import settings
from backend.database import db
from backend.web.principal import Principal
from backend.winter.facts import StreetFacts, street_facts
from backend.winter.models import SnowHauling, SnowPileRow
from backend.winter.needs import weathers, within
from backend.winter.rules import volume
from backend.winter.rules.needing import SnowPile
from backend.winter.rules.snow import NEVER

YARD_PRIORITY = 4  # of a pile on no street


def volumes(
    by: Principal, *, night: date, district_id: UUID | None, segment_ids: frozenset[int] | None = None
) -> list[SnowPile]:
    """What lies to be hauled in the night that begins on a date, most urgent and largest first.

    Measured piles stand for themselves, and for their street instead of the model. Conflict as ``needs`` says.
    """
    facts = street_facts()
    at = within(facts, by, "winter.read", district_id, segment_ids)
    measured = _piles(facts, set(at.tolist()), district_id, segment_ids)
    ids = {pile.segment_id for pile in measured}
    found = [pile for pile in _modelled(facts, at, night) if pile.segment_id not in ids]
    return sorted([*measured, *found], key=lambda each: (each.priority, -each.volume_m3, each.id))


def _modelled(facts: StreetFacts, at: np.ndarray, night: date) -> list[SnowPile]:
    network = facts.network
    since, taken_m3 = _hauled(facts)
    cleared = facts.is_cleared
    found = []
    for weather in weathers(facts, at, night, days=settings().snow_heap_days):
        here = weather.at[cleared[weather.at]]
        depth = volume.heaped_depth_m(weather.fallen, since[here])
        heaps = (
            volume.volume_m3(depth, network.length_m[here], network.width_m[here], network.street_class[here])
            * weather.correction.volume
            - taken_m3[here]
        )
        for each in np.flatnonzero(heaps >= volume.LEAST_M3):
            found.append(_beside(facts, int(here[each]), float(heaps[each])))
    return found


def _beside(facts: StreetFacts, at: int, heap_m3: float) -> SnowPile:
    lon, lat = facts.places
    segment_id = int(facts.network.segment_id[at])
    return SnowPile(
        id=f"segment:{segment_id}",
        segment_id=segment_id,
        title=facts.network.name(at).ru,
        lat=float(lat[at]),
        lon=float(lon[at]),
        volume_m3=round(heap_m3, 1),
        measured=False,
        priority=int(facts.priority[at]),
        district_id=facts.district_of(at),
    )


def _piles(
    facts: StreetFacts, at: set[int], district_id: UUID | None, segment_ids: frozenset[int] | None
) -> list[SnowPile]:
    """Measured piles that are still there: on the streets asked for, and those on no street of the district."""
    where = {int(facts.network.segment_id[each]): each for each in at}
    districts = {facts.district_of(each) for each in at} | ({district_id} if district_id else {None})
    taken_m3 = _taken_of_piles()
    found = []
    query = sa.select(SnowPileRow).where(SnowPileRow.gone_at.is_(None), SnowPileRow.replaced_by.is_(None))
    for row in db.session().scalars(query.order_by(SnowPileRow.id)):
        place = where.get(row.segment_id) if row.segment_id is not None else None
        if place is None and (
            row.segment_id is not None or segment_ids is not None or row.district_id not in districts
        ):
            continue
        found.append(
            SnowPile(
                id=f"pile:{row.id}",
                segment_id=row.segment_id,
                title=row.note if place is None else facts.network.name(place).ru,
                lat=row.lat,
                lon=row.lon,
                volume_m3=round(max(row.volume_m3 - taken_m3.get(row.id, 0.0), 0.0), 1),
                measured=True,
                priority=YARD_PRIORITY if place is None else int(facts.priority[place]),
                district_id=row.district_id,
            )
        )
    return found


def _hauled(facts: StreetFacts) -> tuple[np.ndarray, np.ndarray]:
    """(S) when the last of the snow beside each piece was hauled, in seconds since 1970 (NEVER), and (S) the m³ taken since."""
    columns = (SnowHauling.segment_id, SnowHauling.done_at, SnowHauling.volume_m3, SnowHauling.is_rest_gone)
    query = sa.select(*columns).where(SnowHauling.withdrawn_at.is_(None), SnowHauling.segment_id.is_not(None))
    since: dict[int, float] = {}
    taken: dict[int, float] = {}
    for segment_id, done_at, part_m3, is_rest_gone in db.session().execute(
        query.order_by(SnowHauling.done_at)
    ):
        key = segment_id or 0
        if is_rest_gone:
            since[key], taken[key] = done_at.timestamp(), 0.0
        else:
            taken[key] = taken.get(key, 0.0) + part_m3
    ids = facts.network.segment_id.tolist()
    return np.array([since.get(key, NEVER) for key in ids]), np.array([taken.get(key, 0.0) for key in ids])


def _taken_of_piles() -> dict[UUID | None, float]:
    """What was hauled of each measured pile, m³."""
    query = sa.select(SnowHauling.pile_id, sa.func.sum(SnowHauling.volume_m3)).where(
        SnowHauling.withdrawn_at.is_(None), SnowHauling.pile_id.is_not(None)
    )
    found: dict[UUID | None, float] = {}
    for pile_id, taken_m3 in db.session().execute(query.group_by(SnowHauling.pile_id)):
        found[pile_id] = taken_m3
    return found
