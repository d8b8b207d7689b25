"""How far a file has arrived, which part of a piece is new, who gives way; and when a phone's report was made."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.uploads.moments import Moment, moment_of, moment_of_fix
from backend.uploads.rules import Kept, Piece, give_way, have, new_from
from shared.contracts import DeviceClock, Fix

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)
PIECES = st.builds(Piece, st.integers(0, 60), st.integers(1, 20))


@given(st.lists(PIECES, max_size=8))
def test_have_is_what_a_painted_file_shows(pieces: list[Piece]) -> None:
    """Painting every byte gives the same answer, whatever overlaps."""
    painted = {byte for piece in pieces for byte in range(piece.offset, piece.offset + piece.length)}
    assert next(byte for byte in range(100) if byte not in painted) == have(pieces)


@given(PIECES, st.integers(0, 80))
def test_only_what_is_new_is_kept(piece: Piece, reached: int) -> None:
    """The rest of a piece begins exactly where the file ends so far."""
    if piece.offset > reached:
        return
    start = new_from(piece, reached)
    if start is None:
        assert piece.offset + piece.length <= reached
    else:
        assert (reached, True) == (piece.offset + start, 0 <= start < piece.length)


@given(st.lists(st.tuples(st.integers(1, 30), st.integers(0, 9)), max_size=10), st.integers(1, 30))
def test_after_giving_way_there_is_room_and_nobody_went_in_vain(
    sizes: list[tuple[int, int]], size: int
) -> None:
    """The longest untouched go first, and no more than must."""
    kept = [
        Kept(id=UUID(int=index), size=each, touched_at=NOW + timedelta(minutes=minute))
        for index, (each, minute) in enumerate(sizes)
    ]
    going = give_way(kept, size=size, count_max=5, bytes_max=60)
    staying = [each for each in kept if each.id not in going]
    assert len(staying) < 5
    assert sum(each.size for each in staying) + size <= 60
    if going:
        last = next(each for each in kept if each.id == going[-1])
        assert all(each.touched_at >= last.touched_at for each in staying)
        assert len(staying) + 2 > 5 or sum(each.size for each in staying) + last.size + size > 60


def clock(**changes: object) -> DeviceClock:
    """A device that saw the server's time an hour before the report."""
    fields = {
        "boot_id": "b",
        "boot_ms": 4_600_000,
        "server_at": NOW - timedelta(hours=2),
        "server_boot_ms": 1_000_000,
    }
    return DeviceClock(**(fields | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wall", "times", "expected"),
    [
        (NOW - timedelta(hours=5), None, Moment(at=NOW - timedelta(hours=5), sure=False)),
        (NOW + timedelta(days=2), None, Moment(at=NOW, sure=False)),
        (datetime(1970, 1, 1, tzinfo=UTC), None, Moment(at=NOW, sure=False)),
        (NOW + timedelta(days=2), clock(), Moment(at=NOW - timedelta(hours=1), sure=True)),
        (NOW, clock(server_at=NOW), Moment(at=NOW, sure=False)),
        (NOW, clock(boot_ms=999_999), Moment(at=NOW, sure=False)),
        (NOW, clock(server_at=None, server_boot_ms=None), Moment(at=NOW, sure=False)),
        (NOW, clock(boot_ms=2**53 - 1), Moment(at=NOW, sure=False)),
    ],
    ids=["wall", "ahead", "1970", "carried", "beyond receipt", "backwards", "restarted", "overflow"],
)
def test_the_best_known_time(wall: datetime, times: DeviceClock | None, expected: Moment) -> None:
    """The boot clock carries the server's time; a wall clock that cannot be is not believed."""
    assert expected == moment_of(wall, times, received_at=NOW)


def test_fixes_stand_on_the_same_axis() -> None:
    """A fix two minutes before the report, by the boot-time clock."""
    fix = Fix(lat=0, lon=0, accuracy_m=1, taken_at=NOW + timedelta(days=2), boot_ms=4_480_000)
    assert NOW - timedelta(minutes=62) == moment_of_fix(fix, clock(), received_at=NOW)
    assert fix.taken_at == moment_of_fix(fix, None, received_at=NOW)
