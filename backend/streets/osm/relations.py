"""Turn restrictions of an OpenStreetMap file: those through a node as signs, the others counted by what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import osmium

from backend.streets.source import TurnSign

KEYS = ("restriction", "restriction:hgv", "restriction:goods", "restriction:motorcar")
VIA_WAY = "turn restrictions through a way"
BY_HOUR = "turn restrictions by the hour"
UNKNOWN = "turn restrictions of an unknown kind"
BROKEN = "turn restrictions with missing members"
NOT_OURS = "turn restrictions that except our vehicles"
Member = tuple[str, str, int]  # role, type (n, w, r), id


def turn_signs_of(file: osmium.io.File) -> tuple[list[TurnSign], Counter[str]]:
    """The signs of all relations of a file, and how many could not be used."""
    signs: list[TurnSign] = []
    skipped: Counter[str] = Counter()
    filters = osmium.filter.KeyFilter(*KEYS, "restriction:conditional")
    for relation in osmium.FileProcessor(file, osmium.osm.RELATION).with_filter(filters):
        if not isinstance(relation, osmium.osm.Relation):
            continue
        members = [(member.role, member.type, member.ref) for member in relation.members]
        found, why = signs_of(dict(relation.tags), members)
        signs += found
        if why:
            skipped[why] += 1
    return signs, skipped


def signs_of(tags: dict[str, str], members: Sequence[Member]) -> tuple[list[TurnSign], str]:
    """The signs that one relation stands for, or why it stands for none. Bans for lorries alone hold for all vehicles here."""
    if tags.get("type", "restriction") != "restriction":
        return [], ""
    value = next((tags[key] for key in KEYS if key in tags), None)
    if value is None:
        return [], BY_HOUR
    if {"hgv", "motor_vehicle", "motorcar"} & set(tags.get("except", "").replace(" ", "").split(";")):
        return [], NOT_OURS
    kind, _, turn = value.partition("_")
    if kind not in ("no", "only") or not turn:
        return [], UNKNOWN
    froms, vias, tos = (list(_of_role(members, role)) for role in ("from", "via", "to"))
    if any(kind == "w" for kind, _id in vias):
        return [], VIA_WAY
    ways = [key for kind, key in (*froms, *tos) if kind == "w"]
    if len(vias) != 1 or vias[0][0] != "n" or not froms or not tos or len(ways) != len(froms) + len(tos):
        return [], BROKEN
    via = vias[0][1]
    return [TurnSign(start, via, end, kind == "only") for _w, start in froms for _w, end in tos], ""


def _of_role(members: Sequence[Member], role: str) -> Iterator[tuple[str, int]]:
    return ((kind, key) for name, kind, key in members if name == role)
