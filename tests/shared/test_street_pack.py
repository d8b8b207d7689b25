"""The street pack: what was written is read, and nothing else is taken for one."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import DecodeError, StreetKind, StreetNames
from shared.lines import BadLines, differences, read_line, read_numbers, sums, write_line, write_numbers
from shared.street_pack import PackedStreet, read_pack, write_pack

LONS, LATS = st.integers(-180_000_000, 180_000_000), st.integers(-90_000_000, 90_000_000)
NAMES = st.builds(
    StreetNames, ru=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=9)
)
LINES = st.lists(st.tuples(LONS, LATS), min_size=2, max_size=5)
STREETS = st.lists(
    st.builds(
        PackedStreet,
        id=st.integers(1, 2**53),
        kind=st.sampled_from(StreetKind),
        name=st.none() | NAMES,
        line=LINES,
    ),
    max_size=6,
    unique_by=lambda street: street.id,
)


@given(st.lists(st.integers(-(2**62), 2**62)))
def test_numbers_come_back(numbers: list[int]) -> None:
    """Whatever they are."""
    assert numbers == read_numbers(write_numbers(numbers))
    assert numbers == list(sums(differences(numbers)))


@given(st.lists(st.tuples(LONS, LATS)))
def test_lines_come_back(line: list[tuple[int, int]]) -> None:
    """Also one without points."""
    assert line == read_line(write_line(line))


@given(st.binary(max_size=40))
def test_other_bytes_are_numbers_or_refused(content: bytes) -> None:
    """Never anything else."""
    try:
        numbers = read_numbers(content)
    except BadLines:
        return
    assert all(abs(number) <= 2**63 for number in numbers)


@given(STREETS)
def test_streets_come_back(streets: list[PackedStreet]) -> None:
    """In the order of their ids, and the same bytes for the same streets."""
    content = write_pack(7, "whose", streets)
    assert content == write_pack(7, "whose", streets[::-1])
    pack, read = read_pack(content)
    assert (7, "whose", len(streets)) == (pack.version, pack.attribution, pack.count)
    assert sorted(streets, key=lambda street: street.id) == read


GOOD = [
    PackedStreet(5, StreetKind.MAIN, StreetNames(ru="а"), [(1, 2), (3, 4)]),
    PackedStreet(9, StreetKind.PATH, None, [(1, 2), (3, 4)]),
]


def changed(**fields: Any) -> bytes:
    """A good pack with other fields."""
    body = json.loads(gzip.decompress(write_pack(1, "x", GOOD)))
    return gzip.compress(json.dumps(body | fields).encode())


def column(*numbers: int) -> str:
    """Packed numbers."""
    return base64.b64encode(write_numbers(numbers)).decode()


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (b"", "body"),
        (b"hello", "body"),
        (write_pack(1, "x", GOOD)[:-9], "body"),
        (gzip.compress(b"\0" * 65_000_000, mtime=0), "body"),
        (gzip.compress(b"[]", mtime=0), "body"),
        (gzip.compress(b"{", mtime=0), "body"),
        (changed(count=3), "ids"),
        (changed(count=-1), "count"),
        (changed(ids="?"), "ids"),
        (changed(ids="gA=="), "ids"),
        (changed(ids=column(5, -5)), "ids"),
        (changed(ids=column(0, 1)), "ids"),
        (changed(kinds=column(0, 4)), "kinds"),
        (changed(name_of=column(2, 0)), "name_of"),
        (changed(points=column(2, 1)), "points"),
        (changed(points=column(10**12, 2)), "points"),
        (changed(lines=column(1, 2, 3)), "lines"),
        (changed(lines=column(1, 2, 3, 4, 5, 90_000_000, 1, 1)), "lines"),
        (changed(more=1), "more"),
        (changed(version="1"), "version"),
    ],
)
def test_what_is_no_pack_is_refused(content: bytes, field: str) -> None:
    """With the field that is wrong."""
    with pytest.raises(DecodeError) as refusal:
        read_pack(content)
    assert [field] == list(refusal.value.by_field())
