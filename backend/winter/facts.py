"""Every piece of street as winter sees it: its care, priority and district, as arrays over the network's segments."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
import numpy.typing as npt
import sqlalchemy as sa
from flask import current_app

from backend.database import READ_ONLY, db
from backend.geofences import service as geofences
from backend.streets import service as streets
from backend.streets.network import Network, StreetClass
from backend.winter.models import StreetPriority, WinterCare
from backend.winter.rules import care
from backend.winter.rules.middles import middles
from backend.winter.rules.names import plain_name

CACHE = "qala_winter_districts"
Kept = tuple[Network, geofences.DistrictAreas, npt.NDArray[np.int32]]


@dataclass(frozen=True, eq=False, kw_only=True)
class StreetFacts:
    """S segments of a network: what is to be done on each, how urgently, and whose they are."""

    network: Network
    table: care.CareTable
    district_ids: tuple[UUID, ...]
    district: npt.NDArray[np.int32]  # (S) into district_ids, or OUTSIDE
    priority: npt.NDArray[np.int64]  # (S)
    is_named: npt.NDArray[
        np.bool_
    ]  # (S) a priority names it, so it is cleared and gritted whatever its class
    is_cleared: npt.NDArray[np.bool_]
    is_gritted: npt.NDArray[np.bool_]
    pavements: npt.NDArray[np.int64]
    clear_from_cm: npt.NDArray[np.float64]

    @cached_property
    def places(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """(S) lon and (S) lat of each segment's middle."""
        return middles(self.network)

    def district_of(self, at: int) -> UUID | None:
        """The district of a segment by its place in the arrays; None outside all."""
        found = int(self.district[at])
        return None if found < 0 else self.district_ids[found]


def care_in_force() -> tuple[int, care.CareTable]:
    """The newest care table and its number; the defaults, and 0, before the first."""
    row = db.session().scalar(sa.select(WinterCare).order_by(WinterCare.number.desc()).limit(1))
    return (0, care.DEFAULTS) if row is None else (row.number, care.read(row.content))


def street_facts() -> StreetFacts:
    """All segments of the network in force; Conflict where there is none yet."""
    network = streets.network()
    areas, district = _districts(network)
    _number, table = care_in_force()
    classes = network.street_class
    return StreetFacts(
        network=network,
        table=table,
        district_ids=areas.district_ids,
        district=district,
        **_with_priorities(
            network,
            {
                "priority": _by_class(table, "priority", np.int64)[classes],
                "is_cleared": _by_class(table, "is_cleared", np.bool_)[classes],
                "is_gritted": _by_class(table, "is_gritted", np.bool_)[classes],
                "pavements": _by_class(table, "pavements", np.int64)[classes],
                "clear_from_cm": _by_class(table, "clear_from_cm", np.float64)[classes],
            },
        ),
    )


def segments_named(network: Network, street: str) -> npt.NDArray[np.int64]:
    """Places in the arrays of every segment whose street has a name, in any language; case and spacing aside."""
    wished = plain_name(street)
    names = [
        at
        for at, name in enumerate(network.names)
        if wished and wished in {plain_name(each) for each in (name.ru, name.kk, name.en)}
    ]
    return np.flatnonzero(np.isin(network.name_index, names))


def places_of(network: Network, segment_ids: Any) -> npt.NDArray[np.int64]:
    """Places in the arrays of segments by their ids; ids that are not there are left out."""
    return np.flatnonzero(np.isin(network.segment_id, np.array(sorted(segment_ids), dtype=np.int64)))


def _by_class(table: care.CareTable, name: str, kind: type[Any]) -> npt.NDArray[Any]:
    return np.array([getattr(table.classes[each], name) for each in StreetClass], dtype=kind)


def _with_priorities(network: Network, arrays: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    """What priorities say instead of the class: whole streets first, then pieces, each in the order they were set."""
    named = np.zeros(network.segments, dtype=np.bool_)
    rows = db.session().scalars(sa.select(StreetPriority).order_by(StreetPriority.set_at, StreetPriority.id))
    for row in sorted(rows, key=lambda each: each.street is None):
        at = (
            places_of(network, row.segment_ids) if row.street is None else segments_named(network, row.street)
        )
        arrays["priority"][at] = row.priority
        named[at] = True
    arrays["is_cleared"] = arrays["is_cleared"] | named
    arrays["is_gritted"] = arrays["is_gritted"] | named
    return {**arrays, "is_named": named}


def _districts(network: Network) -> tuple[geofences.DistrictAreas, npt.NDArray[np.int32]]:
    """The districts' boundaries, and in which of them the middle of each segment lies."""
    areas = geofences.district_areas()
    kept: Kept | None = current_app.extensions.get(CACHE)
    if kept is not None and kept[0] is network and kept[1] is areas:
        return kept[1], kept[2]
    found = areas.find(*middles(network))
    if db.session().connection().get_execution_options().get(READ_ONLY, False):
        current_app.extensions[CACHE] = (network, areas, found)
    return areas, found
