"""The store of streets: replaced whole or not at all, read back as it was, once a process and version."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa
from flask import Flask

from backend.database import db, transaction
from backend.errors import Conflict
from backend.ledger.service import entries_before
from backend.streets import service
from backend.streets.building import Built
from backend.streets.invented import invented_city
from backend.streets.models import StreetBan, StreetImport, StreetNetwork, StreetNode, StreetSegment
from backend.streets.service import Provenance
from shared.street_pack import read_pack

INVENTED = Provenance(kind="invented", source="invented city", sha256="0" * 64, attribution="Invented")


def imported(built: Built | None = None) -> int:
    """Put a network in force; its version."""
    with transaction():
        return service.replace(built or invented_city(), INVENTED, by="test").version


def count(model: type) -> int:
    """How many rows a table has."""
    with transaction(read_only=True):
        return db.session().scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_network_is_read_back_as_it_was(in_app: None) -> None:
    """Every array, and the names."""
    imported()
    built = invented_city().network
    with transaction(read_only=True):
        kept = service.network()
    for field in dataclasses.fields(built):
        if field.name == "names":
            assert built.names == kept.names
        else:
            before, after = getattr(built, field.name), getattr(kept, field.name)
            assert before.dtype == after.dtype, field.name
            np.testing.assert_allclose(after, before, atol=1e-7, rtol=0, err_msg=field.name)


def test_rows_tell_the_same_as_the_arrays(in_app: None) -> None:
    """One row a segment, a node and a ban; limits that nobody signed are null."""
    imported()
    network = invented_city().network
    assert (network.segments, network.nodes, len(network.banned_turns)) == tuple(
        map(count, (StreetSegment, StreetNode, StreetBan))
    )
    with transaction(read_only=True):
        light = list(db.session().scalars(sa.select(StreetSegment).where(StreetSegment.max_weight_t < 20)))
    assert ["Старый мост через Ишим"] == [row.name_ru for row in light]
    assert light[0].max_height_m is None


def test_a_second_import_replaces_the_first(in_app: None) -> None:
    """The version grows, the arrays of the first go, its import stays as history."""
    first, second = imported(), imported()
    assert (1, 2) == (first, second)
    assert (2, 1) == (count(StreetImport), count(StreetNetwork))
    with transaction(read_only=True):
        newest = service.newest_import()
        entries = [entry for entry in entries_before(None, limit=9) if entry.kind == "streets.imported"]
    assert newest is not None
    assert 2 == newest.version
    assert ["streets:2", "streets:1"] == [entry.subject for entry in entries]


def test_an_import_that_fails_leaves_the_old_network(in_app: None) -> None:
    """To the last row."""
    imported()
    before = [count(model) for model in (StreetImport, StreetNetwork, StreetNode, StreetSegment, StreetBan)]
    built = invented_city()
    broken = dataclasses.replace(built, node_ids=np.zeros_like(built.node_ids))  # no two nodes have one id
    with pytest.raises(Exception, match=r"(?i)unique"):
        imported(broken)
    after = [count(model) for model in (StreetImport, StreetNetwork, StreetNode, StreetSegment, StreetBan)]
    assert before == after
    with transaction(read_only=True):
        assert built.network.segments == service.network().segments


def test_network_is_loaded_once_a_version(in_app: None) -> None:
    """The same object until the next import."""
    imported()
    with transaction(read_only=True):
        first = service.network()
    with transaction(read_only=True):
        assert service.network() is first
    imported()
    with transaction(read_only=True):
        assert service.network() is not first


def test_without_an_import_the_answer_names_the_remedy(in_app: None) -> None:
    """Which command brings streets."""
    with pytest.raises(Conflict, match="qala import-osm"), transaction(read_only=True):
        service.network()


def test_a_network_of_another_form_asks_for_a_new_import(in_app: None) -> None:
    """A version of the program that packs otherwise."""
    imported()
    with transaction():
        db.session().execute(sa.update(StreetNetwork).values(arrays=b"other"))
    with pytest.raises(Conflict, match="qala import-osm"), transaction(read_only=True):
        service.network()


def test_the_pack_holds_every_street(app: Flask, in_app: None, tmp_path: Path) -> None:
    """With its id, its name in three languages and its line."""
    imported()
    with transaction(read_only=True):
        row, content = service.pack()
    pack, streets = read_pack(content)
    network = invented_city().network
    assert (1, len(content), network.segments) == (row.version, row.pack_bytes, pack.count)
    assert network.segment_id.tolist() == [street.id for street in streets]
    number = next(number for number, street in enumerate(streets) if street.name)
    assert network.name(number).kk == streets[number].name.kk  # type: ignore[union-attr]
    np.testing.assert_allclose(np.array(streets[number].line) / 1e6, network.line(number), atol=1e-6)
