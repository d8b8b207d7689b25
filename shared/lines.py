"""Lines as few bytes: whole steps of a degree, each point as its difference from the one before, small numbers short.

A number is written as a zigzag varint (0, -1, 1, -2, … become 0, 1, 2, 3, …; seven bits a byte, the lowest first, the top
bit says that more follow), as Protocol Buffers and encoded polylines have it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

MOST_BITS = 64


class BadLines(ValueError):
    """Bytes that are no line: they end within a number, or a number is too large."""


def write_numbers(numbers: Iterable[int]) -> bytes:
    """Whole numbers of at most 63 bits and a sign, as zigzag varints."""
    content = bytearray()
    for number in numbers:
        rest = number * 2 if number >= 0 else -number * 2 - 1
        while rest > 0x7F:
            content.append(rest & 0x7F | 0x80)
            rest >>= 7
        content.append(rest)
    return bytes(content)


def read_numbers(content: bytes) -> list[int]:
    """What ``write_numbers`` wrote; BadLines for anything else."""
    numbers: list[int] = []
    number = shift = 0
    for byte in content:
        if byte > 0x7F:
            number |= (byte & 0x7F) << shift
            shift += 7
            if shift >= MOST_BITS:
                raise BadLines(f"number {len(numbers) + 1} has more than {MOST_BITS} bits")
        else:
            number |= byte << shift
            numbers.append(number >> 1 if not number & 1 else -(number + 1 >> 1))
            number = shift = 0
    if shift:
        raise BadLines(f"the bytes end within number {len(numbers) + 1}")
    return numbers


def differences(numbers: Sequence[int]) -> Iterator[int]:
    """The first number, and of each other how far it lies from the one before."""
    before = 0
    for number in numbers:
        yield number - before
        before = number


def sums(steps: Iterable[int]) -> Iterator[int]:
    """The numbers that ``differences`` made steps of."""
    number = 0
    for step in steps:
        number += step
        yield number


def write_line(points: Sequence[tuple[int, int]]) -> bytes:
    """A line of (x, y) steps; x and y take turns."""
    flat = [0] * (2 * len(points))
    flat[0::2] = differences([x for x, _y in points])
    flat[1::2] = differences([y for _x, y in points])
    return write_numbers(flat)


def read_line(content: bytes) -> list[tuple[int, int]]:
    """What ``write_line`` wrote; BadLines for anything else."""
    flat = read_numbers(content)
    if len(flat) % 2:
        raise BadLines("the last point has no second number")
    return list(zip(sums(flat[0::2]), sums(flat[1::2]), strict=True))
