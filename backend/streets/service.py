"""The city's street network: replaced whole by an import, read as arrays by searches, as rows by people, as a pack by phones."""

from __future__ import annotations

import dataclasses
import hashlib
import threading
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from flask import current_app

from backend.clock import now
from backend.database import READ_ONLY, db, hold_alone
from backend.errors import Conflict
from backend.ledger.service import record
from backend.streets.building import Built
from backend.streets.models import StreetBan, StreetImport, StreetNetwork, StreetNode, StreetSegment
from backend.streets.network import Network, StreetClass
from backend.streets.packed import OtherForm, packed, unpacked
from backend.streets.parts import main_segments
from backend.streets.phone_pack import phone_pack
from backend.streets.rows import ban_rows, node_rows, segment_rows
from backend.streets.search.profile import TRUCK, VehicleProfile
from shared.contracts import StreetPackNotice
from shared.i18n import Message
from shared.vocabulary import Audience

if TYPE_CHECKING:
    from backend.streets.searching import StreetSearch

_ = Message
IMPORT_LOCK = 0x51535452  # "QSTR": the advisory lock under which PostgreSQL replaces the network
CACHE = "qala_streets"
SEARCH = "qala_street_search"
INSERTED_AT_ONCE = 5000
_LOADING = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Where a network comes from."""

    kind: str  # osm, invented
    source: str  # the file's name
    sha256: str  # hex, of the file, or of an invented network's arrays
    attribution: str  # whose data it is, to be shown with it


def replace(built: Built, provenance: Provenance, *, by: str) -> StreetImport:
    """Put a network in the place of the one in force, which stays until the transaction commits."""
    hold_alone(IMPORT_LOCK)
    session = db.session()
    version = (session.scalar(sa.select(sa.func.max(StreetImport.version))) or 0) + 1
    network = built.network
    pack = phone_pack(network, version, provenance.attribution)
    row = StreetImport(
        version=version,
        kind=provenance.kind,
        source=provenance.source,
        sha256=provenance.sha256,
        attribution=provenance.attribution,
        west=float(network.point_lon.min()),
        south=float(network.point_lat.min()),
        east=float(network.point_lon.max()),
        north=float(network.point_lat.max()),
        counts=counts_of(network),
        skipped=dict(built.skipped),
        imported_at=now(),
        imported_by=by,
        pack_sha256=hashlib.sha256(pack).hexdigest(),
        pack_bytes=len(pack),
    )
    for model in (StreetBan, StreetSegment, StreetNode, StreetNetwork):
        session.execute(sa.delete(model))
    session.add(row)
    session.flush()
    session.add(StreetNetwork(version=version, arrays=packed(network), pack=pack))
    session.flush()
    _insert(StreetNode, node_rows(built))
    _insert(StreetSegment, list(segment_rows(built)))
    _insert(StreetBan, ban_rows(network))
    record(
        "streets.imported",
        actor=by,
        subject=f"streets:{version}",
        at=row.imported_at,
        audience=Audience.OPERATIONS,
        version=version,
        kind=provenance.kind,
        sha256=provenance.sha256,
        segments=network.segments,
    )
    return row


def counts_of(network: Network) -> dict[str, Any]:
    """What there is, for people: segments, kilometres by class, signals, bans, islets."""
    km: Counter[str] = Counter()
    for kind, length_m in zip(network.street_class.tolist(), network.length_m.tolist(), strict=True):
        km[StreetClass(kind).name.lower()] += length_m / 1000
    one_way = (network.access[0::2] != 0) != (network.access[1::2] != 0)
    return {
        "segments": network.segments,
        "nodes": network.nodes,
        "signals": int(network.node_signal.sum()),
        "one_ways": int(one_way.sum()),
        "banned_turns": len(network.banned_turns),
        "islet_segments": int((~main_segments(network)).sum()),
        "km": {name: round(length, 1) for name, length in sorted(km.items())},
    }


def newest_import() -> StreetImport | None:
    """The import in force; None before the first."""
    query = sa.select(StreetImport).order_by(StreetImport.version.desc()).limit(1)
    return db.session().scalar(query)


def network() -> Network:
    """The network in force, whole; read once a process and version. Conflict where there is none yet."""
    version = db.session().scalar(sa.select(sa.func.max(StreetNetwork.version)))
    if version is None:
        raise no_streets()
    if (kept := _kept(version)) is not None:
        return kept
    with _LOADING:
        if (kept := _kept(version)) is not None:
            return kept
        content = db.session().scalar(sa.select(StreetNetwork.arrays).where(StreetNetwork.version == version))
        assert content is not None
        try:
            loaded = unpacked(content)
        except OtherForm as error:
            raise no_streets() from error
        # A transaction that writes may see a network that is rolled back
        if db.session().connection().get_execution_options().get(READ_ONLY, False):
            current_app.extensions[CACHE] = (version, loaded)
        return loaded


def search() -> StreetSearch:
    """Searches in the network in force, prepared once a process and version. Conflict where there is none yet."""
    from backend.streets.searching import (
        StreetSearch,  # brings a compiler along, which most processes need not have
    )

    streets = network()
    row = newest_import()
    assert row is not None
    kept: StreetSearch | None = current_app.extensions.get(SEARCH)
    if kept is None or kept.version != row.version or kept.network is not streets:
        kept = StreetSearch(streets, row.version, row.attribution)
        current_app.extensions[SEARCH] = kept
    return kept


def truck(*, weight_t: float | None = None, height_m: float | None = None) -> VehicleProfile:
    """A lorry of the city; a size that nobody knows is that of the usual one."""
    return dataclasses.replace(
        TRUCK,
        weight_t=TRUCK.weight_t if weight_t is None else weight_t,
        height_m=TRUCK.height_m if height_m is None else height_m,
    )


def _kept(version: int) -> Network | None:
    kept: tuple[int, Network] | None = current_app.extensions.get(CACHE)
    return kept[1] if kept is not None and kept[0] == version else None


def no_streets() -> Conflict:
    """The answer where a network is needed and there is none that this version can read."""
    return Conflict(
        _("There are no streets yet: an administrator imports them with «qala import-osm FILE»."),
        slug="no-streets",
    )


def pack() -> tuple[StreetImport, bytes]:
    """The file that phones draw streets from, with its import; Conflict where there is none yet."""
    row = newest_import()
    content = db.session().scalar(sa.select(StreetNetwork.pack))
    if row is None or content is None:
        raise no_streets()
    return row, content


def pack_notice() -> StreetPackNotice | None:
    """What phones are told of the pack in force; None where there is none."""
    columns = (StreetImport.version, StreetImport.pack_sha256, StreetImport.pack_bytes)
    query = sa.select(*columns).order_by(StreetImport.version.desc()).limit(1)
    found = db.session().execute(query).first()
    return found and StreetPackNotice(version=found[0], sha256=found[1], bytes=found[2])


def _insert(model: type[Any], rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), INSERTED_AT_ONCE):
        db.session().execute(sa.insert(model), rows[start : start + INSERTED_AT_ONCE])
