"""What becomes of one of the faults: planned, repaired, proven by a photo, closed, and seen again within the warranty."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from backend.cli.stage import Api, Phones, StepClock
from shared.vocabulary import ProofCheck

RETURNS_AFTER = timedelta(days=20)
REPAIR_TAKES = timedelta(hours=3)
REASON = "Осмотрено на месте"
CHECKED_MOST_S = 60
Say = Callable[[str], None]


@dataclass(frozen=True, kw_only=True)
class Crew:
    """Who repairs, and photographs what was repaired."""

    login: str
    user_id: str


@dataclass(frozen=True, kw_only=True)
class Fault:
    """A case with a photo of a road that was repaired, and one of the day on which it has broken again."""

    case_id: str
    place: dict[str, Any]  # of a report: lat, lon, accuracy_m, heading_deg
    mended: Path
    broken: Path


def lived(
    fault: Fault,
    crew: Crew,
    dispatcher: Callable[[], Api],
    phones: Phones,
    clock: StepClock,
    wait: Callable[[], None],
    say: Say,
) -> dict[str, Any]:
    """The whole life; the figures. ``wait``: until every photo was looked at."""
    api, path = dispatcher(), f"/cases/{fault.case_id}"
    before = _score(api, fault.case_id)
    _move(api, path, "confirmed")
    window = {"starts_at": clock.now.isoformat(), "ends_at": (clock.now + timedelta(days=2)).isoformat()}
    case = api.ask("POST", f"{path}/repair-task", {**window, "assignee_ids": [crew.user_id]})
    api.ask("POST", f"/tasks/{case['task_id']}/moves", {"to": "assigned"})
    phones.tell({"now": clock.now.isoformat(), "begun": {"login": crew.login, "fault": fault.case_id}})
    clock.now += REPAIR_TAKES
    _photograph(phones, clock, crew.login, fault.mended, fault.place, kind=None, fault=fault.case_id)
    wait()
    repair = _checked_repair(api, path)
    proof = repair["proof_check"]
    _move(api, path, "closed", reason=REASON)
    after = _score(api, fault.case_id)
    say(
        f"  case repaired by {repair['contractor']}, as its phone told; the proof says «{proof}», closed; "
        f"street {_told(before)} → {_told(after)}"
    )
    clock.now += RETURNS_AFTER
    _photograph(phones, clock, crew.login, fault.broken, fault.place, kind=case["kind"])
    api = dispatcher()
    wait()
    again = api.ask("GET", path)
    broken = again["repairs"][-1]
    say(
        f"  {RETURNS_AFTER.days} days later it was seen again: the case is {again['state']}, came back {again['returns']} time(s), "
        f"repaired by {broken['contractor']} under warranty until {broken['warranty_until'][:10]}; street {_told(_score(api, fault.case_id))}"
    )
    return {
        "repair_proof": proof,
        "returned_within_warranty": again["returns"],
        "returned_case_is": again["state"],
        "returned_names_contractor": broken["contractor"] if broken["returned_at"] else None,
    }


def _checked_repair(api: Api, path: str) -> dict[str, Any]:
    """The last repair once its proof was looked at, or as it is after a while."""
    for _try in range(CHECKED_MOST_S * 2):
        repair: dict[str, Any] = api.ask("GET", path)["repairs"][-1]
        if repair["proof_check"] not in (None, ProofCheck.WAITING):
            break
        time.sleep(0.5)
    return repair


def _move(api: Api, path: str, to: str, **said: Any) -> None:
    api.ask("PUT", f"{path}/moves/{uuid4()}", {"to": to, **said})


def _photograph(
    phones: Phones,
    clock: StepClock,
    login: str,
    photo: Path,
    place: dict[str, Any],
    *,
    kind: str | None,
    fault: str | None = None,
) -> None:
    report = {**place, "login": login, "photos": [str(photo.resolve())], "kind": kind, "fault": fault}
    phones.tell({"now": clock.now.isoformat(), "reports": [report]})


def _score(api: Api, case_id: str) -> float | None:
    segment_id = api.ask("GET", f"/cases/{case_id}")["segment_id"]
    if segment_id is None:
        return None
    score: float | None = api.ask("GET", f"/street-segments/{segment_id}/condition")["score"]
    return score


def _told(score: float | None) -> str:
    return "unknown" if score is None else f"{score:.0f} of 100"
