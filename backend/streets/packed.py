"""A network as bytes and back: what the database keeps beside the rows, so that a process reads it in one piece. Pure."""

from __future__ import annotations

import io
import json
import zlib
from dataclasses import fields

import numpy as np

from backend.streets.network import Network, StreetName

E7 = 10_000_000  # OpenStreetMap's own precision: a degree has ten million steps, of 1 cm
DEGREES = frozenset({"node_lon", "node_lat", "point_lon", "point_lat"})
FORM = 1  # a reader that finds another number asks for a new import


class OtherForm(ValueError):
    """The bytes are not a network of this version's form."""


def packed(network: Network) -> bytes:
    """All arrays of a network, coordinates as whole steps of 10⁻⁷ degrees, compressed."""
    arrays = {each.name: getattr(network, each.name) for each in fields(network) if each.name != "names"}
    for name in DEGREES:
        arrays[name] = np.rint(arrays[name] * E7).astype(np.int32)
    words = json.dumps([[name.ru, name.kk, name.en] for name in network.names], ensure_ascii=False)
    arrays["names"] = np.frombuffer(words.encode(), dtype=np.uint8)
    arrays["form"] = np.array(FORM)
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return zlib.compress(file.getvalue(), level=6)


def unpacked(content: bytes) -> Network:
    """The network that ``packed`` made bytes of; OtherForm where a different version made them."""
    try:
        with np.load(io.BytesIO(zlib.decompress(content)), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
    except (zlib.error, ValueError, OSError) as error:
        raise OtherForm(f"the stored network cannot be read: {error}") from error
    form, words = arrays.pop("form", None), arrays.pop("names", None)
    if form is None or int(form) != FORM or words is None:
        raise OtherForm(f"the stored network has form {form}, this version reads {FORM}")
    for name in DEGREES:
        arrays[name] = arrays[name] / float(E7)
    names = tuple(StreetName(*each) for each in json.loads(words.tobytes()))
    return Network(names=names, **arrays)
