"""OpenStreetMap XML written on the spot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.sax.saxutils import quoteattr


@dataclass
class OsmText:
    """A small file: nodes are put on a grid by their number, unless told otherwise."""

    lat: float = 54.87
    lon: float = 69.14
    ways: list[str] = field(default_factory=list)
    relations: list[str] = field(default_factory=list)
    tags: dict[int, Mapping[str, str]] = field(default_factory=dict)
    places: dict[int, tuple[float, float]] = field(default_factory=dict)  # lon, lat
    nodes: set[int] = field(default_factory=set)

    def way(self, nodes: Sequence[int], highway: str = "residential", **tags: str) -> int:
        """Add a way; its id."""
        self.nodes |= set(nodes)
        refs = "".join(f'<nd ref="{node}"/>' for node in nodes)
        number = len(self.ways) + 1
        self.ways.append(f'<way id="{number}">{refs}{_tags({"highway": highway, **tags})}</way>')
        return number

    def restriction(self, kind: str, *members: tuple[str, str, int], **tags: str) -> None:
        """Add a turn restriction; members are (role, node|way, id)."""
        inside = "".join(f'<member type="{what}" ref="{ref}" role="{role}"/>' for role, what, ref in members)
        tags = {"type": "restriction", "restriction": kind, **tags}
        number = len(self.relations) + 1
        self.relations.append(f'<relation id="{number}">{inside}{_tags(tags)}</relation>')

    @property
    def text(self) -> str:
        """The file."""
        nodes = "".join(self._node(node) for node in sorted(self.nodes))
        body = nodes + "".join(self.ways) + "".join(self.relations)
        return f'<?xml version="1.0" encoding="UTF-8"?><osm version="0.6">{body}</osm>'

    def write(self, path: Path) -> Path:
        """Write the file."""
        path.write_text(self.text, encoding="utf-8")
        return path

    def _node(self, node: int) -> str:
        lon, lat = self.places.get(node, (self.lon + node % 100 * 0.002, self.lat + node // 100 * 0.001))
        return f'<node id="{node}" lat="{lat}" lon="{lon}">{_tags(self.tags.get(node, {}))}</node>'


def _tags(tags: Mapping[str, str]) -> str:
    return "".join(f"<tag k={quoteattr(key)} v={quoteattr(value)}/>" for key, value in tags.items())
