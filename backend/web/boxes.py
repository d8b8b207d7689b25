"""Boxes on the wire: west,south,east,north in degrees, as GeoJSON orders them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from backend.web.wire import ValidationError, fields
from shared.i18n import Message
from shared.scalars import shown

_ = Message


@dataclass(frozen=True, slots=True)
class BoundingBox:
    """A box in degrees; west is at most east, south at most north."""

    west: float
    south: float
    east: float
    north: float


class BoxField(fields.String):
    """A box written «west,south,east,north», as GeoJSON orders it."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> BoundingBox:  # type: ignore[override]
        text = super()._deserialize(value, attr, data, **options)
        try:
            numbers = [float(part) for part in text.split(",")]
        except ValueError:
            numbers = []
        if len(numbers) == 4 and all(math.isfinite(number) for number in numbers):
            box = BoundingBox(*numbers)
            if -180 <= box.west <= box.east <= 180 and -90 <= box.south <= box.north <= 90:
                return box
        raise ValidationError(
            _("must be west,south,east,north in degrees such as 69.1,54.8,69.2,54.9, was {value}").format(
                value=shown(text)
            )
        )
