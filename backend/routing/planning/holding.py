"""The order in which an earlier plan holds what it holds."""

from __future__ import annotations

from collections.abc import Mapping


def in_order(follows: Mapping[str | None, str]) -> list[str]:
    """Stops from those that follow nothing of the same vehicle on; ``follows``: by what is before (None: nothing), what is next."""
    own = set(follows.values())
    order: list[str] = []
    for before, first in follows.items():
        each: str | None = None if before in own else first
        while each is not None and each not in order:
            order.append(each)
            each = follows.get(each)
    return order
