"""What makes a vehicle sound, how its numbers are written, and what a planner needs to know of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from shared.i18n import Message
from shared.vocabulary import ContainerType, VehicleKind

_ = Message
EMPTIES_CONTAINERS = frozenset(
    {
        VehicleKind.REFUSE_REAR,
        VehicleKind.REFUSE_SIDE,
        VehicleKind.REFUSE_FRONT,
        VehicleKind.REFUSE_CRANE,
        VehicleKind.SKIP_LOADER,
        VehicleKind.OTHER,
    }
)
# Kazakh plates have Latin letters; typed on a Russian keyboard they come as these
LATIN = str.maketrans("АВЕКМНОРСТУХ", "ABEKMHOPCTYX")


@dataclass(frozen=True, kw_only=True)
class VehicleFacts:
    """A vehicle in service as planners see it; capacities and sizes None: not known, so no limit."""

    id: UUID
    district_id: UUID | None
    board_number: str
    plate: str | None
    kind: VehicleKind
    container_types: frozenset[ContainerType]
    capacity_kg: float | None
    capacity_m3: float | None
    compaction: float
    loading_m3_h: float | None
    gross_weight_t: float | None
    height_m: float | None
    width_m: float | None
    contractor: str  # empty: the city's own
    depot_id: UUID | None
    cost_fixed_kzt: float
    cost_per_km_kzt: float
    cost_per_h_kzt: float

    @property
    def loose_m3(self) -> float | None:
        """How much waste goes in, in the cubic metres that containers hold."""
        return None if self.capacity_m3 is None else self.capacity_m3 * self.compaction


def clean_plate(text: str) -> str:
    """A plate in one spelling: capitals, Latin, without blanks and dashes."""
    return "".join(each for each in text.upper().translate(LATIN) if each.isalnum())


def vehicle_errors(values: Mapping[str, Any]) -> dict[str, list[Message]]:
    """What is wrong with the fields of a vehicle together, by field; empty when it is sound."""
    errors: dict[str, list[Message]] = {}
    kind, types = values["kind"], values["container_types"]
    if types and kind not in EMPTIES_CONTAINERS:
        kinds = ", ".join(sorted(each.value for each in EMPTIES_CONTAINERS))
        message = _("must be empty for a {kind}: only these empty containers: {kinds}")
        errors["container_types"] = [message.format(kind=kind.value, kinds=kinds)]
    gross, load = values["gross_weight_t"], values["capacity_kg"]
    if gross is not None and load is not None and load >= gross * 1000:
        message = _("must be less than gross_weight_t, which is {gross} kg with the load, was {value}")
        errors["capacity_kg"] = [message.format(gross=f"{gross * 1000:g}", value=f"{load:g}")]
    return errors
