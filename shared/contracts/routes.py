"""Routes on the wire: the sheet that a crew drives by, what it reports of each stop, and where its vehicle was."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from shared.contracts.device import LAT, LON, MAX_WHOLE_NUMBER, SHA256, DeviceClock, Fix, Photo
from shared.shapes import limits
from shared.vocabulary import (
    RouteKind,
    RouteState,
    SkipReason,
    StopAction,
    StopChange,
    StopState,
    StreetSide,
    Turn,
    WinterWork,
)

STOPS_MOST = 1000
VOLUME_MOST_M3, WEIGHT_MOST_KG = 200.0, 120_000.0
LINE = "GeoJSON LineString in driving direction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruction:
    """One turn on the way, as it is shown and spoken."""

    turn: Turn = field(metadata=limits("What the driver does"))
    text: str = field(metadata=limits("The same in the reader's language", max_length=300))
    lat: float = field(metadata=LAT)
    lon: float = field(metadata=LON)
    distance_m: float = field(
        metadata=limits("From here to the next instruction, in metres", minimum=0, maximum=1_000_000)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteStop:
    """One thing to do on the way: a place to stop at, or a segment of a street to drive along."""

    id: UUID = field(metadata=limits("Stays the same when the route is planned anew"))
    action: StopAction = field(metadata=limits("What is done there"))
    title: str = field(metadata=limits("Address, or street with house numbers", max_length=200))
    detail: str = field(
        default="", metadata=limits("What to know: «2 × 1,1 м³», «ворота с двора»", max_length=500)
    )
    lat: float = field(metadata=LAT)
    lon: float = field(metadata=LON)
    line: dict[str, Any] | None = field(
        default=None, metadata=limits(f"The segment to work along: {LINE}; null for a place")
    )
    side: StreetSide | None = field(
        default=None, metadata=limits("Which side of the street, in driving direction")
    )
    work: WinterWork | None = field(
        default=None, metadata=limits("What is done along the line in winter; null for anything else")
    )
    pass_number: int = field(
        default=1, metadata=limits("Which pass of the side it is; the first is by the middle", minimum=1)
    )
    passes: int = field(default=1, metadata=limits("How many passes the side gets", minimum=1))
    volume_m3: float | None = field(
        default=None,
        metadata=limits(
            "Snow that is planned to be loaded or unloaded there; null for anything else", minimum=0
        ),
    )
    body_m3: float | None = field(
        default=None,
        metadata=limits(
            "Of the vehicle's body, where a share of it is to be told; null elsewhere", minimum=0
        ),
    )
    path: dict[str, Any] | None = field(
        default=None, metadata=limits(f"The way from the stop before: {LINE}; null where it is not known")
    )
    instructions: tuple[Instruction, ...] = field(
        default=(), metadata=limits("Turns on that way, in order", max_length=200)
    )
    arrive_at: datetime | None = field(default=None, metadata=limits("Planned arrival"))
    opens_at: datetime | None = field(default=None, metadata=limits("Not before"))
    closes_at: datetime | None = field(default=None, metadata=limits("Not after"))
    locked: bool = field(default=False, metadata=limits("Whether a new plan must leave it where it is"))
    photo_needed: bool = field(default=False, metadata=limits("Whether «done» needs a photo"))
    state: StopState = field(default=StopState.PLANNED, metadata=limits("Whether it is done"))
    skip_reason: SkipReason | None = field(default=None, metadata=limits("Why it was skipped"))
    change: StopChange | None = field(
        default=None, metadata=limits("What the last version of the route did to it; null: nothing")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteSheet:
    """What one crew drives in one shift, stop by stop, with all that is needed offline."""

    id: UUID = field(metadata=limits("The route"))
    kind: RouteKind = field(metadata=limits("What is hauled or cleared"))
    title: str = field(metadata=limits(max_length=200))
    note: str = field(default="", metadata=limits("What the dispatcher wants to add", max_length=2000))
    state: RouteState = field(metadata=limits("Where the route is in its life"))
    district_id: UUID = field(metadata=limits("The district that answers for the route"))
    task_id: UUID | None = field(default=None, metadata=limits("The task that it serves, if there is one"))
    vehicle: str = field(default="", metadata=limits("Board number or plate", max_length=60))
    starts_at: datetime = field(metadata=limits("Begin of the shift"))
    ends_at: datetime = field(metadata=limits("End of the shift"))
    length_m: float | None = field(
        default=None, metadata=limits("Planned length in metres", minimum=0, maximum=10_000_000)
    )
    stops: tuple[RouteStop, ...] = field(
        metadata=limits("In driving order", min_length=1, max_length=STOPS_MOST)
    )
    removed: tuple[str, ...] = field(
        default=(),
        metadata=limits("Titles of the stops that the last version took away", max_length=STOPS_MOST),
    )
    changed_because: str = field(
        default="", metadata=limits("Why the last version came, in a dispatcher's words", max_length=500)
    )
    version: int = field(
        metadata=limits("Grows with every change of the plan", minimum=1, maximum=MAX_WHOLE_NUMBER)
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StopReport:
    """What a crew did at a stop: done or skipped, with its proof. A later report of the same stop counts instead."""

    id: UUID = field(metadata=limits("Made by the phone; the same content gets the same answer"))
    device_id: UUID = field(metadata=limits("The registered device that signs"))
    route_id: UUID = field(metadata=limits("The route"))
    stop_id: UUID = field(
        metadata=limits("The stop; one that a newer plan took away is received all the same")
    )
    route_version: int = field(
        metadata=limits("The version that the driver had before him", minimum=1, maximum=MAX_WHOLE_NUMBER)
    )
    state: StopState = field(metadata=limits("done, skipped, or planned again when a mistake is taken back"))
    skip_reason: SkipReason | None = field(
        default=None, metadata=limits("Why it was skipped; needed with «skipped»")
    )
    note: str = field(default="", metadata=limits("What the driver wants to add", max_length=500))
    volume_m3: float | None = field(
        default=None,
        metadata=limits(
            "Snow in the body as the driver saw it, in cubic metres", minimum=0, maximum=VOLUME_MOST_M3
        ),
    )
    weight_kg: float | None = field(
        default=None, metadata=limits("By the weigh ticket", minimum=0, maximum=WEIGHT_MOST_KG)
    )
    ticket: str = field(default="", metadata=limits("Number of the weigh ticket", max_length=60))
    captured_at: datetime = field(metadata=limits("When, by the device's clock"))
    photos: tuple[Photo, ...] = field(default=(), metadata=limits("Proof, oldest first", max_length=6))
    fixes: tuple[Fix, ...] = field(metadata=limits("Fixes at the stop, oldest first", max_length=60))
    clock: DeviceClock | None = field(
        default=None, metadata=limits("The device's clocks; without them the time is uncertain")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StopReportAnswer:
    """What the server holds of a stop's report."""

    id: UUID = field(metadata=limits("The report"))
    received: tuple[str, ...] = field(
        metadata=limits(
            "SHA-256 of the bytes received, in order: what the phone may now delete", each=SHA256["limits"]
        )
    )
    received_at: datetime = field(metadata=limits("When, by the server's clock"))
    counts: bool = field(metadata=limits("Whether it says the stop's state; false: a later report does"))
    summary: str = field(metadata=limits("In one sentence in the reader's language", max_length=1000))


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationBatch:
    """Where a crew's device was during a shift, buffered on the phone."""

    id: UUID = field(metadata=limits("Made by the phone; the same content gets the same answer"))
    device_id: UUID = field(metadata=limits("The registered device"))
    route_id: UUID | None = field(
        default=None, metadata=limits("The route that was driven, if there was one")
    )
    fixes: tuple[Fix, ...] = field(metadata=limits("Oldest first", min_length=1, max_length=500))
    clock: DeviceClock | None = field(
        default=None, metadata=limits("The device's clocks; without them the time is uncertain")
    )
