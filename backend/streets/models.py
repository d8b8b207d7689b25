"""Rows of streets: the network as one import left it, and who imported what when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from backend.database import Base


class StreetImport(Base):
    """One import of a whole network; the newest version is the one in force, the others' rows stay as history."""

    __tablename__ = "street_imports"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(20))  # osm, invented
    source: Mapped[str] = mapped_column(String(255))  # the file's name
    sha256: Mapped[str] = mapped_column(String(64))  # of the file, or of the invented network
    attribution: Mapped[str] = mapped_column(String(255))
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    counts: Mapped[dict[str, Any]]
    skipped: Mapped[dict[str, Any]]  # what of the source could not be used, counted by name
    imported_at: Mapped[datetime]
    imported_by: Mapped[str] = mapped_column(String(100))
    pack_sha256: Mapped[str] = mapped_column(String(64))
    pack_bytes: Mapped[int]


class StreetNetwork(Base):
    """The network in force in one piece: arrays for searches, a pack for phones."""

    __tablename__ = "street_networks"

    version: Mapped[int] = mapped_column(
        ForeignKey("street_imports.version"), primary_key=True, autoincrement=False
    )
    arrays: Mapped[bytes] = mapped_column(LargeBinary)
    pack: Mapped[bytes] = mapped_column(LargeBinary)


class StreetNode(Base):
    """Where segments meet; ``id`` is the source's own, below 0 on the sides of a barrier."""

    __tablename__ = "street_nodes"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    lat: Mapped[float]
    lon: Mapped[float]
    signal: Mapped[bool]


class StreetSegment(Base):
    """A piece of street between two junctions; the id outlives imports for as long as the piece is the same."""

    __tablename__ = "street_segments"
    __table_args__ = (Index("ix_street_segments_south_north", "south", "north"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    from_node: Mapped[int] = mapped_column(BigInteger, ForeignKey("street_nodes.id"))
    to_node: Mapped[int] = mapped_column(BigInteger, ForeignKey("street_nodes.id"))
    street_class: Mapped[int]  # network.StreetClass
    name_ru: Mapped[str] = mapped_column(String(255))
    name_kk: Mapped[str] = mapped_column(String(255))
    name_en: Mapped[str] = mapped_column(String(255))
    length_m: Mapped[float]
    access_forward: Mapped[int]  # network.Access; forward is from from_node to to_node
    access_backward: Mapped[int]
    speed_forward_kmh: Mapped[float]
    speed_backward_kmh: Mapped[float]
    lanes_forward: Mapped[int]
    lanes_backward: Mapped[int]
    max_weight_t: Mapped[float | None]
    max_height_m: Mapped[float | None]
    width_m: Mapped[float]
    islet: Mapped[bool]  # no vehicle gets here from the rest of the network and back
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    line: Mapped[bytes] = mapped_column(LargeBinary)  # shared.lines, in 10⁻⁷ degrees


class StreetBan(Base):
    """A turn that is banned: from the end of one segment straight into another."""

    __tablename__ = "street_bans"

    from_segment: Mapped[int] = mapped_column(BigInteger, ForeignKey("street_segments.id"), primary_key=True)
    from_forward: Mapped[bool] = mapped_column(primary_key=True)
    to_segment: Mapped[int] = mapped_column(BigInteger, ForeignKey("street_segments.id"), primary_key=True)
    to_forward: Mapped[bool] = mapped_column(primary_key=True)
