"""What a vehicle may and can do: size, speeds by class of street, and what turns cost it. Right-hand traffic."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backend.streets.network import Access, StreetClass

OPEN_KMH = tuple(200.0 for _ in StreetClass)
TRUCK_KMH = (80.0, 70.0, 55.0, 50.0, 45.0, 40.0, 30.0, 15.0, 12.0, 10.0, 5.0)  # by StreetClass, laden


@dataclass(frozen=True, slots=True, kw_only=True)
class VehicleProfile:
    """One kind of vehicle; equal profiles share a prepared graph."""

    access: Access = Access.CAR  # Access.CAR or Access.TRUCK
    weight_t: float = 0.0  # held against the streets' limits
    height_m: float = 0.0
    speed_factor: float = 1.0  # against the speeds of a car without traffic
    top_kmh: tuple[float, ...] = OPEN_KMH  # by StreetClass
    straight_s: float = 0.0  # to cross a junction
    right_s: float = 2.0  # on top, for a right angle
    left_s: float = 5.0  # across the oncoming traffic
    u_turn_s: float = 20.0  # at the end of a dead end; elsewhere nobody turns round
    signal_s: float = 8.0  # expected at a traffic light

    def __post_init__(self) -> None:
        if self.access not in (Access.CAR, Access.TRUCK):
            raise ValueError(f"access must be Access.CAR or Access.TRUCK, was {self.access!r}")
        if len(self.top_kmh) != len(StreetClass) or min(self.top_kmh) <= 0:
            raise ValueError(f"top_kmh must name {len(StreetClass)} speeds above 0, was {self.top_kmh}")
        if self.speed_factor <= 0:
            raise ValueError(f"speed_factor must be above 0, was {self.speed_factor}")
        for name in ("weight_t", "height_m", "straight_s", "right_s", "left_s", "u_turn_s", "signal_s"):
            if not 0 <= getattr(self, name) < 3600:
                raise ValueError(f"{name} must be 0 or more, was {getattr(self, name)}")

    def without_turn_costs(self) -> VehicleProfile:
        """The same vehicle where turns are free; forbidden ones stay forbidden."""
        return replace(self, straight_s=0.0, right_s=0.0, left_s=0.0, u_turn_s=0.0, signal_s=0.0)


CAR = VehicleProfile()
TRUCK = VehicleProfile(
    access=Access.TRUCK,
    weight_t=18.0,
    height_m=3.8,
    top_kmh=TRUCK_KMH,
    right_s=4.0,
    left_s=8.0,
    u_turn_s=40.0,
    signal_s=10.0,
)
