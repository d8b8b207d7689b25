"""A street whose faults a crew is to repair: names and words are invented."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
from PIL import Image, ImageDraw

from mobile.shots.example_core import ExampleTasks
from mobile.shots.examples import HERE, NOW, task, uuid
from mobile.sync.overlay import LocalFault, LocalTask
from shared.contracts import RoadFault
from shared.vocabulary import CaseState, DefectKind, EvidenceKind, ProofCheck, Severity, TaskKind, TaskState

REPAIR = task(
    30,
    "Ремонт дороги: улица Интернациональная, повреждений: 4",
    TaskState.IN_PROGRESS,
    8,
    9,
    kind=TaskKind.REPAIR,
    note="Холодный асфальт на базе, 12 мешков.",
    place={"type": "Point", "coordinates": [HERE.lon, HERE.lat]},
    required_evidence=(EvidenceKind.PHOTO,),
)
POTHOLE, NET, CRACK, HATCH = (uuid(31 + number) for number in range(4))


def fault(number: int, kind: DefectKind, severity: Severity, east_m: float, **more: Any) -> LocalFault:
    """A fault so far east of the park."""
    values: dict[str, Any] = {
        "id": uuid(31 + number),
        "task_id": REPAIR.id,
        "state": CaseState.PLANNED,
        "kind": kind,
        "severity": severity,
        "area_m2": None,
        "length_m": None,
        "lat": HERE.lat + 0.0001,
        "lon": HERE.lon + east_m / 64_000,
        "accuracy_m": 4.0,
        "street": "улица Интернациональная",
        "due_at": NOW + timedelta(days=3 + number),
        "version": 1,
    }
    return LocalFault(RoadFault(**{**values, **more}))


FAULTS = (
    fault(
        0,
        DefectKind.POTHOLE,
        Severity.HIGH,
        90,
        area_m2=0.74,
        words="напротив дома 41 · Глубокая яма у автобусной остановки, третий день машины объезжают по встречной.",
    ),
    fault(1, DefectKind.CRACK_NETWORK, Severity.MEDIUM, 4, area_m2=2.0, state=CaseState.REPAIRING),
    fault(2, DefectKind.CRACK_LONGITUDINAL, Severity.LOW, -60, length_m=6.5),
    fault(
        3,
        DefectKind.OTHER,
        Severity.MEDIUM,
        310,
        state=CaseState.REPAIRED,
        proof_check=ProofCheck.FAULTY,
    ),
)


def repairing(*faults: LocalFault) -> ExampleTasks:
    """A phone with that task alone."""
    tasks = ExampleTasks((LocalTask(card=REPAIR),))
    tasks.broken = {each.fault.id: each for each in faults or FAULTS}
    return tasks


def photo(_fault_id: UUID) -> bytes:
    """As the server shows one: drawn."""
    buffer = io.BytesIO()
    rows, columns = np.mgrid[0:600, 0:800]
    asphalt = 120 + 14 * np.sin(rows / 9.0) * np.cos(columns / 7.0)
    asphalt[((rows - 380) / 90.0) ** 2 + ((columns - 420) / 190.0) ** 2 < 1] = 52
    picture = Image.fromarray(np.repeat(asphalt[:, :, None], 3, axis=2).astype(np.uint8))
    ImageDraw.Draw(picture).ellipse((230, 290, 610, 470), outline=(230, 60, 40), width=6)
    picture.save(buffer, "JPEG")
    return buffer.getvalue()


def checked(check: ProofCheck | None) -> LocalFault:
    """A repaired pothole with what its photo shows."""
    held = FAULTS[0]
    return replace(held, fault=replace(held.fault, state=CaseState.REPAIRED, proof_check=check))
