"""The wire between phone and server: one frozen dataclass a message, with the limits of every field."""

from __future__ import annotations

from shared.contracts.check_ins import (
    Challenge,
    ChallengeAnswer,
    CheckIn,
    CheckInAnswer,
    Decision,
    Finding,
    Frame,
    SpotCheck,
)
from shared.contracts.defects import DefectAnswer, DefectReport
from shared.contracts.device import DeviceClock, Fix, Photo
from shared.contracts.faults import PROOF_BESIDE_M, RoadFault, too_far_to_prove
from shared.contracts.routes import (
    Instruction,
    LocationBatch,
    RouteSheet,
    RouteStop,
    StopReport,
    StopReportAnswer,
)
from shared.contracts.streets import StreetKind, StreetNames, StreetPack, StreetPackNotice
from shared.contracts.sync import SyncAnswer, Tombstone
from shared.contracts.tasks import PersonCard, TaskCard
from shared.decoding import DecodeError, decode, path_text
from shared.encoding import canonical_json, encode
from shared.shapes import fields_of, limits
from shared.strict_json import parse_json

__all__ = [
    "CONTRACTS",
    "PROOF_BESIDE_M",
    "Challenge",
    "ChallengeAnswer",
    "CheckIn",
    "CheckInAnswer",
    "Decision",
    "DecodeError",
    "DefectAnswer",
    "DefectReport",
    "DeviceClock",
    "Finding",
    "Fix",
    "Frame",
    "Instruction",
    "LocationBatch",
    "PersonCard",
    "Photo",
    "RoadFault",
    "RouteSheet",
    "RouteStop",
    "SpotCheck",
    "StopReport",
    "StopReportAnswer",
    "StreetKind",
    "StreetNames",
    "StreetPack",
    "StreetPackNotice",
    "SyncAnswer",
    "TaskCard",
    "Tombstone",
    "canonical_json",
    "decode",
    "encode",
    "fields_of",
    "limits",
    "parse_json",
    "path_text",
    "too_far_to_prove",
]

CONTRACTS: tuple[type, ...] = (
    Fix,
    Photo,
    Frame,
    Challenge,
    ChallengeAnswer,
    DeviceClock,
    SpotCheck,
    CheckIn,
    Finding,
    Decision,
    CheckInAnswer,
    PersonCard,
    TaskCard,
    DefectReport,
    DefectAnswer,
    Instruction,
    RouteStop,
    RouteSheet,
    StopReport,
    StopReportAnswer,
    LocationBatch,
    StreetNames,
    StreetPack,
    StreetPackNotice,
    Tombstone,
    SyncAnswer,
)
