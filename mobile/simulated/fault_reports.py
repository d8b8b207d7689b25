"""Crews that photograph faults: whoever starts this process says who sees what where; the app's own outbox and sync bring it in.

Each line of standard input is one JSON object: ``{"crews": [{"login", "password"}, …]}``, ``{"now": time}``, and ``{"reports": [{"login",
"photos": [paths], "lat", "lon", "accuracy_m", "heading_deg", "kind"}, …]}``, in one line or several; ``{"begun": {"login", "fault"}}`` begins the repair
of a fault that the phone was given, and a report with a ``"fault"`` shows that it is repaired. The answer to each is one line:
``{"sent": [ids of the reports, in their order], "told": {id: what the phone shows of it after its sync}}``.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TextIO
from uuid import UUID

from mobile.capture.photos import prepare
from mobile.simulated.location import moved
from mobile.simulated.outbox_phone import OutboxPhone
from mobile.simulated.reports import defect_item, fault_move_item
from mobile.simulated.told_time import ToldClock, signed_in
from shared.contracts import Fix, RoadFault, encode
from shared.geometry import Point
from shared.vocabulary import CaseState, DefectKind

FIXES, FIX_EVERY_S = 5, 2.0
SPREAD = 0.3  # of the receiver's error between two fixes in a row: most of it stays


def play(server: str, keys: Path, rng: random.Random, orders: Iterable[str], answers: TextIO) -> None:
    """Serve the lines of ``orders`` until they end."""
    clock, phones, passwords = ToldClock(), dict[str, OutboxPhone](), dict[str, str]()
    for line in orders:
        order: dict[str, Any] = json.loads(line)
        passwords |= {each["login"]: each["password"] for each in order.get("crews", [])}
        clock.now = datetime.fromisoformat(order.get("now", clock.now.isoformat()))
        for login in passwords.keys() - phones.keys():
            phones[login] = signed_in(server, keys, login, passwords[login], clock, rng)
        if begun := order.get("begun"):
            _begin(phones[begun["login"]], UUID(begun["fault"]))
        sent = [_report(phones[each["login"]], each, rng) for each in order.get("reports", [])]
        told: dict[str, Any] = {}
        for phone in phones.values():
            phone.sync()
            told |= {str(each.id): encode(each) for each in phone.local.defects()}
        print(json.dumps({"sent": sent, "told": told}), file=answers, flush=True)


def _report(phone: OutboxPhone, seen: Mapping[str, Any], rng: random.Random) -> str:
    """Put a report into the outbox, its photos as the app prepares them; the report's id."""
    hand = phone.hand()
    mended = _given(phone, UUID(seen["fault"])) if seen.get("fault") else None
    item = defect_item(
        hand,
        [prepare(Path(each).read_bytes()) for each in seen["photos"]],
        _fixes(phone, seen, rng),
        task_id=mended.task_id if mended else None,
        fault_id=mended.id if mended else None,
        heading_deg=seen["heading_deg"],
        kind_guess=DefectKind(seen["kind"]) if seen.get("kind") else None,
    )
    phone.outbox.put(replace(item, created_at=hand.now))
    if mended is not None:
        phone.outbox.put(fault_move_item(hand, mended.id, CaseState.REPAIRED, item.id))
    return str(item.id)


def _begin(phone: OutboxPhone, fault_id: UUID) -> None:
    phone.sync()
    phone.outbox.put(fault_move_item(phone.hand(), _given(phone, fault_id).id, CaseState.REPAIRING))


def _given(phone: OutboxPhone, fault_id: UUID) -> RoadFault:
    """A fault that sync has brought as one to be repaired."""
    found = phone.local.fault(fault_id)
    if found is None:
        raise ValueError(f"the phone was given no fault {fault_id} to repair")
    return found.fault


def _fixes(phone: OutboxPhone, seen: Mapping[str, Any], rng: random.Random) -> tuple[Fix, ...]:
    now, boot_ms = phone.hand().now, phone.boot_clock.boot_ms()
    place, spread_m = Point(lat=seen["lat"], lon=seen["lon"]), seen["accuracy_m"] * SPREAD
    found = []
    for each in range(FIXES):
        ago_s = FIX_EVERY_S * (FIXES - 1 - each)
        at = moved(place, rng.gauss(0, spread_m), rng.gauss(0, spread_m))
        found.append(
            Fix(
                lat=round(at.lat, 7),
                lon=round(at.lon, 7),
                accuracy_m=round(seen["accuracy_m"], 1),
                taken_at=now - timedelta(seconds=ago_s),
                boot_ms=max(boot_ms - round(ago_s * 1000), 0),
            )
        )
    return tuple(found)
