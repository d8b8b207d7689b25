"""Ids of segments that outlive an import: a hash of what the piece of street lies between. Pure.

Why so, and what else was weighed: docs/decisions/0013-segment-ids.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from hashlib import blake2b

ID_BITS = 53  # exact in a JSON number wherever it is read; two of 20,000 coincide once in 45 million cities


def segment_ids(namespace: str, lines: Sequence[Sequence[int]]) -> list[int]:
    """An id above 0 for each line of nodes, each drawn from its smaller end; lines must differ.

    The id is made of the two ends. Of several lines between the same ends, the one with the oldest point between (nodes are
    numbered as they are drawn; a straight line comes first) has the plain id, the others' hold that oldest point.
    """
    groups: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
    for number, line in enumerate(lines):
        groups[line[0], line[-1]].append((min(line[1:-1], default=0), number))
    ids = [0] * len(lines)
    taken: set[int] = set()
    for (start, end), group in sorted(groups.items()):
        for rank, (oldest, number) in enumerate(sorted(group)):
            key = f"{namespace} {start} {end}" + (f" {oldest}" if rank else "")
            while (made := _hash(key)) in taken:
                key += "'"
            taken.add(made)
            ids[number] = made
    return ids


def _hash(key: str) -> int:
    digest = blake2b(key.encode(), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> (64 - ID_BITS)) or 1
