"""The network as phones draw it: which class is which kind on the map, and the pack's file. Pure."""

from __future__ import annotations

from backend.streets.network import Network, StreetClass
from backend.streets.rows import lines_in_steps
from shared.contracts.streets import STEPS_PER_DEGREE, StreetKind, StreetNames
from shared.street_pack import PackedStreet, write_pack

KIND_OF: dict[StreetClass, StreetKind] = {
    StreetClass.MOTORWAY: StreetKind.MAIN,
    StreetClass.TRUNK: StreetKind.MAIN,
    StreetClass.PRIMARY: StreetKind.MAIN,
    StreetClass.SECONDARY: StreetKind.MIDDLE,
    StreetClass.TERTIARY: StreetKind.MIDDLE,
    StreetClass.UNCLASSIFIED: StreetKind.MINOR,
    StreetClass.RESIDENTIAL: StreetKind.MINOR,
    StreetClass.LIVING_STREET: StreetKind.MINOR,
    StreetClass.SERVICE: StreetKind.PATH,
    StreetClass.TRACK: StreetKind.PATH,
    StreetClass.PEDESTRIAN: StreetKind.PATH,
}


def phone_pack(network: Network, version: int, attribution: str) -> bytes:
    """The file that phones fetch."""
    names = [StreetNames(ru=name.ru, kk=name.kk, en=name.en) for name in network.names]
    rows = zip(
        network.segment_id.tolist(),
        network.street_class.tolist(),
        network.name_index.tolist(),
        lines_in_steps(network, STEPS_PER_DEGREE),
        strict=True,
    )
    return write_pack(
        version,
        attribution,
        (
            PackedStreet(key, KIND_OF[StreetClass(kind)], names[name] if name >= 0 else None, line)
            for key, kind, name, line in rows
        ),
    )
