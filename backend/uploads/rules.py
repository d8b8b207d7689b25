"""How far a file has arrived, and which part of a piece is new. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Piece:
    """Where a piece lies in its file, in bytes."""

    offset: int
    length: int


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A file of a device, whole or not, as it counts against the device's room."""

    id: UUID
    size: int  # of the whole file, in bytes
    touched_at: datetime


def have(pieces: Iterable[Piece]) -> int:
    """How many bytes are there from the file's start without a gap."""
    reached = 0
    for piece in sorted(pieces, key=lambda each: each.offset):
        if piece.offset > reached:
            break
        reached = max(reached, piece.offset + piece.length)
    return reached


def new_from(piece: Piece, reached: int) -> int | None:
    """From which of the piece's own bytes on it is new; None where all of it is there. The piece must not leave a gap."""
    if piece.offset + piece.length <= reached:
        return None
    return reached - piece.offset


def give_way(kept: Iterable[Kept], *, size: int, count_max: int, bytes_max: int) -> list[UUID]:
    """Which files, the longest untouched first, must go before one of ``size`` bytes fits in."""
    staying = sorted(kept, key=lambda each: (each.touched_at, each.id))
    going = []
    while staying and (len(staying) + 1 > count_max or sum(each.size for each in staying) + size > bytes_max):
        going.append(staying.pop(0).id)
    return going
