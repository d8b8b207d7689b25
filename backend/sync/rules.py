"""The difference between what a device holds and what its user may see now. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Content = Mapping[str, Mapping[str, str]]  # kind -> id -> a text that changes with the thing


@dataclass(frozen=True)
class Difference:
    """What to send and what to forget, as (kind, id), in order."""

    changed: list[tuple[str, str]]
    gone: list[tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.changed or self.gone)


def difference(held: Content, visible: Content) -> Difference:
    """What a device that holds one must do to hold the other."""
    changed = [
        (kind, key)
        for kind, versions in sorted(visible.items())
        for key, version in sorted(versions.items())
        if held.get(kind, {}).get(key) != version
    ]
    gone = [
        (kind, key)
        for kind, versions in sorted(held.items())
        for key in sorted(versions)
        if key not in visible.get(kind, {})
    ]
    return Difference(changed, gone)
